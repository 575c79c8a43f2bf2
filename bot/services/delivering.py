"""Announcements under way, each step one transaction: begun, filled, sent, judged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.announcements import (
    GIVEN_UP_MOST,
    JUDGED_AFTER,
    WEEK,
    Audience,
    Delivery,
    State,
)
from bot.domain.country import Country
from bot.domain.operations import Announce
from bot.domain.outside import Outside
from bot.services.announcements import SYSTEM, operation_of, places_of
from bot.services.audit_lines import note
from bot.services.hours import quiet_until
from storage import announcements, deliveries, delivery_counts, facts, unsent, walks
from storage.announcements import AnnouncementRow
from storage.budget import Drawn
from storage.database import Connection
from storage.deliveries import Copy, Ended

logger = logging.getLogger(__name__)

STOPPED, QUIET, BLOCKED = "stopped", "no message wanted", "blocked"
WEEKLY, TOO_LATE = "weekly limit", "too late"
"""Reasons for which a copy is not sent."""

GONE = frozenset({BLOCKED, "deactivated"})
"""Reasons of what was given up that hold for the whole address."""

MANY_GIVEN_UP = "many given up"
"""Why an announcement pauses itself."""

LOST = "process ended"
"""The reason of a copy that was being sent when its process ended, or was too slow."""


class LostBot(Exception):
    """Another process sends this bot's announcements now."""


Draw = Callable[[Connection, str, int, datetime, int], Drawn]
"""Takes up to so many sends out of a bot's budget, beside so many that were made undrawn."""

Place = Callable[[Connection, Copy, Announce], None]
"""Puts a copy where it is read, in this transaction."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be sent now, and when to ask again; None for when something changes."""

    copies: tuple[tuple[Copy, Announce], ...] = ()
    again_at: datetime | None = None


def begin_due(
    connection: Connection, outside: Outside, countries: Mapping[str, Country]
) -> list[str]:
    """Begin whatever is to start by now. Ids of all that are to be filled."""
    if facts.restored(connection) is not None:
        return []
    now = outside.clock()
    for row in announcements.due(connection, now):
        if row.country in countries:
            announcements.change(connection, row.id, State.SENDING, started_at=now)
            note(connection, outside, SYSTEM, "announce begin", row.code, "")
    return [
        row.id
        for row in announcements.in_state(connection, State.SENDING)
        if not row.built and row.country in countries
    ]


def next_to_fill(
    connection: Connection, countries: Mapping[str, Country], id: str
) -> tuple[Audience, list[str]] | None:
    """Whom the next copies are for; None where none are to be made."""
    for row in announcements.in_state(connection, State.SENDING):
        if row.id == id and not row.built:
            places = places_of(countries[row.country], row.audience)
            return row.audience, deliveries.find_next(connection, id, row.audience, places)
    return None


def fill_of(
    connection: Connection, outside: Outside, id: str, audience: Audience, found: Sequence[str]
) -> None:
    """Make the copies of these residents, who were found beside the writing."""
    row = announcements.hold_by_id(connection, id)
    if row is not None and not row.built and row.state is State.SENDING:
        deliveries.build_of(connection, id, audience, found, outside.clock())


def fill(
    connection: Connection, outside: Outside, countries: Mapping[str, Country], id: str
) -> bool:
    """Make the copies of the next residents. Whether there may be more."""
    row = announcements.hold_by_id(connection, id)
    if row is None or row.built or row.state is not State.SENDING:
        return False
    places = places_of(countries[row.country], row.audience)
    now = outside.clock()
    made = deliveries.build(connection, id, row.audience, places, now)
    if made == deliveries.BATCH:
        return True
    announcements.note(connection, id, built=True)
    deliveries.analyze(connection)
    _end_if_done(connection, outside, announcements.hold_by_id(connection, id))
    return False


