"""What organisers do: whoever acts is a value, and leaves an audit line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.inbound import Attachment
from bot.domain.messages import Message, Verbatim, _, day_said_on
from bot.domain.operations import Operation, Say, Show
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from bot.domain.reports import CHANGES, STATUS_LABELS, Status, may_become
from bot.services.audit_lines import note
from bot.services.news import Begin, Then, hold_at_once, tell_all, tell_resident
from bot.services.reports import UNCONFIRMED
from storage import addresses, backers, due, media, person_requests, reports
from storage.database import Connection
from storage.ideas import IdeaRow
from storage.reports import ReportRow

CLOSED_AFTER_DAYS = 7
"""Nobody said whether it is fixed for so long: closed, not confirmed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an organiser wants of a report. `message` is their words by language, `photo` a picture
    in the media store that goes out with the news. `said_on` is the day there, in whose year a
    planned day is told without its own."""

    status: Status
    planned_for: date | None = None
    message: Mapping[str, str] | None = None
    merged_into: str | None = None
    photo: Attachment | None = None
    said_on: date | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of it: how many residents were told, or that it was so already."""

    code: str
    told: int
    already: bool = False


def change_report(
    connection: Connection,
    outside: Outside,
    actor: str,
    code: str,
    change: Change,
    begin: Begin,
) -> Changed | NotAllowed:
    """Change a report's status, and tell who filed and backed it, once, in their language.

    The same status, date and message again is an audit line and told to nobody.
    """
    row = _hold(connection, code, change.merged_into)
    if row is None:
        return NotAllowed(f"There is no report {code}. See: baraza report list")
    refusal = _refusal(connection, row, change)
    if refusal is not None:
        return NotAllowed(refusal)
    now = outside.clock()
    message = json.dumps(dict(change.message), ensure_ascii=False) if change.message else ""
    if _is_so(connection, row, change):
        note(connection, outside, actor, "report update", code, f"{change.status.value}, again")
        return Changed(code, 0, already=True)
    said = _news(code, change)
    then = Then(begin, "fixed", code) if change.status is Status.DONE else None
    told = tell_all(connection, backers.audience_of(row), said, now, then)
    reports.set_status(
        connection,
        row.id,
        status=change.status,
        actor=actor,
        now=now,
        planned_for=change.planned_for,
        message=message,
        told=told,
        merged_into=change.merged_into,
    )
    if change.photo is not None:
        _keep_photo(connection, outside, row, change.photo)
    if change.merged_into is not None:
        _join(connection, outside, row, change.merged_into)
    if change.status is Status.DONE:
        due.put(connection, UNCONFIRMED, row.id, now + timedelta(days=CLOSED_AFTER_DAYS))
    else:
        due.drop(connection, UNCONFIRMED, row.id)
    note(connection, outside, actor, "report update", code, f"{change.status.value}, told {told}")
    return Changed(code, told)


def _hold(connection: Connection, code: str, into: str | None) -> ReportRow | None:
    """A report and who is told of it at once, people first, as in a resident's turn; two reports
    are held in the order of their codes. Two who wait for each other never get on."""
    row = reports.find_report(connection, code)
    if row is None:
        return None
    if into is None:
        hold_at_once(connection, backers.audience_of(row))
    else:
        addresses.hold_all(connection, backers.people_of(connection, row))
    for held in sorted({code, into or code}):
        reports.hold_report(connection, held)
    return reports.find_report(connection, code)


def _refusal(connection: Connection, row: ReportRow, change: Change) -> str | None:
    if not may_become(row.status, change.status):
        allowed = ", ".join(status.value for status in CHANGES[row.status]) or "nothing"
        return (
            f"{row.code} is {row.status.value}: it cannot become {change.status.value}. "
            f"It may become: {allowed}."
        )
    if change.status is Status.PLANNED and change.planned_for is None:
        return "A planned report needs its date: --date 2026-12-01."
    if change.status is not Status.PLANNED and change.planned_for is not None:
        return "A date goes with --status planned only."
    if change.status is Status.MERGED:
        if row.status is Status.MERGED and change.merged_into == row.merged_into:
            return None
        if row.status is Status.MERGED:
            return f"{row.code} was joined with {row.merged_into} already, and stays so."
        other = (
            None
            if change.merged_into is None
            else reports.hold_report(connection, change.merged_into)
        )
        if other is None or other.id == row.id or other.country != row.country:
            return no_twin("report", row, change.merged_into)
        if other.status is Status.MERGED:
            return f"{other.code} was joined with {other.merged_into}: join with that one."
        if other.status is Status.WITHDRAWN:
            return f"{other.code} was taken back, and no news of it comes: join with another one."
    elif change.merged_into is not None:
        return "--into goes with --status merged only."
    return None


