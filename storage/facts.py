"""Small facts of this database: its epoch, whether it waits after a restore, its last backup,
whether its town has moved.

A restored database is an older moment come back. What it owes may have been sent after the backup
was made, so it comes up paused: nothing is sent and nothing falls due until the operator has said
what is to become of that. Its new epoch tells a process that served it before to end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, not_, select, update

from storage.errors import Moved
from storage.owed_states import GIVEN_UP, OPEN
from storage.statements import Prepared
from storage.tables import Meta, Outbox

_EPOCH, _RESTORED, _THROUGH, _BACKUP = "epoch", "restored", "restored through", "last backup"
_MOVED, _MOVED_TO = "moved", "moved to"

NOT_PAUSED = not_(exists().where(Meta.key == _RESTORED))
"""A condition for statements that take work: false until the operator has resumed."""


@dataclass(frozen=True, slots=True)
class Restored:
    """When it was restored, and the last operation that was known then."""

    at: datetime
    through: int


def read_epoch(connection: Connection) -> str:
    """Empty for a database that was never restored."""
    return _read(connection, _EPOCH) or ""


def begin_epoch(connection: Connection, epoch: str, now: datetime) -> None:
    """This database was just restored, or taken back: from here on it is another one, paused, and
    the town is here."""
    connection.execute(delete(Meta).where(Meta.key.in_((_MOVED, _MOVED_TO))))
    _write(connection, _EPOCH, epoch)
    _write(connection, _RESTORED, now.isoformat())
    _write(connection, _THROUGH, str(last_number(connection)))


def restored(connection: Connection) -> Restored | None:
    """None unless the database waits for the operator."""
    at = _read(connection, _RESTORED)
    if at is None:
        return None
    return Restored(datetime.fromisoformat(at), int(_read(connection, _THROUGH) or 0))


def resume(connection: Connection) -> None:
    """The operator has decided: work may be taken again."""
    connection.execute(delete(Meta).where(Meta.key.in_((_RESTORED, _THROUGH))))


def count_doubtful(connection: Connection, through: int) -> int:
    """Operations that were owed when the backup was made: they may have been sent since."""
    counted = select(func.count()).select_from(Outbox).where(OPEN, Outbox.id <= through)
    return connection.scalar(counted) or 0


def give_up_doubtful(connection: Connection, through: int, after: int, reason: str) -> int:
    """Give up what was owed at the backup, and what was owed after number `after`. How many."""
    doubtful = (Outbox.id <= through) | (Outbox.id > after)
    given_up = connection.execute(
        update(Outbox)
        .where(OPEN, doubtful)
        .values(state=GIVEN_UP, reason=reason, payload=None, lease_until=None)
    )
    return given_up.rowcount


def last_number(connection: Connection) -> int:
    """The newest operation's."""
    return connection.scalar(select(func.max(Outbox.id))) or 0


def note_backup(connection: Connection, now: datetime) -> None:
    _write(connection, _BACKUP, now.isoformat())


def last_backup(connection: Connection) -> datetime | None:
    """When the last backup was made; None for never."""
    at = _read(connection, _BACKUP)
    return None if at is None else datetime.fromisoformat(at)


def note_moved(connection: Connection, place: str, now: datetime) -> None:
    """The town was copied from here to another place, and goes on there."""
    _write(connection, _MOVED_TO, place)
    _write(connection, _MOVED, now.isoformat())


def is_moved(connection: Connection) -> bool:
    return _read(connection, _MOVED) is not None


def require_here(connection: Connection) -> None:
    """Raises `Moved` where the town has moved elsewhere."""
    at = _read(connection, _MOVED)
    if at is not None:
        raise Moved(_read(connection, _MOVED_TO) or "", at[: len("2026-11-30")])


def _read(connection: Connection, key: str) -> str | None:
    value: str | None = _VALUE.scalar(connection, {"of": key})
    return value


_VALUE = Prepared(select(Meta.value).where(Meta.key == bindparam("of")))


def _write(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(Meta).where(Meta.key == key))
    connection.execute(insert(Meta).values(key=key, value=value))