def let_go(connection: Connection, outside: Outside, countries: Mapping[str, Country]) -> bool:
    """End the next copies of what was cancelled, or is too old by now. Whether there may be
    more."""
    if facts.restored(connection) is not None:
        return False
    now = outside.clock()
    for id in unsent.cancelled_open(connection):
        closed = unsent.close_some(connection, id, Delivery.CANCELLED, "", now)
        if closed == unsent.CLOSED_MOST:
            return True
    for row in announcements.in_state(connection, State.SENDING):
        if row.country in countries and _is_late(row, now):
            closed = unsent.close_some(connection, row.id, Delivery.HELD, TOO_LATE, now)
            if closed == unsent.CLOSED_MOST:
                return True
            _end_if_done(connection, outside, row)
    return False


def _is_late(row: AnnouncementRow, now: datetime) -> bool:
    return row.best_before is not None and row.best_before <= now


def plan(
    connection: Connection,
    outside: Outside,
    country: Country,
    bot: str,
    holder: str,
    fence: int,
    ended: Sequence[Ended],
    most: int,
    draw: Draw,
) -> Batch:
    """Keep what became of copies, and take up to `most` to be sent now.

    Raises `LostBot` for who was too slow, and keeps nothing of it.
    """
    now = outside.clock()
    if walks.take(connection, bot, holder, now) != fence:
        raise LostBot
    gone = [item.id for item in ended if item.reason in GONE]
    deliveries.note_blocked(connection, gone, now)
    deliveries.end(connection, ended, fence, now)
    running = _running(connection, outside, country, judge=bool(ended))
    opens = _opens(connection, country, bot, running, now)
    extra = sum(item.extra for item in ended)
    if opens is None or opens > now or not most:
        if extra:
            draw(connection, bot, 0, now, extra)
        return Batch(again_at=opens)
    drawn = draw(connection, bot, most, now, extra)
    copies = _take(connection, outside, country, bot, fence, running, drawn.count)
    return Batch(tuple(copies), drawn.again_at)


def place(
    connection: Connection,
    outside: Outside,
    country: Country,
    bot: str,
    holder: str,
    most: int,
    put: Place,
) -> tuple[list[Copy], datetime | None]:
    """Put copies where they are read, all in this transaction: none of them can be lost. What was
    put, and when to ask again."""
    now = outside.clock()
    # The bot is held until the end of the transaction, and free then.
    fence = walks.take(connection, bot, holder, now, timedelta(0))
    if fence is None:
        return [], walks.lease_until(connection, bot)
    running = _running(connection, outside, country, judge=False)
    opens = _opens(connection, country, bot, running, now)
    if opens is None or opens > now:
        return [], opens
    taken = _take(connection, outside, country, bot, fence, running, most)
    for copy, operation in taken:
        put(connection, copy, operation)
    sent = [Ended(copy.id, Delivery.SENT, language=copy.language) for copy, _ in taken]
    deliveries.end(connection, sent, fence, now)
    return [copy for copy, _ in taken], now


def take_bot(
    connection: Connection, outside: Outside, country: Country, bot: str, holder: str
) -> int | datetime | None:
    """Take a bot that has something to send now, for a new walk: the fence. Else when there will
    be something. What an earlier walk left under way, of whichever process, is lost."""
    now = outside.clock()
    running = _running(connection, outside, country, judge=False)
    opens = _opens(connection, country, bot, running, now)
    if opens is None or opens > now:
        return opens
    fence = walks.take(connection, bot, holder, now, anew=True)
    if fence is None:
        return walks.lease_until(connection, bot)
    lost = deliveries.lose(connection, bot, fence, now, LOST)
    if lost:
        logger.warning("%d copies of announcements by %s were under way at an end", lost, bot)
    return fence


def _running(
    connection: Connection, outside: Outside, country: Country, *, judge: bool
) -> list[AnnouncementRow]:
    """What is being sent in a country, the oldest first; what is over is ended. Of
    what is too late nothing is sent."""
    if facts.restored(connection) is not None:
        return []
    now = outside.clock()
    running = []
    for row in announcements.in_state(connection, State.SENDING):
        if row.country != country.key:
            continue
        if judge and not row.judged and not _judged_well(connection, outside, row):
            continue
        if not _is_late(row, now) and not _end_if_done(connection, outside, row):
            running.append(row)
    return running


