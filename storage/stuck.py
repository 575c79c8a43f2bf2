"""Updates whose turn failed: counted where a restart does not forget them, then set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from storage.statements import add_once
from storage.tables import Address, StuckUpdate

NOTHING = b""
"""Stands where an update would, of which only the count is kept."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """An update that was set aside; `reason` is the class name of its last failure. `kept` is
    whether there is something to try again."""

    bot: str
    update_id: str
    first_at: datetime
    at: datetime
    tries: int
    reason: str
    kept: bool = True


@dataclass(frozen=True, slots=True)
class SealedUpdate:
    """The update itself, as the channel sent it."""

    sealed: bytes
    key_id: str


def note_failure(
    connection: Connection,
    *,
    bot: str,
    update_id: str,
    reason: str,
    hash: bytes | None,
    sealed: bytes,
    key_id: str,
    most: int,
    now: datetime,
) -> int:
    """Count one more failure of an update, which is set aside from `most` on. How many so far."""
    added = add_once(
        connection,
        StuckUpdate,
        bot=bot,
        update_id=update_id,
        first_at=now,
        at=now,
        tries=1,
        reason=reason,
        set_aside=most <= 1,
        hash=hash,
        sealed=sealed,
        key_id=key_id,
    )
    if added:
        return 1
    connection.execute(
        update(StuckUpdate)
        .where(_is(bot, update_id))
        .values(tries=StuckUpdate.tries + 1, reason=reason, at=now)
    )
    connection.execute(
        update(StuckUpdate)
        .where(_is(bot, update_id), StuckUpdate.tries >= most)
        .values(set_aside=True)
    )
    return connection.scalar(select(StuckUpdate.tries).where(_is(bot, update_id))) or 0


def drop(connection: Connection, bot: str, update_id: str) -> bool:
    """Forget an update: it was taken after all, or the operator says so. Whether it was there."""
    return connection.execute(delete(StuckUpdate).where(_is(bot, update_id))).rowcount == 1


def sealed_update(connection: Connection, bot: str, update_id: str) -> SealedUpdate | None:
    row = connection.execute(
        select(StuckUpdate.sealed, StuckUpdate.key_id).where(_is(bot, update_id))
    ).one_or_none()
    return None if row is None else SealedUpdate(*row)


def list_stuck(connection: Connection, update_id: str | None = None) -> Sequence[Stuck]:
    """Those that were set aside, the oldest first; or of one number, which each bot may have."""
    wanted = select(
        StuckUpdate.bot,
        StuckUpdate.update_id,
        StuckUpdate.first_at,
        StuckUpdate.at,
        StuckUpdate.tries,
        StuckUpdate.reason,
        StuckUpdate.sealed != NOTHING,
    ).where(StuckUpdate.set_aside.is_(True))
    if update_id is not None:
        wanted = wanted.where(StuckUpdate.update_id == update_id)
    rows = connection.execute(
        wanted.order_by(StuckUpdate.first_at, StuckUpdate.bot, StuckUpdate.update_id)
    )
    return [Stuck(*row) for row in rows]


def count(connection: Connection) -> int:
    """How many are set aside."""
    wanted = select(func.count()).select_from(StuckUpdate).where(StuckUpdate.set_aside.is_(True))
    return connection.scalar(wanted) or 0


def forget(connection: Connection, address_id: str) -> None:
    """Erase the updates of an address."""
    of_address = exists().where(
        Address.id == address_id, Address.bot == StuckUpdate.bot, Address.hash == StuckUpdate.hash
    )
    connection.execute(delete(StuckUpdate).where(of_address))


def _is(bot: str, update_id: str) -> ColumnElement[bool]:
    return (StuckUpdate.bot == bot) & (StuckUpdate.update_id == update_id)
