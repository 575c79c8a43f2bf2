"""What of the outbox can be sent now, and is taken to be sent: in order, within the budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from bot.domain.operations import Shown
from storage import budget, facts, prompts
from storage.budget import BULK_BURST, Drawn, draw, hold_budget, read_budgets
from storage.columns import Utc
from storage.facts import NOT_PAUSED
from storage.owed_states import OPEN, OWED, SENDING
from storage.statements import Prepared, among, table_of
from storage.tables import Address, Outbox, Resident

LEASE = timedelta(seconds=30)
"""A row whose sender says nothing for so long may be taken by another."""

REPLY, NEWS, BROADCAST = 0, 0, 9
"""Priorities: an answer to what somebody wrote, and news of their own matter, which they wait for
as much, go before everything that we tell many."""


class Owed(msgspec.Struct, frozen=True):
    """A row to be sent now, with whom it is for. `language` is the receiver's at this moment."""

    id: int
    address_id: str
    bot: str
    cipher: bytes
    key_id: str
    language: str
    payload: bytes
    attempts: int
    priority: int = REPLY
    lease: int = 1
    unsure: int = 0
    taken_over: bool = False
    """Whoever had it before may have sent it."""
    shown: tuple[Shown, ...] = ()
    """Where questions stand in its chat, as of this moment."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a process can take for one bot now: so many addresses, at so many requests a second
    of the bot's budget (None: there is no limit). `extra` were made that nothing was drawn for."""

    addresses: int
    rate: float | None = None
    extra: int = 0


Rooms = Mapping[str, Room]
"""By bot. What is owed to a bot that is not among them is left to the process that serves it."""


def claim(
    connection: Connection, now: datetime, addresses: int, rooms: Rooms | None = None
) -> list[Owed]:
    """Take everything that can be sent now to so many addresses, under a lease.

    An address with a row that is being sent, or must wait, is left alone: order is strict. Those
    with the most urgent row come first; within one address the running number decides. With
    `rooms` no more is taken than the budgets of its bots hold: of the last address perhaps only
    the first rows.
    """
    open_now = None if rooms is None else _open_bots(connection, rooms, now)
    if open_now is not None and not open_now:
        return []
    queues: dict[str, list[Owed]] = {}
    for row in _claimable(connection, now, addresses, open_now):
        id, address, bot, cipher, key_id, language, payload, *numbers, state = row
        attempts, priority, lease, unsure = numbers
        queue = queues.setdefault(address, [])
        # One at a time is sent: of those that somebody had, the first may have arrived.
        over = state == SENDING and not queue
        queue.append(
            Owed(
                id, address, bot, cipher, key_id, language, payload,
                attempts, priority, lease + 1, unsure + over, over,
            )
        )  # fmt: skip
    urgent = sorted(queues.values(), key=lambda rows: (min(r.priority for r in rows), rows[0].id))
    claimed = urgent if rooms is None else _within(connection, urgent, rooms, now)
    taken = [row for rows in claimed for row in rows]
    if taken:
        until = now + LEASE
        _LEASE.run_many(
            connection,
            [{"row": row.id, "lease_until": until, "unsure": row.unsure} for row in taken],
        )
    return look(connection, taken)


def look(connection: Connection, rows: Sequence[Owed]) -> list[Owed]:
    """The rows, with what stands in their chats now."""
    shown = prompts.shown_at(connection, dict.fromkeys(row.address_id for row in rows))
    return [replace(row, shown=shown.get(row.address_id, ())) for row in rows]


def charge(connection: Connection, rooms: Rooms, now: datetime) -> None:
    """Make good what operations took beyond the one request that is drawn for each."""
    for bot, room in rooms.items():
        if room.extra and room.rate is not None:
            budget.charge(connection, bot, room.rate, room.extra, now)


def _open_bots(connection: Connection, rooms: Rooms, now: datetime) -> list[str]:
    """The bots for which something can be taken now."""
    budgets = read_budgets(connection)
    return [
        bot
        for bot, room in rooms.items()
        if room.addresses > 0 and (bot not in budgets or budgets[bot].opens(now, room.rate) <= now)
    ]


def _within(
    connection: Connection, queues: list[list[Owed]], rooms: Rooms, now: datetime
) -> list[list[Owed]]:
    """The first of the queues, as far as there is room and budget for their bots."""
    taken: list[list[Owed]] = []
    for bot in dict.fromkeys(rows[0].bot for rows in queues):
        room = rooms[bot]
        own = [rows for rows in queues if rows[0].bot == bot][: room.addresses]
        if room.rate is None:
            taken += own
            continue
        count = draw(connection, bot, room.rate, sum(map(len, own)), now).count
        for rows in own:
            if count > 0:
                taken.append(rows[:count])
            count -= len(rows)
    return taken


def _claimable(
    connection: Connection, now: datetime, addresses: int, bots: list[str] | None
) -> Iterable[Sequence[Any]]:
    values: dict[str, Any] = {"now": now, "most": addresses, **_by_name(bots or ())}
    claim, hold_first = _claim_of_bots(None if bots is None else len(bots))
    if connection.dialect.name == "sqlite":
        return claim.rows(connection, values)
    # Several processes send. Whoever holds the first open row of an address has all of it; the
    # lock looks at that row as it is now, whatever the statement saw when it began.
    held = [row[0] for row in hold_first.rows(connection, values)]
    return _CLAIM_OF.rows(connection, {"held": held}) if held else ()


