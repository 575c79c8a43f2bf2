"""The web chat's history: sealed entries of one address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.statements import Prepared, insert_into, table_of
from storage.tables import Address, Inbox


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stored entry. `open` and `fleeting` stand outside the seal, since they change."""

    number: int
    sealed: bytes
    key_id: str
    open: bool


def take_operation(connection: Connection, address_id: str, operation: int) -> bool:
    """Whether an operation is a new one for this inbox; from now on it is not."""
    return _TAKE.run(connection, {"address": address_id, "operation": operation}) == 1


_TAKE = Prepared(
    update(table_of(Address))
    .where(Address.id == bindparam("address"), Address.shown_until < bindparam("operation"))
    .values(shown_until=bindparam("operation"))
)


def keep(
    connection: Connection,
    *,
    address_id: str,
    sealed: bytes,
    key_id: str,
    conversation: str,
    serial: int,
    open: bool,
    fleeting: bool,
    locked: bool,
    now: datetime,
) -> None:
    """Store an entry.

    A question puts out the older ones of its conversation, and takes every fleeting entry with it
    unless it is fleeting itself. A locked one is stored as fleeting: it takes those with it that
    stand there up to the last question, and leaves what was said since.
    """
    if conversation:
        put_out(connection, address_id, conversation, serial)
        if locked:
            _DROP_ANSWERED.run(connection, {"address": address_id})
        elif not fleeting:
            _DROP_FLEETING.run(connection, {"address": address_id})
    insert_into(Inbox).run(
        connection,
        {
            "address_id": address_id,
            "sealed": sealed,
            "key_id": key_id,
            "conversation": conversation,
            "serial": serial,
            "open": open,
            "fleeting": fleeting or locked,
            "at": now,
        },
    )


_OF_FLEETING = delete(table_of(Inbox)).where(
    Inbox.address_id == bindparam("address"), Inbox.fleeting.is_(True)
)
_LAST_QUESTION = (
    select(func.max(Inbox.id))
    .where(Inbox.address_id == bindparam("address"), Inbox.conversation != "")
    .scalar_subquery()
)
_DROP_FLEETING = Prepared(_OF_FLEETING)
_DROP_ANSWERED = Prepared(_OF_FLEETING.where(Inbox.id <= _LAST_QUESTION))


def put_out(connection: Connection, address_id: str, conversation: str, serial: int) -> None:
    """The buttons of a question, and of those before it, are answered or gone."""
    values = {"address": address_id, "in_conversation": conversation, "until": serial}
    _PUT_OUT.run(connection, values)


_PUT_OUT = Prepared(
    update(table_of(Inbox))
    .where(
        Inbox.address_id == bindparam("address"),
        Inbox.conversation == bindparam("in_conversation"),
        Inbox.serial <= bindparam("until"),
    )
    .values(open=False)
)


def entries(connection: Connection, address_id: str, after: int, most: int) -> list[Sealed]:
    """The newest entries after a number, oldest first."""
    rows = connection.execute(
        select(Inbox.id, Inbox.sealed, Inbox.key_id, Inbox.open)
        .where(Inbox.address_id == address_id, Inbox.id > after)
        .order_by(Inbox.id.desc())
        .limit(most)
    ).all()
    return [Sealed(*row) for row in reversed(rows)]


def wipe(connection: Connection, address_id: str) -> None:
    connection.execute(delete(Inbox).where(Inbox.address_id == address_id))