def _opens(
    connection: Connection,
    country: Country,
    bot: str,
    running: Iterable[AnnouncementRow],
    now: datetime,
) -> datetime | None:
    """When the next copy can be sent through a bot; None where none waits."""
    due = [deliveries.next_due(connection, row.id, bot) for row in running]
    first = min((at for at in due if at is not None), default=None)
    if first is None:
        return None
    at = max(first, now)
    return quiet_until(country, at) or at


def _judged_well(connection: Connection, outside: Outside, row: AnnouncementRow) -> bool:
    """Pause an announcement of whose first copies too many are given up: an address list that is
    old, or a text that people block us for. Judged once."""
    states = delivery_counts.by_state(connection, row.id)
    given_up = states.get(Delivery.GIVEN_UP, 0)
    ended = given_up + states.get(Delivery.SENT, 0) + states.get(Delivery.UNKNOWN, 0)
    if ended < JUDGED_AFTER:
        return True
    announcements.note(connection, row.id, judged=True)
    if given_up * GIVEN_UP_MOST <= ended:
        return True
    if not announcements.change_sending(connection, row.id, State.PAUSED, reason=MANY_GIVEN_UP):
        return False
    logger.warning("%s pauses: %d of %d were given up", row.code, given_up, ended)
    note(
        connection, outside, SYSTEM, "announce pause", row.code, f"{given_up} of {ended} given up"
    )
    return False


def _end_if_done(connection: Connection, outside: Outside, row: AnnouncementRow | None) -> bool:
    """Whether nothing of it is to be sent any more."""
    if row is None or not row.built or deliveries.is_open(connection, row.id):
        return False
    if announcements.change_sending(connection, row.id, State.DONE, ended_at=outside.clock()):
        note(connection, outside, SYSTEM, "announce end", row.code, "")
    return True


def _take(
    connection: Connection,
    outside: Outside,
    country: Country,
    bot: str,
    fence: int,
    running: Sequence[AnnouncementRow],
    most: int,
) -> list[tuple[Copy, Announce]]:
    now = outside.clock()
    taken: list[tuple[Copy, Announce]] = []
    for row in running:
        left = most - len(taken)
        if left <= 0:
            break
        copies = deliveries.take(connection, row.id, bot, now, left, fence)
        not_sent = _screen(connection, country, row, copies, now)
        deliveries.end(connection, not_sent, fence, now)
        gone = {item.id for item in not_sent}
        operation = operation_of(country, row.content)
        taken += [(copy, operation) for copy in copies if copy.id not in gone]
    return taken


def _screen(
    connection: Connection,
    country: Country,
    row: AnnouncementRow,
    copies: Sequence[Copy],
    now: datetime,
) -> list[Ended]:
    """Those that are not to be sent now, looked at as their residents are at this moment."""
    not_sent = []
    limit = country.calendar.announcements_a_week
    since = now - WEEK
    got: Mapping[str, list[datetime]] = {}
    # Nobody can have had too many where there were no more than that.
    if copies and delivery_counts.announced_lately(connection, country.key, since) > limit:
        got = delivery_counts.lately_got(connection, [copy.resident_id for copy in copies], since)
    for copy in copies:
        before = got.get(copy.resident_id, [])
        if copy.stopped:
            not_sent.append(Ended(copy.id, Delivery.HELD, STOPPED))
        elif copy.quiet:
            not_sent.append(Ended(copy.id, Delivery.HELD, QUIET))
        elif copy.blocked:
            not_sent.append(Ended(copy.id, Delivery.GIVEN_UP, BLOCKED))
        elif len(before) >= limit:
            free = before[limit - 1] + WEEK
            if row.best_before is not None and free >= row.best_before:
                not_sent.append(Ended(copy.id, Delivery.HELD, WEEKLY))
            else:
                not_sent.append(Ended(copy.id, Delivery.WAITING, WEEKLY, due_at=free, tried=False))
    return not_sent
