"""The web chat's history: sealed entries of one address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.statements import add_once
from storage.tables import Inbox


@dataclass(frozen=True, slots=True)
class Sealed:
    """A stored entry. `open` and `fleeting` stand outside the seal, since they change."""

    number: int
    sealed: bytes
    key_id: str
    open: bool


def keep(
    connection: Connection,
    *,
    address_id: str,
    operation_id: str,
    sealed: bytes,
    key_id: str,
    conversation: str,
    serial: int,
    open: bool,
    fleeting: bool,
    now: datetime,
) -> int:
    """Store an entry once and return its number; the same operation again changes nothing.

    A question that is not fleeting takes every fleeting entry with it, and puts out the older
    questions of its conversation.
    """
    added = add_once(
        connection,
        Inbox,
        address_id=address_id,
        operation_id=operation_id,
        sealed=sealed,
        key_id=key_id,
        conversation=conversation,
        serial=serial,
        open=open,
        fleeting=fleeting,
        at=now,
    )
    number = connection.scalar(_NUMBER, {"address": address_id, "operation": operation_id})
    if number is None:
        raise LookupError("an entry that was just kept is gone")
    if added and conversation:
        connection.execute(
            update(Inbox)
            .where(
                Inbox.address_id == address_id,
                Inbox.conversation == conversation,
                Inbox.id < number,
            )
            .values(open=False)
        )
        if not fleeting:
            connection.execute(
                delete(Inbox).where(
                    Inbox.address_id == address_id, Inbox.fleeting, Inbox.id < number
                )
            )
    return number


_NUMBER = select(Inbox.id).where(
    Inbox.address_id == bindparam("address"), Inbox.operation_id == bindparam("operation")
)


def put_out(connection: Connection, address_id: str, conversation: str, serial: int) -> None:
    """The buttons of a question are answered or gone."""
    connection.execute(
        update(Inbox)
        .where(
            Inbox.address_id == address_id,
            Inbox.conversation == conversation,
            Inbox.serial <= serial,
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


def newest(connection: Connection) -> int:
    """The highest number there is, to notice what another process wrote."""
    return connection.scalar(select(func.max(Inbox.id))) or 0
