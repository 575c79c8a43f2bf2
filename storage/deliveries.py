"""Each resident's copy of an announcement: made in batches, taken to be sent, and ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)

from bot.domain.announcements import Audience
from bot.domain.announcements import Delivery as State
from storage import later
from storage.audiences import reached
from storage.columns import Utc
from storage.statements import Prepared, add_all_once, table_of
from storage.tables import Address, Delivery, Resident

ANNOUNCE = later.ANNOUNCE

BATCH = 5000
"""Residents whose deliveries are looked up, or made, at once."""

_WAITING, _SENDING = State.WAITING.value, State.SENDING.value
# Written out, not bound: the index of open rows serves only what names its part, word for word.
IS_OPEN = Delivery.state.in_([literal_column(f"'{state}'") for state in (_WAITING, _SENDING)])
IS_WAITING = and_(IS_OPEN, Delivery.state == literal_column(f"'{_WAITING}'"))
_IS_SENDING = and_(IS_OPEN, Delivery.state == literal_column(f"'{_SENDING}'"))


@dataclass(frozen=True, slots=True)
class Copy:
    """One that is to be sent now, with whom it is for as they are at this moment."""

    id: int
    announcement_id: str
    resident_id: str
    address_id: str
    bot: str
    cipher: bytes
    key_id: str
    language: str
    attempts: int
    part: int
    stopped: bool
    quiet: bool
    blocked: bool
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one. `due_at` is set for one that waits again, after `part` messages."""

    id: int
    state: State
    reason: str = ""
    language: str = ""
    due_at: datetime | None = None
    part: int = 0
    tried: bool = True
    """False used up no attempt."""
    extra: int = 0
    """Messages that were sent beyond the one which the budget was drawn for."""


def build(
    connection: Connection,
    announcement_id: str,
    audience: Audience,
    places: Sequence[str],
    now: datetime,
    most: int = BATCH,
) -> int:
    """Make the deliveries of the next residents. How many; fewer than `most` were the last.

    May be interrupted and repeated: it goes on after the last resident that has one.
    """
    found = _next_ones(connection, announcement_id, audience, places, most)
    return _make(connection, announcement_id, found, now)


def find_next(
    connection: Connection,
    announcement_id: str,
    audience: Audience,
    places: Sequence[str],
    most: int = BATCH,
) -> list[str]:
    """Ids of the residents whose deliveries `build` would make."""
    wanted = _next_ones(connection, announcement_id, audience, places, most)
    return list(connection.scalars(wanted))


def build_of(
    connection: Connection,
    announcement_id: str,
    audience: Audience,
    found: Sequence[str],
    now: datetime,
) -> int:
    """Make the deliveries of those of whom `find_next` has found that are to be told still."""
    them = reached(replace(audience, areas=(), took_part=()), ()).where(Resident.id.in_(found))
    return _make(connection, announcement_id, them, now)


def _next_ones(
    connection: Connection,
    announcement_id: str,
    audience: Audience,
    places: Sequence[str],
    most: int,
) -> Select[Any]:
    last = connection.scalar(
        select(func.max(Delivery.resident_id)).where(Delivery.announcement_id == announcement_id)
    )
    wanted = reached(audience, places).limit(most)
    return wanted if last is None else wanted.where(Resident.id > last)


def _make(connection: Connection, announcement_id: str, wanted: Select[Any], now: datetime) -> int:
    # Nobody of them can be forgotten in another process before their copy is there to be erased.
    held = wanted.with_for_update(read=True, key_share=True, of=Resident)
    rows = [
        {
            "announcement_id": announcement_id,
            "resident_id": resident_id,
            "address_id": address_id,
            "bot": bot,
            "channel": str(bot).rpartition("/")[2],
            "language": language,
            "state": _WAITING,
            "reason": "",
            "due_at": now,
            "attempts": 0,
            "part": 0,
            "fence": 0,
        }
        for resident_id, language, address_id, bot in connection.execute(held)
    ]
    add_all_once(connection, Delivery, rows)
    return len(rows)


