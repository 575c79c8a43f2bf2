"""What is owed to channels: an ordered queue per address, with leases and named end states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    update,
)

from storage.addresses import Person
from storage.columns import Utc
from storage.facts import NOT_PAUSED
from storage.later import kick
from storage.statements import Prepared, insert_into, table_of
from storage.tables import Address, Outbox, Resident

SEND = "send"
"""The task that empties the outbox."""

LEASE = timedelta(seconds=30)
"""A row whose sender says nothing for so long may be taken by another."""

REPLY, NEWS, BROADCAST = 0, 5, 9
"""Priorities: an answer to what somebody wrote goes before everything that we begin."""

OWED, SENDING, SENT, GIVEN_UP, UNKNOWN = "owed", "sending", "sent", "given up", "unknown"


@dataclass(frozen=True, slots=True)
class Owed:
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


def owe(
    connection: Connection,
    person: Person,
    payloads: Iterable[bytes],
    now: datetime,
    priority: int = REPLY,
) -> None:
    """Owe operations to somebody, in order, after everything owed to their address already."""
    owe_to(
        connection, person.address_id, person.resident_id, person.language, payloads, now, priority
    )


def owe_to(
    connection: Connection,
    address_id: str,
    resident_id: str | None,
    language: str,
    payloads: Iterable[bytes],
    now: datetime,
    priority: int = REPLY,
) -> None:
    """Owe operations to an address, which may be a group's: then there is no resident."""
    rows = [
        {
            "address_id": address_id,
            "resident_id": resident_id,
            "language": language,
            "payload": payload,
            "state": OWED,
            "priority": priority,
            "created_at": now,
            "due_at": now,
            "attempts": 0,
        }
        for payload in payloads
    ]
    if rows:
        insert_into(Outbox).run(connection, rows)
        kick(connection, SEND, dedupe=SEND)


def claim(connection: Connection, now: datetime, addresses: int) -> list[Owed]:
    """Take everything that can be sent now to so many addresses, under a lease.

    An address with a row that is being sent, or must wait, is left alone: order is strict. Those
    with the most urgent row come first; within one address the running number decides.
    """
    rows = _claimable(connection, now, addresses)
    claimed = [
        Owed(id, address, bot, cipher, key_id, language, payload or b"", attempts, priority)
        for id, address, bot, cipher, key_id, language, payload, attempts, priority in rows
    ]
    if claimed:
        _LEASE.run(connection, [{"row": row.id, "lease_until": now + LEASE} for row in claimed])
    return claimed


def _claimable(connection: Connection, now: datetime, addresses: int) -> Iterable[Sequence[Any]]:
    values = {"now": now, "most": addresses}
    if connection.dialect.name == "sqlite":
        return _CLAIM.rows(connection, values)
    # Several processes send. Whoever holds the first open row of an address has all of it; the
    # lock looks at that row as it is now, whatever the statement saw when it began.
    held = list(connection.scalars(_HOLD_FIRST, values))
    return connection.execute(_CLAIM_OF, {"held": held}) if held else ()


