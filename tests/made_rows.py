"""Made-up rows for whatever tables there are, each with what it refers to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, insert, select

from storage.columns import Utc

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

WORDS = {"text", "shown_text", "detail", "name", "gives", "caption", "message", "words"}
"""Columns in which residents' words stand, or what they were answered."""

Rows = dict[str, dict[str, Any]]
"""By table: its row."""


def make_rows(tables: Sequence[Table], owner: str, number: int) -> Rows:
    """A row of each table, all of one person's things. `owner` stands in every text, `number` is
    every number."""
    return {
        table.name: {column.name: _value(column, owner, number) for column in table.columns}
        for table in tables
    }


def put_rows(connection: Connection, tables: Sequence[Table], rows: Rows) -> None:
    for table in tables:
        connection.execute(insert(table).values(rows[table.name]))


def stored(connection: Connection, tables: Sequence[Table]) -> dict[str, list[dict[str, Any]]]:
    """All rows by table."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in tables
    }


def _value(column: Column[Any], owner: str, number: int) -> Any:
    table = column.table
    for key in column.foreign_keys:
        return None if key.column.table is table else _value(key.column, owner, number)
    # What refers to something without a constraint says so by its name.
    other = table.metadata.tables.get(column.name.removesuffix("_id"))
    if other is not None and column.name.endswith("_id") and "id" in other.columns:
        return _value(other.columns["id"], owner, number)
    kind = datetime if isinstance(column.type, Utc) else column.type.python_type
    # An address is found by these two, in whatever table they stand.
    where = "" if column.name in {"bot", "hash"} else f"{table.name} "
    words = f"{where}{column.name} of {owner}"
    if kind is datetime:
        zoned = isinstance(column.type, Utc) or getattr(column.type, "timezone", False)
        return AT if zoned else AT.replace(tzinfo=None)
    made: dict[type, Any] = {str: words, bytes: words.encode(), bool: False, date: AT.date()}
    return made.get(kind, number)
