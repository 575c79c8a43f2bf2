"""Groups: an address without a resident, and when it was last invited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.statements import add_once
from storage.tables import Address, Group, Outbox


def invited_at(connection: Connection, address_id: str) -> datetime | None:
    return connection.scalar(select(Group.invited_at).where(Group.address_id == address_id))


def note_invited(connection: Connection, address_id: str, now: datetime) -> None:
    if not add_once(connection, Group, address_id=address_id, invited_at=now):
        connection.execute(
            update(Group).where(Group.address_id == address_id).values(invited_at=now)
        )


def is_group(connection: Connection, address_id: str) -> bool:
    return invited_at(connection, address_id) is not None


def move_address(
    connection: Connection, address_id: str, hash: bytes, cipher: bytes, key_id: str
) -> None:
    """The same group under another address."""
    connection.execute(
        update(Address)
        .where(Address.id == address_id)
        .values(hash=hash, cipher=cipher, key_id=key_id)
    )


def join_addresses(connection: Connection, old: str, new: str) -> None:
    """Two addresses turned out to be one group: what is owed to the old one goes to the new."""
    connection.execute(
        update(Outbox)
        .where(Outbox.address_id == old, Outbox.payload.is_not(None))
        .values(address_id=new)
    )
    drop_group(connection, old)


def drop_group(connection: Connection, address_id: str) -> None:
    """Nothing is kept of a group that the bot is not in."""
    connection.execute(delete(Outbox).where(Outbox.address_id == address_id))
    connection.execute(delete(Group).where(Group.address_id == address_id))
    connection.execute(delete(Address).where(Address.id == address_id))
