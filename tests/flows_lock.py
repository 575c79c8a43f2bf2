"""Keeps a question's meaning from changing silently under one key.

`tests/flows.lock` holds a line for each question of each flow: `flow key fingerprint  English`.
When one changes, the test fails until its author either gives the question a new key, or writes
`same` at the end of its line (the words changed, the meaning did not) and runs

    python -m tests.flows_lock

Lines of questions that are gone stay, so that their keys are not used again for something else;
and the name of a flow is never dropped, since people may be in the middle of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.country import (
    ANSWERS,
    CALL,
    Category,
    Country,
    EmergencyNumber,
    Hazard,
    HelpLine,
    Theme,
)
from bot.domain.facts import FactOf, Today
from bot.domain.ideas import (
    Brief,
    Briefs,
    Chance,
    Comment,
    Comments,
    CommentsOn,
    IdeasOf,
    IdeaStatus,
    OwnIdea,
    OwnIdeas,
    Page,
    Read,
    SimilarIdeas,
    TheIdea,
)
from bot.domain.messages import Message, Name
from bot.domain.reports import SimilarReport, Status, Twin
from bot.domain.residents import OfAge, OwnReport, OwnReports
from bot.domain.vote_news import NextVote, PastVotes
from bot.domain.votes import (
    Barrier,
    MayVote,
    OpenVotes,
    OwnBallot,
    TheVote,
    Vote,
    VoteLine,
)
from bot.domain.votes import Option as Voted
from bot.flows import FLOWS
from bot.flows.questions import Choice, Many, Photos, Question, Story, WayToAnswer
from bot.flows.questions.asked import digest
from bot.flows.replay import Entry, replay
from bot.flows.state import Kept, State
from bot.flows.state import replace as with_changes
from tests.flows.made_up import LAND, OneLanguage

LOCK = Path(__file__).parent / "flows.lock"
SAME = "same"
STOPS_MOST = 4000
"""Questions that the walk through one flow meets before it must be going in circles."""

T = TypeVar("T")

COUNTRY: Country = replace(
    LAND,
    languages=("en", "es"),
    categories=(
        Category("lamp", Message("Lamp")),
        Category("fire", Message("Fire"), hazard=Hazard("fire", Message("Call {number}."))),
        Category("quiet", Message("Quiet"), private=True),
        Category("plain", Message("Plain"), photos=False),
    ),
    emergency=(EmergencyNumber("police", "1", "x"), EmergencyNumber("fire", "2", "x")),
    themes=(Theme("water", Message("Water")), Theme("roads", Message("Roads"))),
    help_lines=(HelpLine("one", Message("One"), "3", "x", OneLanguage().today),),
    report=replace(LAND.report, answer=ANSWERS),
)

VOTE = Vote(
    key="well",
    country="land",
    question=Name("Well?"),
    options=(Voted("a", Name("A")), Voted("b", Name("B"))),
    opens=datetime(2026, 11, 25, tzinfo=UTC),
    closes=datetime(2026, 12, 2, tzinfo=UTC),
    zone="UTC",
    method="plurality",
    tie="file",
    owner="Ana",
    code="LND-4444",
)


BRIEF_IDEA = Brief("LND-3333", "water", "mill", "A pump", 3)
READ = Read(
    "LND-3333", "water", "mill", IdeaStatus.PUBLISHED, "A pump", "en", "", 3, 1, True, False, False
)
"""Of one's own, so that taking it back is offered too."""


@dataclass(frozen=True, slots=True)
class Answering:
    """A world whose every fact is the first (`rich`) or the empty answer."""

    rich: bool

    def look_up(self, fact: FactOf[T]) -> T:
        day = OneLanguage().today
        found: Any
        match fact:
            case Today():
                found = day
            case SimilarReport():
                found = Twin("LND-2222", "lamp", "mill", day) if self.rich else None
            case OfAge():
                found = None
            case OpenVotes() | PastVotes():
                line = VoteLine("LND-4444", "well", Name("Well?"), VOTE.closes, True)
                found = (line, line) if self.rich else ()
            case NextVote():
                found = VOTE if self.rich else None
            case TheVote():
                found = VOTE
            case MayVote():
                # With `rich`, age is asked for; else the area, and then everything else.
                unknown = Barrier.AREA_UNKNOWN if fact.area == "" else None
                found = Barrier.AGE_UNKNOWN if self.rich else unknown
            case OwnBallot():
                found = ("a",)
            case SimilarIdeas():
                found = (BRIEF_IDEA.code,) if self.rich else ()
            case Briefs():
                found = (BRIEF_IDEA,)
            case IdeasOf():
                found = Page((BRIEF_IDEA.code,), True) if self.rich else Page((), False)
            case Chance():
                found = "seed"
            case TheIdea():
                found = READ if self.rich else None
            case CommentsOn():
                found = Comments((Comment(day, "words", "en"),), True)
            case OwnIdeas():
                found = (OwnIdea("LND-3333", "water", IdeaStatus.PUBLISHED),) if self.rich else ()
            case OwnReports():
                own = OwnReport("LND-2222", "lamp", Status.NEW, day, True)
                found = (own,) if self.rich else ()
            case _:
                raise TypeError(type(fact).__name__)
        answer: T = found
        return answer

    def perform(self, command: object) -> None:
        return None


