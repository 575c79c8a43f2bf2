"""What organisers announce: kept, scheduled, stopped and gone on with; each act signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from bot.domain.announcements import (
    AGAIN_WITHIN,
    BEST_BEFORE,
    CHANGES,
    CODE_LENGTH,
    CODE_PREFIX,
    Audience,
    Content,
    Delivery,
    Draft,
    Picture,
    State,
    TookPart,
    opening,
)
from bot.domain.codes import CODE_SIGNS, fold_code
from bot.domain.country import Country
from bot.domain.operations import Announce, Button
from bot.domain.outcomes import NotAllowed
from bot.domain.outside import Outside
from bot.domain.places import walk
from bot.services.audit_lines import note
from bot.services.hours import quiet_until
from storage import announcements, codes, deliveries, delivery_counts, later, unsent
from storage.announcements import AnnouncementRow
from storage.audiences import Reach, count
from storage.database import Connection

ANNOUNCEMENT, RESULT = "announcement", "result"
"""Kinds: what an organiser wrote, and what a vote came to."""

SYSTEM = "system"
"""Who acts when nobody does."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """The same went out, or is to go out, to the same people lately: is it meant?"""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """It is so now; `already`, that it was so before; `closed`, how many copies were ended."""

    row: AnnouncementRow
    already: bool = False
    closed: int = 0


class Act(Protocol):
    """What can be done with an announcement that is kept: `pause`, `resume`, `cancel`."""

    def __call__(
        self, connection: Connection, outside: Outside, actor: str, code: str, /
    ) -> Changed | NotAllowed: ...


def places_of(country: Country, audience: Audience) -> Sequence[str]:
    """The areas of an audience, with all that lies within them."""
    wanted = set(audience.areas)
    for place in walk(country.places):
        if place.parent in wanted:
            wanted.add(place.key)
    return sorted(wanted)


def reach_of(connection: Connection, country: Country, audience: Audience) -> Reach:
    """How many an announcement would go to now."""
    return count(connection, audience, places_of(country, audience))


def operation_of(country: Country, content: Content) -> Announce:
    """What is sent of an announcement."""
    if not content.opens:
        return Announce(content)
    shown = opening(content.opens, country.prefix)
    return Announce(content, Button(content.opens, shown.label, shown.emoji))


def missing(connection: Connection, country: Country, draft: Draft) -> list[str]:
    """The codes of a draft that nothing of their kind has, in words."""
    named = [(part.kind, part.code) for part in draft.audience.took_part if part.code]
    lost = [
        f"there is no {kind} {code} that somebody could have taken part in"
        for kind, code in named
        if codes.kind_of(connection, code) != kind
    ]
    opens = fold_code(draft.content.opens, country.prefix)
    if opens is not None and codes.kind_of(connection, opens) is None:
        lost.append(f"there is nothing with the code {opens} that a button could open")
    return lost


def keep(
    connection: Connection,
    outside: Outside,
    actor: str,
    draft: Draft,
    picture: Picture | None = None,
    *,
    kind: str = ANNOUNCEMENT,
    subject: str = "",
    demo: bool = False,
) -> AnnouncementRow:
    """Keep a draft; `picture` is its file in the media store, cleaned. Its code is its number."""
    content = replace(draft.content, picture=picture)
    # A button or a picture more does not make another text of it.
    said = msgspec.json.encode((content.texts, draft.audience))
    values = {
        "kind": kind,
        "subject": subject,
        "digest": hashlib.sha256(said).digest(),
        "created_at": outside.clock(),
        "created_by": actor,
        "demo": demo,
    }
    while True:
        code = f"{CODE_PREFIX}-{outside.draw(CODE_SIGNS, CODE_LENGTH)}"
        id = outside.new_id()
        if announcements.add(
            connection,
            content=content,
            audience=draft.audience,
            state=State.DRAFT,
            id=id,
            code=code,
            **values,
        ):
            break
    note(connection, outside, actor, "announce new", code, kind)
    row = announcements.find(connection, code)
    if row is None:
        raise LookupError("an announcement that was just kept is gone")
    return row


def schedule(
    connection: Connection,
    outside: Outside,
    actor: str,
    country: Country,
    code: str,
    local: datetime | None = None,
    *,
    again: bool = False,
) -> Changed | Confirm | NotAllowed:
    """Let it go out: at a `local` time of its country, without zone, or as soon as may be.

    The same text to the same audience within a week before or after needs `again`.
    """
    row = announcements.hold(connection, code)
    if row is None:
        return _unknown(code)
    if row.started_at is not None:
        return _begun(country, row, row.started_at)
    if row.state is not State.DRAFT:
        return _refused(row, State.SCHEDULED)
    start = find_start(country, outside.clock(), local)
    if isinstance(start, NotAllowed):
        return start
    meant = None if again else _meant(connection, row, start)
    if meant is not None:
        return meant
    _let_start(connection, country, row, State.SCHEDULED, start)
    note(connection, outside, actor, "announce schedule", code, _told(country, start))
    return Changed(_again(connection, code))


def move(
    connection: Connection,
    outside: Outside,
    actor: str,
    country: Country,
    code: str,
    local: datetime,
    *,
    again: bool = False,
) -> Changed | Confirm | NotAllowed:
    """Give another start, as for `schedule`, to what is scheduled and has not begun; what is
    paused stays so."""
    row = announcements.hold(connection, code)
    if row is None:
        return _unknown(code)
    if row.started_at is not None:
        return _begun(country, row, row.started_at)
    if row.start_at is None or row.state not in {State.SCHEDULED, State.PAUSED}:
        return _refused(row, State.SCHEDULED)
    start = find_start(country, outside.clock(), local)
    if isinstance(start, NotAllowed):
        return start
    if start == row.start_at:
        return Changed(row, already=True)
    meant = None if again else _meant(connection, row, start)
    if meant is not None:
        return meant
    _let_start(connection, country, row, row.state, start)
    moved = f"{_told(country, start)}, not {_told(country, row.start_at)}"
    note(connection, outside, actor, "announce move", code, moved)
    return Changed(_again(connection, code))


def _meant(connection: Connection, row: AnnouncementRow, start: datetime) -> Confirm | None:
    """Ask whether it is meant, where the same begins within a week of that start."""
    twin = announcements.find_twin(connection, row, start - AGAIN_WITHIN, start + AGAIN_WITHIN)
    return None if twin is None or twin.start_at is None else Confirm(twin.code, twin.start_at)


def find_start(country: Country, now: datetime, local: datetime | None) -> datetime | NotAllowed:
    """When it is to start: at a time of clocks there, or now."""
    zone = ZoneInfo(country.timezone)
    start = now if local is None else local.replace(tzinfo=zone)
    if start < now:
        there = now.astimezone(zone)
        return NotAllowed(f"That is past: there it is {there:%Y-%m-%d %H:%M} now.")
    begins = quiet_until(country, start) or start
    if begins >= start + BEST_BEFORE:
        return NotAllowed(
            f"Nothing goes out there before {begins:%Y-%m-%d %H:%M}, and by then it is too old."
            " Schedule it for a day after that."
        )
    return start


def _let_start(
    connection: Connection, country: Country, row: AnnouncementRow, state: State, start: datetime
) -> None:
    announcements.change(
        connection,
        row.id,
        state,
        start_at=start,
        start_local=start.astimezone(ZoneInfo(country.timezone)).strftime("%Y-%m-%dT%H:%M"),
        zone=country.timezone,
        best_before=start + BEST_BEFORE,
    )
    later.kick(connection, deliveries.ANNOUNCE, dedupe=deliveries.ANNOUNCE)


def _begun(country: Country, row: AnnouncementRow, at: datetime) -> NotAllowed:
    return NotAllowed(
        f"{row.code} began on {_told(country, at)}, and is {row.state.value}:"
        " its start cannot be moved."
    )


def _told(country: Country, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(country.timezone)):%Y-%m-%d %H:%M} {country.timezone}"


def pause(connection: Connection, outside: Outside, actor: str, code: str) -> Changed | NotAllowed:
    """Begin no more of it until `resume`. What is under way at this moment arrives."""
    row = announcements.hold(connection, code)
    if row is None:
        return _unknown(code)
    if row.state is State.PAUSED:
        return Changed(row, already=True)
    if State.PAUSED not in CHANGES[row.state]:
        return _refused(row, State.PAUSED)
    announcements.change(connection, row.id, State.PAUSED, reason="")
    note(connection, outside, actor, "announce pause", code, "")
    return Changed(_again(connection, code))


def resume(
    connection: Connection, outside: Outside, actor: str, code: str
) -> Changed | NotAllowed:
    """Go on where it was paused."""
    row = announcements.hold(connection, code)
    if row is None:
        return _unknown(code)
    if row.state is not State.PAUSED:
        return NotAllowed(f"{code} is {row.state.value}: only what is paused can be resumed.")
    state = State.SCHEDULED if row.started_at is None else State.SENDING
    announcements.change(connection, row.id, state, reason="")
    later.kick(connection, deliveries.ANNOUNCE, dedupe=deliveries.ANNOUNCE)
    note(connection, outside, actor, "announce resume", code, "")
    return Changed(_again(connection, code))


def cancel(
    connection: Connection, outside: Outside, actor: str, code: str
) -> Changed | NotAllowed:
    """Never send it, or no more of it. It cannot be taken up again."""
    row = announcements.hold(connection, code)
    if row is None:
        return _unknown(code)
    if row.state is State.CANCELLED:
        return Changed(row, already=True)
    if State.CANCELLED not in CHANGES[row.state]:
        return _refused(row, State.CANCELLED)
    now = outside.clock()
    announcements.change(connection, row.id, State.CANCELLED, reason="", ended_at=now)
    closed = unsent.close_some(connection, row.id, Delivery.CANCELLED, "", now)
    if left := delivery_counts.by_state(connection, row.id).get(Delivery.WAITING, 0):
        # The announcer goes on with them.
        later.kick(connection, deliveries.ANNOUNCE, dedupe=deliveries.ANNOUNCE)
    closed += left
    note(connection, outside, actor, "announce cancel", code, f"{closed} not sent")
    return Changed(_again(connection, code), closed=closed)


def announce_result(
    connection: Connection,
    outside: Outside,
    country: Country,
    vote: str,
    content: Content,
    actor: str = SYSTEM,
) -> AnnouncementRow:
    """Tell everybody who took part in a vote what came of it, as soon as quiet hours and the
    weekly limit allow. Once for each vote, by its code, however often it is called."""
    found = announcements.find_result(connection, vote)
    if found is not None:
        return found
    audience = Audience(country.key, took_part=(TookPart("vote", vote),))
    draft = Draft(audience, content)
    row = keep(connection, outside, actor, draft, content.picture, kind=RESULT, subject=vote)
    schedule(connection, outside, actor, country, row.code, again=True)
    return _again(connection, row.code)


def pause_all(connection: Connection, outside: Outside, reason: str) -> int:
    """Pause whatever is to be sent, since part of it may have been sent already. How many."""
    going = [
        *announcements.in_state(connection, State.SCHEDULED),
        *announcements.in_state(connection, State.SENDING),
    ]
    for row in going:
        announcements.change(connection, row.id, State.PAUSED, reason=reason)
        note(connection, outside, SYSTEM, "announce pause", row.code, reason)
    return len(going)


def stopped(connection: Connection, outside: Outside, resident_id: str) -> None:
    """A resident said STOP: what is still to come is not sent, not even after a START."""
    unsent.close(connection, Delivery.HELD, "stopped", outside.clock(), resident_id=resident_id)


def blocked(connection: Connection, outside: Outside, address_id: str) -> None:
    """Somebody blocked the bot: nothing will arrive there."""
    unsent.close(connection, Delivery.GIVEN_UP, "blocked", outside.clock(), address_id=address_id)


def _again(connection: Connection, code: str) -> AnnouncementRow:
    row = announcements.find(connection, code)
    if row is None:
        raise LookupError("an announcement that was held is gone")
    return row


def _unknown(code: str) -> NotAllowed:
    return NotAllowed(f"There is no announcement {code}: baraza announce list.")


def _refused(row: AnnouncementRow, wanted: State) -> NotAllowed:
    allowed = ", ".join(state.value for state in CHANGES[row.state]) or "nothing"
    return NotAllowed(
        f"{row.code} is {row.state.value}: it cannot become {wanted.value}."
        f" It may become: {allowed}."
    )