# Written out, not bound: the index of open rows serves only what names its part.
_OPEN = Outbox.state.in_([literal_column(f"'{state}'") for state in (OWED, SENDING)])
_MUST_WAIT = (
    select(Outbox.address_id)
    .where(
        _OPEN,
        or_(
            and_(Outbox.state == SENDING, Outbox.lease_until > bindparam("now", type_=Utc())),
            and_(Outbox.state == OWED, Outbox.due_at > bindparam("now", type_=Utc())),
        ),
    )
    .distinct()
)
_READY = (
    select(Outbox.address_id)
    .where(_OPEN, Outbox.address_id.not_in(_MUST_WAIT), NOT_PAUSED)
    .group_by(Outbox.address_id)
    .order_by(func.min(Outbox.priority), func.min(Outbox.id))
    .limit(bindparam("most", type_=Integer()))
)
_ROWS = (
    select(
        Outbox.id,
        Outbox.address_id,
        Address.bot,
        Address.cipher,
        Address.key_id,
        func.coalesce(Resident.language, Outbox.language),
        Outbox.payload,
        Outbox.attempts,
        Outbox.priority,
    )
    .join(Address, Address.id == Outbox.address_id)
    .outerjoin(Resident, Resident.id == Outbox.resident_id)
    .where(_OPEN)
    .order_by(Outbox.id)
)
_CLAIM = Prepared(_ROWS.where(Outbox.address_id.in_(_READY)))
_CLAIM_OF = _ROWS.where(Outbox.address_id.in_(bindparam("held", expanding=True)))
_HOLD_FIRST = (
    select(Outbox.address_id)
    .where(
        Outbox.id.in_(_READY.with_only_columns(func.min(Outbox.id))),
        or_(
            and_(Outbox.state == SENDING, Outbox.lease_until <= bindparam("now", type_=Utc())),
            and_(Outbox.state == OWED, Outbox.due_at <= bindparam("now", type_=Utc())),
        ),
    )
    .with_for_update(skip_locked=True)
)
_LEASE = Prepared(
    update(table_of(Outbox))
    .where(Outbox.id == bindparam("row"))
    .values(state=SENDING, lease_until=bindparam("lease_until"), attempts=Outbox.attempts + 1)
)


def release_all(connection: Connection, now: datetime) -> None:
    """What a process was sending when it died is owed again. Only where no other process sends."""
    connection.execute(
        update(Outbox)
        .where(_OPEN, Outbox.state == SENDING)
        .values(state=OWED, lease_until=None, due_at=now)
    )


def mark_sent(connection: Connection, ids: Sequence[tuple[int, str]]) -> None:
    """They reached the channel, which calls them so; what they said is erased here."""
    if ids:
        _SENT.run(connection, [{"row": id, "ref": ref} for id, ref in ids])


_SENT = Prepared(
    update(table_of(Outbox))
    .where(Outbox.id == bindparam("row"))
    .values(state=SENT, ref=bindparam("ref"), payload=None, lease_until=None)
)


def mark_ended(connection: Connection, id: int, state: str, reason: str) -> None:
    """`GIVEN_UP` or `UNKNOWN`, and why."""
    connection.execute(
        update(Outbox)
        .where(Outbox.id == id)
        .values(state=state, reason=reason, payload=None, lease_until=None)
    )


def give_up_all(connection: Connection, address_id: str, reason: str) -> None:
    """Nobody is there any more: whatever is still owed to an address is given up."""
    connection.execute(
        update(Outbox)
        .where(Outbox.address_id == address_id, _OPEN)
        .values(state=GIVEN_UP, reason=reason, payload=None, lease_until=None)
    )


def put_back(
    connection: Connection,
    ids: Sequence[int],
    due_at: datetime,
    reason: str | None = None,
    *,
    tried: bool = True,
) -> None:
    """Owed again: after a wait, or because an earlier one of the same address must wait.

    Those that were not `tried` have used up no attempt.
    """
    if not ids:
        return
    values = {"state": OWED, "due_at": due_at, "lease_until": None, "reason": reason}
    statement = update(Outbox).where(Outbox.id.in_(ids)).values(values)
    if not tried:
        statement = statement.values(attempts=Outbox.attempts - 1)
    connection.execute(statement)


def next_due(connection: Connection) -> datetime | None:
    """When the next row can be sent; None when nothing is open, or after a restore."""
    return connection.scalar(_NEXT_DUE)


_NEXT_DUE = select(func.min(func.coalesce(Outbox.lease_until, Outbox.due_at))).where(
    _OPEN, NOT_PAUSED
)


def open_count(connection: Connection, address_id: str) -> int:
    """How many operations are still on their way to an address."""
    return (
        connection.scalar(
            select(func.count()).select_from(Outbox).where(Outbox.address_id == address_id, _OPEN)
        )
        or 0
    )


def counts(connection: Connection) -> dict[str, int]:
    """Rows by state."""
    rows = connection.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {str(state): int(count) for state, count in rows}
