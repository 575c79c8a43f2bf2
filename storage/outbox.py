"""What is owed to channels: an ordered queue per address, with leases and named end states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from storage import later
from storage.addresses import Person
from storage.claims import (
    BROADCAST,
    LEASE,
    NEWS,
    REPLY,
    Owed,
    Room,
    Rooms,
    charge,
    claim,
    draw_for_many,
    look,
    next_due,
    replies_wait,
)
from storage.later import kick
from storage.owed_states import GIVEN_UP, OPEN, OWED, SENDING, SENT, UNKNOWN
from storage.statements import Prepared, among, insert_into, table_of
from storage.tables import Outbox

__all__ = [
    "BROADCAST",
    "GIVEN_UP",
    "LEASE",
    "NEWS",
    "OWED",
    "REPLY",
    "SENDING",
    "SENT",
    "UNKNOWN",
    "Owed",
    "Room",
    "Rooms",
    "charge",
    "claim",
    "draw_for_many",
    "look",
    "next_due",
    "replies_wait",
]

SEND = later.SEND


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
        insert_into(Outbox).run_many(connection, rows)
        kick(connection, SEND, dedupe=SEND)


def release_all(connection: Connection, now: datetime) -> None:
    """What a process was sending when it died is owed again. Only where no other process sends.

    The lease is over, so that whoever takes it next knows that it may have arrived.
    """
    _RELEASE_ALL.run(connection, {"lease_until": now, "due_at": now})


_RELEASE_ALL = Prepared(
    update(table_of(Outbox))
    .where(OPEN, Outbox.state == SENDING)
    .values(lease_until=bindparam("lease_until"), due_at=bindparam("due_at"))
)


def hold_taken(connection: Connection, queues: Sequence[Sequence[Owed]]) -> list[bool]:
    """Hold the rows of several addresses until the transaction ends. Of each, whether all are
    still the caller's: not where another sender has taken over, or nobody is there any more."""
    taken = _taken(connection, [rows[0].address_id for rows in queues])
    return [all(taken.get(row.id) == row.lease for row in rows) for rows in queues]


def renew(connection: Connection, rows: Sequence[Owed], until: datetime) -> bool:
    """Go on with those rows of one address that have no end yet. Whether nobody has taken over."""
    taken = _taken(connection, [rows[0].address_id])
    ours = [row for row in rows if taken.get(row.id) == row.lease]
    if ours:
        _RENEW.run_many(connection, [{"row": row.id, "lease_until": until} for row in ours])
    return all(taken.get(row.id, row.lease) == row.lease for row in rows)


def _taken(connection: Connection, address_ids: list[str]) -> dict[int, int]:
    """The lease of each row that is being sent."""
    if connection.dialect.name == "sqlite":
        each = [_TAKEN.rows(connection, {"address": address_id}) for address_id in address_ids]
        return {row[0]: row[1] for rows in each for row in rows}
    # A server is asked once, however many they are; in one order, so that none waits in a ring.
    found = _TAKEN_ANY.rows(connection, {"addresses": address_ids})
    return {row[0]: row[1] for row in found}


_BEING_SENT = select(Outbox.id, Outbox.lease).where(OPEN, Outbox.state == SENDING)
_TAKEN = Prepared(_BEING_SENT.where(Outbox.address_id == bindparam("address")))
_TAKEN_ANY = Prepared(
    _BEING_SENT.where(among(Outbox.address_id, "addresses")).order_by(Outbox.id).with_for_update()
)
_RENEW = Prepared(
    update(table_of(Outbox))
    .where(Outbox.id == bindparam("row"))
    .values(lease_until=bindparam("lease_until"))
)


def note_twice(connection: Connection, ids: Sequence[int]) -> None:
    """They were sent by somebody who had lost them: whoever has them now sends them as well."""
    connection.execute(update(Outbox).where(Outbox.id.in_(ids)).values(unsure=Outbox.unsure + 1))


def mark_sent(connection: Connection, ids: Sequence[tuple[int, str]]) -> None:
    """They reached the channel, which calls them so; what they said is erased here."""
    _SENT.run_many(connection, [{"row": id, "ref": ref} for id, ref in ids])


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
        .where(Outbox.address_id == address_id, OPEN)
        .values(state=GIVEN_UP, reason=reason, payload=None, lease_until=None)
    )


def put_back(
    connection: Connection,
    ids: Sequence[int],
    due_at: datetime,
    reason: str | None = None,
    *,
    failed: bool = False,
    unsure: bool = False,
) -> None:
    """Owed again: after a wait, or because an earlier one of the same address must wait.

    `failed` counts an attempt, `unsure` that it may have arrived; a wait is neither.
    """
    if not ids:
        return
    connection.execute(
        update(Outbox)
        .where(Outbox.id.in_(ids))
        .values(
            state=OWED,
            due_at=due_at,
            lease_until=None,
            reason=reason,
            attempts=Outbox.attempts + int(failed),
            unsure=Outbox.unsure + int(unsure),
        )
    )


def may_be_owed(connection: Connection, address_id: str) -> bool:
    """Whether anything may still be to be sent to an address, now or later.

    On a server nobody can say so: others commit at this very moment what cannot be seen yet.
    """
    if connection.dialect.name != "sqlite":
        return True
    return bool(_IS_OWED.rows(connection, {"address": address_id}))


_IS_OWED = Prepared(
    select(Outbox.id)
    .where(OPEN, Outbox.address_id == bindparam("address"))
    .limit(literal_column("1"))
)


def open_count(connection: Connection, address_id: str) -> int:
    """How many operations are still on their way to an address."""
    return (
        connection.scalar(
            select(func.count()).select_from(Outbox).where(Outbox.address_id == address_id, OPEN)
        )
        or 0
    )


def counts(connection: Connection) -> dict[str, int]:
    """Rows by state."""
    rows = connection.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {str(state): int(count) for state, count in rows}
