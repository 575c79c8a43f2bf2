"""Where votes stand, in the words of one language: for their list, and for the page of one that
has no result yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.messages import FullDay, Label, Message, Name, _
from bot.domain.vote_rules import deciding_lines, money_of, pot_line
from bot.domain.votes import Barrier, Status, Vote, barrier_line, result_line
from bot.i18n import Speech
from bot.services.hours import day_in
from bot.services.vote_results import early_lines

_VALUE = _("{value}")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a vote without a result, in words."""

    label: str
    text: str
    cost: str
    why_not: str
    """Why it was withdrawn; '' for one that can be chosen."""
    emoji: str
    key: str
    pictured: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A vote that has no result yet, in words of one `language`."""

    language: str
    code: str
    question: str
    lines: tuple[str, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the public list of votes."""

    code: str
    question: str
    standing: str


def list_of(
    votes: Sequence[Vote], speech: Speech, language: str, now: datetime
) -> tuple[Listed, ...]:
    """What is asked in each and where it stands; no count, and no reason."""
    listed = []
    for vote in votes:
        standing = _standing(vote, now, reasons=False)
        question, *told = speech.texts([vote.question, *standing], language)
        listed.append(Listed(vote.code, question, " ".join(told)))
    return tuple(listed)


def notice_of(vote: Vote, speech: Speech, language: str, now: datetime) -> Notice:
    """What is asked and until when, and nothing of who voted or how."""
    nothing = Name("")
    lines: list[Label] = [*_standing(vote, now)]
    if vote.about is not None:
        lines.insert(0, vote.about)
    pot = pot_line(vote)
    if pot is not None:
        lines.append(pot)
    lines += [line for _key, line in deciding_lines(vote)]
    labels: list[Label] = []
    for option in vote.options:
        cost: Label = _VALUE(value=money_of(vote, option.cost)) if vote.costs else nothing
        labels += [option.label, option.text or nothing, cost, option.withdrawn or nothing]
    wording = speech.wording([vote.question, *lines, *labels], language)
    question, *texts = wording.texts
    told = iter(texts[len(lines) :])
    fours = zip(vote.options, told, told, told, told, strict=True)
    return Notice(
        wording.language,
        vote.code,
        question,
        tuple(texts[: len(lines)]),
        tuple(
            Choice(label, text, cost, why_not, option.emoji, option.key, option.picture != "")
            for option, label, text, cost, why_not in fours
        ),
    )


def _standing(vote: Vote, now: datetime, *, reasons: bool = True) -> Iterator[Message]:
    """Where it stands, for everybody."""
    if vote.status is Status.WITHDRAWN:
        yield barrier_line(Barrier.WITHDRAWN)
        if reasons and vote.reason is not None:
            yield _("The reason: {reason}")(reason=vote.reason)
        return
    if vote.status is Status.PUBLISHED:
        ended = FullDay(day_in(ZoneInfo(vote.zone), vote.ended_at or vote.closes))
        yield _("Closed on {when}. The result is here.")(when=ended)
        return
    if vote.takes_ballots(now):
        yield _("Open until {when}.")(when=vote.closes)
    elif vote.status is Status.OPEN and now < vote.opens:
        yield barrier_line(Barrier.NOT_YET, vote)
    else:
        over = early_lines(vote) or (barrier_line(Barrier.ENDED),)
        yield from over if reasons else over[:1]
    promised = result_line(vote)
    if promised is not None and vote.status is not Status.LOST and not vote.owes_result(now):
        yield promised
