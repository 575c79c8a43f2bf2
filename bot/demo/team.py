"""What the made-up organisers do with a report: at their desk, and with crews in the street."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from bot.demo.town import Town
from bot.domain.country import Category
from bot.domain.reports import Status
from bot.services import moderation
from bot.services.hours import day_there
from bot.services.moderation import Change, Changed
from storage import reports
from storage.addresses import Person

TEAM = ("demo:ana", "demo:bruno", "demo:carla")
"""The made-up organisers who sign what is done; their mark is `storage.demo.ACTOR`."""

WITHOUT_TARGET_DAYS = 7
"""So long a report takes at most, mostly, where its category promises nothing."""

IN_TIME, LATE, HAZARD = (0.15, 0.97), (1.2, 3.0), (0.01, 0.12)
"""When it is done, in parts of the category's target."""

FATES = (("in time", "late", "not ours", "left"), (84, 8, 5, 3))
"""What becomes of reports, and how often."""

JOINED = 0.8
"""Share of reports that may be the same as another, which the team joins with it."""

PASSED_ON, PLANNED, PLANNED_SOON = 0.35, 0.8, 0.2
"""Shares: sent to those in charge; given a date, and given one where a day or two are left."""

CLEARED = 0.35
"""Share of reports that somebody reads and finds fit for others."""

REPLIED = 0.8
"""Share of questions to a person that are answered."""


@dataclass(frozen=True, slots=True)
class Case:
    """A report that the team works on. `look` is told each time it says that it is done."""

    code: str
    category: Category
    person: Person
    told_at: datetime
    look: Callable[[Town, Case, int], None]

    @property
    def target(self) -> int:
        return self.category.target_days or WITHOUT_TARGET_DAYS


def take_on(town: Town, case: Case, twin: str | None) -> None:
    """A new report. `twin` is the code of one that may be the same."""
    actor = town.chance.choice(TEAM)
    seen = town.at_desk(town.now + timedelta(minutes=town.chance.uniform(5, 240)))
    if case.category.hazard is not None:
        seen = town.now + timedelta(minutes=town.chance.uniform(1, 15))
    if twin is not None and town.happens(JOINED):
        town.at(seen, partial(_join, town, case, actor, twin))
        return
    [fate] = town.chance.choices(*FATES)
    if case.category.hazard is not None:
        # A crew that is called to a fire comes by night too.
        end = case.told_at + timedelta(days=case.target * town.chance.uniform(*HAZARD))
        fate = "in time"
    else:
        least, most = LATE if fate == "late" else IN_TIME
        end = town.by_crew(case.told_at, case.target * least, case.target * most)
    if seen < end or fate == "left":
        town.at(seen, partial(_see, town, case, actor))
    if fate == "not ours":
        town.at(end, partial(_change, town, case, actor, said(town, Status.NOT_OURS)))
        return
    _work(town, case, actor, seen, end)
    if fate != "left":
        town.at(end, partial(_finish, town, case, actor, 0))


def take_up_again(town: Town, case: Case, times: int) -> None:
    """Somebody found it not fixed: it is done once more."""
    actor = town.chance.choice(TEAM)
    seen = town.at_desk(town.now + timedelta(minutes=town.chance.uniform(10, 300)))
    end = town.by_crew(seen, case.target * 0.2, case.target * 0.9)
    if town.happens(0.5):
        town.at(seen, partial(_see, town, case, actor))
    _work(town, case, actor, seen, end)
    town.at(end, partial(_finish, town, case, actor, times))


def _join(town: Town, case: Case, actor: str, twin: str) -> None:
    if not _change(town, case, actor, Change(Status.MERGED, merged_into=twin)):
        # The other was joined with a third meanwhile.
        take_on(town, case, None)


def _work(town: Town, case: Case, actor: str, seen: datetime, end: datetime) -> None:
    """Steps between `seen` and `end`, when it will be done."""
    if town.happens(PASSED_ON):
        passed = town.at_desk(seen + (end - seen) * 0.2)
        if passed < end:
            town.at(passed, partial(_change, town, case, actor, said(town, Status.SENT_ON)))
    if town.happens(PLANNED if case.target > 2 else PLANNED_SOON):
        planned = town.at_desk(seen + (end - seen) * 0.4)
        promised = case.told_at + timedelta(days=case.target)
        day = end.astimezone(town.zone).date()
        if planned < promised < end:
            # It was promised for the target's day, and put off then.
            kept = promised.astimezone(town.zone).date()
            town.at(planned, partial(_change, town, case, actor, _plan(town, kept)))
            planned = town.at_desk(promised)
        if planned < end:
            town.at(planned, partial(_change, town, case, actor, _plan(town, day)))


def _see(town: Town, case: Case, actor: str) -> None:
    row = reports.find_report(town.connection, case.code)
    if row is not None:
        moderation.mark_seen(town.connection, town.outside, actor, row)
        if _change(town, case, actor, said(town, Status.SEEN)) and town.happens(CLEARED):
            moderation.clear_report(town.connection, town.outside, actor, case.code, False)


def _finish(town: Town, case: Case, actor: str, times: int) -> None:
    if _change(town, case, actor, said(town, Status.DONE)):
        case.look(town, case, times)


def _change(town: Town, case: Case, actor: str, change: Change) -> bool:
    """Whether it is so now; what was joined or taken back meanwhile is left as it is."""
    # Nobody is asked `Is it fixed?` in a chat: made-up residents have none.
    outcome = moderation.change_report(
        town.connection, town.outside, actor, case.code, change, lambda *_asked: False
    )
    changed = isinstance(outcome, Changed)
    town.done["changes"] += changed
    return changed


def _plan(town: Town, day: date) -> Change:
    return said(town, Status.PLANNED, day)


def said(town: Town, status: Status, day: date | None = None) -> Change:
    """A change with the team's words, the same in every language of the country."""
    answers = town.words.answers[status]
    said = town.chance.choice(list(zip(*answers.values(), strict=True)))
    today = day_there(town.country, town.now)
    return Change(status, day, dict(zip(answers, said, strict=True)), said_on=today)


def may_reply(town: Town, code: str, language: str) -> None:
    """Answer who asked for a person; some wait until today."""
    if town.happens(REPLIED):
        later = town.at_desk(town.now + timedelta(hours=town.chance.uniform(0.5, 30)))
        said = {language: town.one_of(town.words.replies, language)}
        actor = town.chance.choice(TEAM)
        reply = partial(moderation.answer_person, town.connection, town.outside, actor, code, said)
        town.at(later, reply)