def _samples(question: Question[Any]) -> Iterator[Any]:
    """Answers that lead everywhere: each option, skipped, and one of an open question."""
    if question.optional:
        yield None
    match question:
        case WayToAnswer():
            yield from (*(way for way in ANSWERS if way != CALL), {"phone": "0712 345 678"})
        case Choice():
            yield from (option.key for option in question.options if option.value is not None)
        case Many():
            yield [question.options[0].key]
        case Story():
            yield {"text": "words"}
            if question.voice:
                yield {"voice": "ref"}
        case Photos():
            yield ["ref"]
        case _:
            yield from _OPEN[question.kind]


_OPEN: dict[str, tuple[Any, ...]] = {
    "text": ("words",),
    "number": (["1", "1"],),
    "date": ("2026-11-25",),
    "place": ({"area": "mill", "point": None}, {"area": "mill", "point": [1.0, 1.0]}),
    "review": ("send",),
}


def questions_of(entry: Entry) -> dict[str, Question[Any]]:
    """Every question that a flow can come to, by its key."""
    found: dict[str, Question[Any]] = {}
    begun = [State(entry.name, args) for args in ("LND-2222", ["new", "", 0])]
    for rich in (True, False):
        waiting = [state for state in begun if _stands(entry, state.args)]
        met: set[Any] = set()
        for _stop in range(STOPS_MOST):
            if not waiting:
                break
            state = waiting.pop()
            run = replay(entry, COUNTRY, state, Answering(rich))
            question = run.question
            if question is None:
                continue
            if question.key not in found:
                found[question.key] = question
            # Which answers led here matters only by which questions can follow.
            for value in _samples(question):
                kept = Kept(question.key, run.about, value)
                path = (*run.path, kept)
                asked = sorted(item.key for item in path)
                mark = repr([asked, [(item.key, item.value) for item in path][-2:]])
                if (question.key, mark) not in met:
                    met.add((question.key, mark))
                    waiting.append(with_changes(state, answers=(*run.path, kept)))
        else:
            raise AssertionError(f"{entry.name} goes in circles")
    return found


def _stands(entry: Entry, args: Any) -> bool:
    """Whether a flow takes these arguments."""
    try:
        entry.decode(COUNTRY, args)
    except ValueError:
        return False
    return True


def fingerprint(question: Question[Any]) -> str:
    """The meaning of a question's key, as the lock records it."""
    return digest(question.meaning())


def present() -> dict[tuple[str, str], tuple[str, str]]:
    """Flow and key to fingerprint and English, as the code stands."""
    return {
        (name, key): (fingerprint(question), question.line.source)
        for name, entry in FLOWS.items()
        for key, question in sorted(questions_of(entry).items())
    }


def locked() -> dict[tuple[str, str], tuple[str, str, bool]]:
    """Flow and key to the recorded fingerprint and English, and whether `same` stands there."""
    found = {}
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            flow, key, print_, source, *rest = line.split("\t")
            found[flow, key] = (print_, source, rest == [SAME])
    return found


def problems() -> list[str]:
    """Questions whose meaning changed under their key, or that nobody has recorded."""
    known = locked()
    gone = {flow for flow, _key in known} - FLOWS.keys()
    found = [f"{flow}: is gone from FLOWS. Keep its name, and lead it on" for flow in sorted(gone)]
    for (flow, key), (print_, source) in present().items():
        recorded = known.get((flow, key))
        if recorded is None:
            found.append(f"{flow}: {key!r} ({source}) is new: run python -m tests.flows_lock")
        elif recorded[0] != print_:
            found.append(
                f"{flow}: {key!r} ({source}) means something else than before. Give it a new key,"
                f" or write `{SAME}` at the end of its line and run python -m tests.flows_lock"
            )
    return found


def write() -> list[str]:
    """Record the code as it stands. What changed without `same` is refused and returned."""
    known = locked() if LOCK.exists() else {}
    refused = [
        f"{flow}: {key!r} changed; write `{SAME}` at the end of its line, or give it a new key"
        for (flow, key), (print_, _source) in present().items()
        if (flow, key) in known and known[flow, key][0] != print_ and not known[flow, key][2]
    ]
    if refused:
        return refused
    lines = [f"# {(__doc__ or '').splitlines()[0]} See tests/flows_lock.py.", ""]
    kept = {key: value[:2] for key, value in known.items()} | present()
    lines += ["\t".join((*key, *value)) for key, value in sorted(kept.items())]
    LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return []


if __name__ == "__main__":
    told = write()
    sys.stdout.write("\n".join(told or [f"written: {LOCK.name}"]) + "\n")
    sys.exit(1 if told else 0)
