"""Statements that the two databases write differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Base


def add_once(connection: Connection, table: type[Base], **values: Any) -> bool:
    """Insert a row unless one with its key is there. Whether it was added."""
    if connection.dialect.name == "postgresql":
        added = connection.execute(
            postgresql.insert(table).values(**values).on_conflict_do_nothing()
        )
    else:
        added = connection.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    return added.rowcount == 1