def no_twin(kind: str, row: ReportRow | IdeaRow, into: str | None) -> str:
    """Why something cannot be joined with what was named, if anything was."""
    if into is None:
        return f"Name the {kind} it is joined with: --into CODE."
    if into == row.code:
        return f"{into} cannot be joined with itself."
    return f"There is no {kind} {into} in {row.country}."


def _is_so(connection: Connection, row: ReportRow, change: Change) -> bool:
    """Whether the report's last news said just this, or the same without a new message."""
    if row.status is not change.status or row.planned_for != change.planned_for:
        return False
    if change.photo is not None:
        known = media.news_photo(connection, row.id, row.status_at)
        if known != change.photo.name:
            return False
    if not change.message:
        return True
    # The order in which the languages were typed makes no other message of it.
    return any(
        item.at >= row.status_at
        and item.status is row.status
        and item.messages == dict(change.message)
        for item in reports.updates_of(connection, row.id)
    )


def _news(code: str, change: Change) -> Sequence[Message | Operation]:
    shown = Verbatim(code)
    match change.status:
        case Status.PLANNED if change.planned_for is not None:
            line = _("News of {code}: it is planned for {day}.")(
                code=shown, day=day_said_on(change.said_on, change.planned_for)
            )
        case Status.MERGED if change.merged_into is not None:
            line = _(
                "{code} is about the same as {other}. You get the news of {other} from now on."
            )(code=shown, other=Verbatim(change.merged_into))
        case status:
            line = _("News of {code}: {status}.")(code=shown, status=STATUS_LABELS[status])
    # The picture says what the line under it says: one message.
    said: list[Message | Operation] = [Show(change.photo.name, line) if change.photo else line]
    if change.message:
        said.append(Say(tuple(change.message.items())))
    return said


def _keep_photo(
    connection: Connection, outside: Outside, row: ReportRow, photo: Attachment
) -> None:
    media.add_media(
        connection,
        id=outside.new_id(),
        report_id=row.id,
        kind=media.NEWS,
        name=photo.name,
        type=photo.type,
        size=photo.size,
        created_at=outside.clock(),
        demo=row.demo,
    )


def _join(connection: Connection, outside: Outside, row: ReportRow, into: str) -> None:
    """Who filed and backed the one report now backs the other."""
    other = reports.find_report(connection, into)
    if other is not None:
        backers.join_backers(connection, row, other, outside.clock())


def tell_taken_back(connection: Connection, outside: Outside, report_id: str) -> None:
    """Who backed a report is told that who filed it took it back."""
    row = reports.find_report_by_id(connection, report_id)
    if row is None or row.status is not Status.WITHDRAWN:
        return
    followers = backers.audience_of(row, but=row.resident_id)
    hold_at_once(connection, followers)
    now = outside.clock()
    said = _news(row.code, Change(Status.WITHDRAWN))
    tell_all(connection, followers, said, now)


def clear_report(
    connection: Connection, outside: Outside, actor: str, code: str, undo: bool
) -> Changed | NotAllowed:
    """Words and photos were read by a person and are fit for others (`undo`: no longer)."""
    row = reports.hold_report(connection, code)
    if row is None:
        return NotAllowed(f"There is no report {code}. See: baraza report list")
    reports.set_cleared(connection, row.id, None if undo else outside.clock())
    note(connection, outside, actor, "report clear", code, "undone" if undo else "")
    return Changed(code, 0, already=(row.cleared_at is None) is undo)


def mark_seen(
    connection: Connection, outside: Outside, actor: str, row: ReportRow, reason: str | None = None
) -> None:
    """Reading a report leaves an audit line: words and places are personal. A `reason` is why the
    number of who asks to be called was read, too."""
    detail = f"personal, because {reason}" if reason else ""
    note(connection, outside, actor, "report show", row.code, detail)


def answer_person(
    connection: Connection,
    outside: Outside,
    actor: str,
    code: str,
    message: Mapping[str, str],
    again: bool = False,
) -> Changed | NotAllowed:
    """Bring an organiser's words into the chat of somebody who asked for a person.

    Who has an answer gets another one only with `again`: a command that is repeated after a
    time-out, or a colleague who was quicker, must not tell it twice.
    """
    asked = person_requests.hold(connection, code)
    if asked is None:
        return NotAllowed(f"Nobody asked under {code}. See: baraza people waiting")
    if asked.answered_at is not None and not again:
        return NotAllowed(f"{code} was answered already, by {asked.answered_by}.")
    now = outside.clock()
    said = (_("An answer from our team:"), Say(tuple(message.items())))
    # An answer to what somebody wrote is no news that we begin: STOP does not end it.
    told = asked.resident_id is not None and tell_resident(
        connection, asked.resident_id, said, now, even_if_stopped=True
    )
    person_requests.mark_answered(connection, code, actor, now)
    note(connection, outside, actor, "people answer", code, "" if told else "not reached")
    if not told:
        return NotAllowed(
            f"Whoever asked under {code} cannot be reached any more: it is off the list."
        )
    return Changed(code, 1)