def analyze(connection: Connection) -> None:
    """Without it PostgreSQL looks for the next ones as if there were a handful. SQLite does not,
    and would read all of them for it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE delivery")


def take(
    connection: Connection,
    announcement_id: str,
    bot: str,
    now: datetime,
    most: int,
    fence: int,
) -> list[Copy]:
    """Take the next ones of an announcement through a bot: from now on they are being sent."""
    values = {"announcement": announcement_id, "through": bot, "now": now, "most": most}
    rows = _TAKE.rows(connection, values)
    if rows:
        _TAKEN.run_many(connection, [{"row": row[0], "under": fence} for row in rows])
    return [Copy(*row) for row in rows]


# SQLAlchemy counts no more than nine columns.
_COPY: Any = (
    select(
        Delivery.id,
        Delivery.announcement_id,
        Delivery.resident_id,
        Delivery.address_id,
        Delivery.bot,
        Address.cipher,
        Address.key_id,
        Resident.language,
        Delivery.attempts,
        Delivery.part,
        Resident.stopped_at.is_not(None),
        Resident.quiet,
        Address.blocked_at.is_not(None),
        Delivery.due_at,
    )
    .join(Address, Address.id == Delivery.address_id)
    .join(Resident, Resident.id == Delivery.resident_id)
)
_TAKE = Prepared(
    _COPY.where(
        Delivery.announcement_id == bindparam("announcement"),
        Delivery.bot == bindparam("through"),
        IS_WAITING,
        Delivery.due_at <= bindparam("now", type_=Utc()),
    )
    .order_by(Delivery.due_at, Delivery.id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True, of=Delivery)
)
_TAKEN = Prepared(
    update(table_of(Delivery))
    .where(Delivery.id == bindparam("row"))
    .values(state=_SENDING, fence=bindparam("under"), attempts=Delivery.attempts + 1)
)


def end(connection: Connection, ended: Iterable[Ended], fence: int, now: datetime) -> None:
    """Keep what became of those that are being sent under this fence; who lost it keeps nothing.

    What waits again is told by `due_at`.
    """
    over: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    untried: list[dict[str, Any]] = []
    for item in ended:
        values: dict[str, Any] = {
            "row": item.id,
            "under": fence,
            "reason": item.reason,
            "part": item.part,
        }
        if item.due_at is None:
            over.append(
                {**values, "state": item.state.value, "said": item.language, "ended_at": now}
            )
        else:
            (again if item.tried else untried).append({**values, "due_at": item.due_at})
    if over:
        _END.run_many(connection, over)
    if again:
        _AGAIN.run_many(connection, again)
    if untried:
        _UNTRIED.run_many(connection, untried)


_MINE = (Delivery.id == bindparam("row"), Delivery.fence == bindparam("under"), _IS_SENDING)
_END = Prepared(
    update(table_of(Delivery))
    .where(*_MINE)
    .values(
        state=bindparam("state"),
        reason=bindparam("reason"),
        part=bindparam("part"),
        language=func.coalesce(
            func.nullif(bindparam("said", type_=String()), ""), Delivery.language
        ),
        ended_at=bindparam("ended_at"),
    )
)
_WAITS = (
    update(table_of(Delivery))
    .where(*_MINE)
    .values(
        state=_WAITING,
        reason=bindparam("reason"),
        part=bindparam("part"),
        due_at=bindparam("due_at"),
    )
)
_AGAIN = Prepared(_WAITS)
_UNTRIED = Prepared(_WAITS.values(attempts=Delivery.attempts - 1))


def note_blocked(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Whom these were for cannot be written to, until they write themselves."""
    if ids:
        theirs = select(Delivery.address_id).where(Delivery.id.in_(ids))
        connection.execute(
            update(Address)
            .where(Address.id.in_(theirs), Address.blocked_at.is_(None))
            .values(blocked_at=now)
        )


def lose(connection: Connection, bot: str, fence: int, now: datetime, reason: str) -> int:
    """Whatever was being sent under an older fence when its process ended may have arrived: it is
    unknown, and not sent again. How many."""
    values = {"through": bot, "under": fence, "ended_at": now, "reason": reason}
    return _LOSE.run(connection, values)


def lose_all(connection: Connection, now: datetime, reason: str) -> None:
    """The same of every bot. Only where no process sends."""
    _LOSE_ALL.run(connection, {"ended_at": now, "reason": reason})


_LOST = (
    update(table_of(Delivery))
    .where(_IS_SENDING)
    .values(state=State.UNKNOWN.value, reason=bindparam("reason"), ended_at=bindparam("ended_at"))
)
_LOSE_ALL = Prepared(_LOST)
_LOSE = Prepared(
    _LOST.where(Delivery.bot == bindparam("through"), Delivery.fence < bindparam("under"))
)


def next_due(connection: Connection, announcement_id: str, bot: str) -> datetime | None:
    """When the next one through a bot can be sent; None where none waits."""
    values = {"announcement": announcement_id, "through": bot}
    due: datetime | None = _NEXT_DUE.scalar(connection, values)
    return due


_NEXT_DUE = Prepared(
    select(func.min(Delivery.due_at)).where(
        Delivery.announcement_id == bindparam("announcement"),
        Delivery.bot == bindparam("through"),
        IS_WAITING,
    )
)


def is_open(connection: Connection, announcement_id: str) -> bool:
    """Whether any is still to be sent, or being sent."""
    return bool(_ANY_OPEN.rows(connection, {"announcement": announcement_id}))


_ANY_OPEN = Prepared(
    select(Delivery.id)
    .where(Delivery.announcement_id == bindparam("announcement"), IS_OPEN)
    .limit(1)
)
