"""What falls due once, such as an answer that was promised."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Integer, bindparam, delete, literal, select, update

from storage.columns import Utc
from storage.statements import Prepared, add_once
from storage.tables import Due


def put(connection: Connection, kind: str, subject: str, at: datetime) -> None:
    """Something falls due then; the same thing again moves it."""
    if not add_once(connection, Due, kind=kind, subject=subject, at=at):
        connection.execute(
            update(Due).where(Due.kind == kind, Due.subject == subject).values(at=at)
        )


def drop(connection: Connection, kind: str, subject: str) -> None:
    """It does not fall due any more."""
    connection.execute(delete(Due).where(Due.kind == kind, Due.subject == subject))


def find(
    connection: Connection, now: datetime, kinds: Iterable[str], most: int = 100
) -> list[tuple[str, str]]:
    """Kind and subject of what is due of these kinds, the oldest first. What another
    process is doing at this moment is left out."""
    rows = _of_kinds(tuple(kinds)).rows(connection, {"now": now, "most": most})
    return [(kind, subject) for kind, subject in rows]


@cache
def _of_kinds(kinds: tuple[str, ...]) -> Prepared:
    return Prepared(
        select(Due.kind, Due.subject)
        .where(
            Due.at <= bindparam("now", type_=Utc()),
            Due.kind.in_([literal(kind) for kind in kinds]),
        )
        .order_by(Due.at)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
    )
