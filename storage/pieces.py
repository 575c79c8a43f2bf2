"""What came in pieces and waits for its rest: one row for each person, moved by each piece."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from storage import later
from storage.columns import Utc
from storage.later import kick
from storage.statements import Prepared, insert_into
from storage.tables import Piece

PIECES = later.PIECES

_OF = Prepared(
    select(Piece.sealed, Piece.key_id).where(Piece.resident_id == bindparam("resident"))
)


def take(connection: Connection, resident_id: str) -> tuple[bytes, str] | None:
    """What waits, sealed, and under which key. Who takes it owes it a turn, or puts it back."""
    found = _OF.rows(connection, {"resident": resident_id})
    if not found:
        return None
    connection.execute(delete(Piece).where(Piece.resident_id == resident_id))
    sealed, key_id = found[0]
    return sealed, key_id


def put(
    connection: Connection, resident_id: str, sealed: bytes, key_id: str, due_at: datetime
) -> None:
    """Let it wait, where nothing of this person waits."""
    values = {"resident_id": resident_id, "sealed": sealed, "key_id": key_id, "due_at": due_at}
    insert_into(Piece).run(connection, values)
    kick(connection, PIECES, dedupe=PIECES)


def find_due(connection: Connection, now: datetime) -> str | None:
    """Whoever's has waited longest; None when none is due."""
    resident_id: str | None = _DUE.scalar(connection, {"now": now})
    return resident_id


_DUE = Prepared(
    select(Piece.resident_id)
    .where(Piece.due_at <= bindparam("now", type_=Utc()))
    .order_by(Piece.due_at)
    .limit(1)
)


def is_due(connection: Connection, resident_id: str, now: datetime) -> bool:
    """Whether it still is, once its sender is held: a rest may have come meanwhile."""
    due = connection.scalar(select(Piece.due_at).where(Piece.resident_id == resident_id))
    return due is not None and due <= now


def next_due(connection: Connection) -> datetime | None:
    due: datetime | None = _NEXT_DUE.scalar(connection, {})
    return due


_NEXT_DUE = Prepared(select(func.min(Piece.due_at)))
