"""Statements built once, and those that the two databases write differently.

Building a statement costs more than running it. What stands on a turn's path is built once, with
bound parameters, and executed with their values.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Base


def table_of(kind: type[Base]) -> Table:
    """The table of a declaration, for statements without the mapper's work."""
    table = kind.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{kind.__name__} is no table")
    return table


@cache
def insert_into(kind: type[Base]) -> Insert:
    """An insert that is executed with a row's values, or with a list of rows."""
    return insert(table_of(kind))


@cache
def _insert_once(kind: type[Base], dialect: str) -> Insert:
    if dialect == "postgresql":
        return postgresql.insert(table_of(kind)).on_conflict_do_nothing()
    return sqlite.insert(table_of(kind)).on_conflict_do_nothing()


def add_once(connection: Connection, kind: type[Base], /, **values: Any) -> bool:
    """Insert a row unless one with its key is there. Whether it was added."""
    added = connection.execute(_insert_once(kind, connection.dialect.name), values)
    return added.rowcount == 1