_NOW = bindparam("now", type_=Utc())
_WHEN = func.max(func.coalesce(Outbox.lease_until, Outbox.due_at))
"""When an address can be served: its rows come in order, so each of them makes it wait."""

_READY = (
    select(Outbox.address_id)
    .where(OPEN, NOT_PAUSED)
    .group_by(Outbox.address_id)
    .having(_WHEN <= _NOW)
    .order_by(func.min(Outbox.priority), func.min(Outbox.id))
    .limit(bindparam("most", type_=Integer()))
)


def _ready_of(bots: int) -> Select[str]:
    """`_READY`, of so many bots by name: a list that grows could not be prepared.

    The bot is looked up for each address that something is owed to. Joined, a database without
    statistics reads all addresses of the bot at every claim.
    """
    bot = select(Address.bot).where(Address.id == Outbox.address_id).correlate(Outbox)
    names: list[BindParameter[str]] = [bindparam(f"bot{number}") for number in range(bots)]
    return _READY.having(bot.scalar_subquery().in_(names))


def _by_name(bots: Sequence[str]) -> dict[str, str]:
    return {f"bot{number}": bot for number, bot in enumerate(bots)}


_ROWS = (
    select(
        Outbox.id,
        Outbox.address_id,
        Address.bot,
        Address.cipher,
        Address.key_id,
        func.coalesce(Resident.language, Outbox.language),
        func.coalesce(Outbox.payload, b""),
        Outbox.attempts,
        Outbox.priority,
        Outbox.lease,
        Outbox.unsure,
        Outbox.state,
    )
    .join(Address, Address.id == Outbox.address_id)
    .outerjoin(Resident, Resident.id == Outbox.resident_id)
    .where(OPEN)
    .order_by(Outbox.id)
)
_CLAIM_OF = Prepared(_ROWS.where(among(Outbox.address_id, "held")))


@cache
def _claim_of_bots(bots: int | None) -> tuple[Prepared, Prepared]:
    """How rows are found, and how the first of each address is held; None is for all bots."""
    ready = _READY if bots is None else _ready_of(bots)
    hold_first = (
        select(Outbox.address_id)
        .where(
            Outbox.id.in_(ready.with_only_columns(func.min(Outbox.id))),
            or_(
                and_(Outbox.state == SENDING, Outbox.lease_until <= _NOW),
                and_(Outbox.state == OWED, Outbox.due_at <= _NOW),
            ),
        )
        .with_for_update(skip_locked=True)
    )
    return Prepared(_ROWS.where(Outbox.address_id.in_(ready))), Prepared(hold_first)


_LEASE = Prepared(
    update(table_of(Outbox))
    .where(Outbox.id == bindparam("row"))
    .values(
        state=SENDING,
        lease_until=bindparam("lease_until"),
        lease=Outbox.lease + 1,
        unsure=bindparam("unsure"),
    )
)


def next_due(
    connection: Connection, now: datetime | None = None, rooms: Rooms | None = None
) -> datetime | None:
    """When the next row can be sent; None when nothing is open, or after a restore.

    With `rooms`, for the bots among them, and not before their budgets (at `now`) allow it.
    """
    found = _NEXT_DUE.rows(connection, {})
    if rooms is None or now is None or not found:
        return min((when for _bot, when in found), default=None)
    budgets = read_budgets(connection)
    opening = [
        max(when, budgets[bot].opens(now, rooms[bot].rate) if bot in budgets else now)
        for bot, when in found
        if bot in rooms and rooms[bot].addresses > 0
    ]
    return min(opening, default=None)


_WAITING = (
    select(Outbox.address_id, _WHEN.label("at"))
    .where(OPEN, NOT_PAUSED)
    .group_by(Outbox.address_id)
    .subquery()
)
_NEXT_DUE = Prepared(
    select(Address.bot, func.min(_WAITING.c.at))
    .join(Address, Address.id == _WAITING.c.address_id)
    .group_by(Address.bot)
)


def replies_wait(connection: Connection, bot: str, now: datetime) -> bool:
    """Whether something that people wait for could be sent by this bot now."""
    values = {"now": now, "most": 1, **_by_name([bot])}
    return bool(_REPLY_WAITS.rows(connection, values))


_REPLY_WAITS = Prepared(_ready_of(1).having(func.min(Outbox.priority) < BROADCAST))


def draw_for_many(
    connection: Connection, bot: str, rate: float, most: int, now: datetime, extra: int = 0
) -> Drawn:
    """Take up to `most` sends of what goes to many out of a bot's budget: none while it is
    silent, and none while somebody waits for a reply. `extra` were sent already, undrawn."""
    if extra:
        budget.charge(connection, bot, rate, extra, now)
    if facts.restored(connection) is not None or replies_wait(connection, bot, now):
        opens = hold_budget(connection, bot, now).opens(now, rate, BULK_BURST)
        return Drawn(0, max(opens, now + BULK_BURST))
    return draw(connection, bot, rate, most, now, BULK_BURST)
