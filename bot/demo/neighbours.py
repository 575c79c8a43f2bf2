"""What made-up residents do beside telling: they come, look whether it is fixed, ask a person."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.demo import team
from bot.demo.team import Case
from bot.demo.town import Town
from bot.domain.reports import OPEN, AnswerFixed, Status, Told, WithdrawReport
from bot.domain.residents import AskPerson
from bot.services import moderation, reports, residents
from bot.services.moderation import CLOSED_AFTER_DAYS
from bot.services.reports import TAKEN_BACK, UNCONFIRMED
from storage import addresses, conversations, due, person_requests
from storage import reports as report_rows
from storage.addresses import Person

CHANNELS = (("telegram", "web"), (65, 35))
"""Where residents write from, and how often."""

STOPPED = 0.02
"""Share of residents who want no more news one day."""

WITHDRAWN = 0.03
"""Share of reports that are taken back."""

FIXED = ("yes", "no", "partly", "")
FIRST_LOOK, LATER_LOOK = (56, 5, 3, 36), (70, 2, 1, 27)
"""What is answered to `Is it fixed?`, and how often: the first time, and after it was opened
again. '' is no answer."""

SAYS_WHAT = 0.8
"""Share of those who find it not fixed and say what is still wrong."""


def settle(town: Town) -> None:
    """Somebody writes for the first time and agrees. Without an address: nothing can be owed."""
    chance, spoken = town.chance, town.words.languages
    [channel] = chance.choices(*CHANNELS)
    [language] = chance.choices(list(spoken), list(spoken.values()))
    person = Person(
        address_id="",
        bot="",
        resident_id=town.outside.new_id(),
        country=town.country.key,
        language=language,
        language_chosen=True,
        channel=channel,
        consented=True,
        stopped=False,
        demo=True,
        blocked=False,
    )
    addresses.add_made_up(town.connection, person, town.country, town.now)
    town.wait(20, 200)
    residents.agree(town.connection, town.outside, person, town.country.consent.version)
    town.present.append(person)
    town.done["residents"] += 1
    if town.happens(STOPPED):
        stop = partial(residents.stopped, town.connection, town.outside, person)
        town.at(town.now + timedelta(days=chance.uniform(1, 30)), stop)


def may_withdraw(town: Town, case: Case) -> None:
    """Some take a report back before the team comes to it."""
    if town.happens(WITHDRAWN):
        later = town.now + timedelta(hours=town.chance.uniform(0.1, 12))
        town.at(later, partial(_withdraw, town, case))


def _withdraw(town: Town, case: Case) -> None:
    row = report_rows.find_report(town.connection, case.code)
    if row is not None and row.status in OPEN:
        reports.withdraw(town.connection, town.outside, case.person, WithdrawReport(case.code))
        # What the running process does right after: see `_close_unconfirmed`.
        moderation.tell_taken_back(town.connection, town.outside, row.id)
        due.drop(town.connection, TAKEN_BACK, row.id)
        town.done["changes"] += 1


def look(town: Town, case: Case, times: int) -> None:
    """The team says that it is done, `times` times before: the resident looks, or does not."""
    [answer] = town.chance.choices(FIXED, LATER_LOOK if times else FIRST_LOOK)
    if answer:
        later = town.now + timedelta(hours=town.chance.uniform(0.5, 60))
        town.at(later, partial(_answer, town, case, times, answer))
    else:
        later = town.now + timedelta(days=CLOSED_AFTER_DAYS)
        town.at(later, partial(_close_unconfirmed, town, case))


def _answer(town: Town, case: Case, times: int, answer: str) -> None:
    if not _is_done(town, case):
        return
    log(town, case.person, "fixed", "fixed", "choice", answer)
    told = Told()
    if answer != "yes":
        says = town.happens(SAYS_WHAT)
        log(town, case.person, "fixed", "still", "story" if says else "skipped")
        told = Told(town.one_of(town.words.still, case.person.language)) if says else told
    reports.answer_fixed(
        town.connection,
        town.outside,
        case.person,
        AnswerFixed(case.code, answer, told),
    )
    town.done["changes"] += 1
    if answer != "yes":
        team.take_up_again(town, case, times + 1)


def _close_unconfirmed(town: Town, case: Case) -> None:
    """What the running process would have done on that day.

    Not by `upkeep.do_due`, which would take whatever is due of real residents along.
    """
    row = report_rows.find_report(town.connection, case.code)
    if row is None or row.status is not Status.DONE:
        return
    report_rows.set_status(
        town.connection, row.id, status=Status.CLOSED_UNCONFIRMED, actor="system", now=town.now
    )
    due.drop(town.connection, UNCONFIRMED, row.id)
    town.done["changes"] += 1


def _is_done(town: Town, case: Case) -> bool:
    row = report_rows.find_report(town.connection, case.code)
    return row is not None and row.status is Status.DONE


def ask_person(town: Town) -> None:
    """Somebody wants a person, and mostly gets one."""
    if not town.present:
        return
    person = town.chance.choice(town.present)
    log(town, person, "person", "words", "text")
    asked = AskPerson(town.one_of(town.words.questions, person.language))
    residents.ask_person(town.connection, town.outside, town.country, person, asked)
    town.done["questions"] += 1
    for waiting in person_requests.waiting(town.connection, [town.country.key]):
        if waiting.resident_id == person.resident_id and waiting.at == town.now:
            team.may_reply(town, waiting.code, person.language)


def log(
    town: Town, person: Person, flow: str, question: str, kind: str, choice: str | None = None
) -> None:
    """What a conversation would have left: one answer, without words."""
    conversations.log_interaction(
        town.connection,
        resident_id=person.resident_id,
        country=person.country,
        flow=flow,
        question=question,
        kind=kind,
        choice=choice,
        language=person.language,
        channel=person.channel,
        demo=True,
        now=town.now,
    )
