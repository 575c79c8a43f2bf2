"""Every table's rows as lines that both databases read and write alike: for copies and backups.

A record is one row as JSON, its columns in the order of the declaration. The same row gives the
same bytes on SQLite and on PostgreSQL, so counts and digests of two databases can be compared.
Read all of it in one transaction that sees one moment (`Database.read`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, insert, select, text

from storage.columns import Utc
from storage.tables import Base

RECORDS_AT_ONCE = 1000
"""Records of one batch: what is held in memory is this many rows of one table."""


def tables() -> Sequence[Table]:
    """Every table, each after those that it refers to."""
    return Base.metadata.sorted_tables


class Tally:
    """How many records of a table there were, and what they said, in their order."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = sha256()

    def add(self, records: Sequence[bytes]) -> None:
        self.count += len(records)
        for record in records:
            # JSON of ours holds no line break: without one, two rows could be read as one.
            self._hash.update(record + b"\n")

    @property
    def digest(self) -> str:
        """64 hexadecimal digits."""
        return self._hash.hexdigest()


def read_records(connection: Connection, table: Table) -> Iterator[list[bytes]]:
    """A table's records in batches, in the order of its key. Constant memory at any size."""
    rows = connection.execute(
        select(table).order_by(*_order(connection, table)),
        execution_options={"stream_results": True, "yield_per": RECORDS_AT_ONCE},
    )
    encoder = msgspec.json.Encoder()
    for batch in rows.partitions(RECORDS_AT_ONCE):
        yield [encoder.encode(tuple(row)) for row in batch]


def write_records(connection: Connection, table: Table, records: Sequence[bytes]) -> None:
    """Insert a batch. Raises `ValueError` for what is no record of this table.

    Afterwards, when all tables are there, `write_numbers`.
    """
    decoder, names = _reader(table)
    rows = [decoder.decode(record) for record in records]
    if rows and connection.dialect.name == "postgresql":
        # Loaded for a town on a server alone.
        from storage import postgres_line

        postgres_line.copy_in(connection, str(table.name), names, rows)
    elif rows:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def tally(connection: Connection, table: Table) -> Tally:
    """What a table holds now."""
    counted = Tally()
    for batch in read_records(connection, table):
        counted.add(batch)
    return counted


def is_empty(connection: Connection) -> bool:
    """Whether no table holds a row."""
    return not any(
        connection.scalar(select(func.count()).select_from(table)) for table in tables()
    )


def read_numbers(connection: Connection) -> dict[str, int]:
    """The last number that each table with running numbers has given, by table.

    No number is ever given twice, so this may be above the highest that still has a row.
    """
    if connection.dialect.name == "sqlite":
        given = {
            str(name): int(last)
            for name, last in connection.execute(text("select name, seq from sqlite_sequence"))
        }
        return {table.name: given.get(table.name, 0) for table in _numbered()}
    return {
        table.name: int(
            connection.scalar(
                text(f"select case when is_called then last_value else 0 end from {name}")
            )
            or 0
        )
        for table, name in _sequences(connection)
    }


def write_numbers(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Go on numbering behind these, and behind whatever rows there are."""
    for table in _numbered():
        highest = connection.scalar(select(func.max(table.c.id))) or 0
        last = max(int(highest), numbers.get(table.name, 0))
        if last and connection.dialect.name == "sqlite":
            values = {"name": table.name, "last": last}
            changed = connection.execute(
                text("update sqlite_sequence set seq = :last where name = :name"), values
            )
            if not changed.rowcount:
                connection.execute(
                    text("insert into sqlite_sequence values (:name, :last)"), values
                )
        elif last:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            connection.execute(
                text(f"select setval({sequence}, cast(:last as bigint))"), {"last": last}
            )


def _numbered() -> list[Table]:
    """Tables whose key is a running number."""
    return [table for table in tables() if table.autoincrement_column is not None]


def _sequences(connection: Connection) -> list[tuple[Table, str]]:
    return [
        (
            table,
            str(connection.scalar(text(f"select pg_get_serial_sequence('{table.name}', 'id')"))),
        )
        for table in _numbered()
    ]


def _order(connection: Connection, table: Table) -> list[Any]:
    """The key's columns. PostgreSQL would sort text as a language does, SQLite as bytes."""
    if connection.dialect.name == "sqlite":
        return list(table.primary_key)
    return [
        column.collate("C") if column.type.python_type is str else column
        for column in table.primary_key
    ]


@cache
def _reader(table: Table) -> tuple[msgspec.json.Decoder[tuple[Any, ...]], tuple[str, ...]]:
    kinds = tuple(
        _kind(column.type) | None if column.nullable else _kind(column.type)
        for column in table.columns
    )
    row: Any = tuple.__class_getitem__(kinds)
    return msgspec.json.Decoder(row), tuple(column.name for column in table.columns)


def _kind(type: Any) -> Any:
    kind = datetime if isinstance(type, Utc) else type.python_type
    if kind not in {str, int, float, bool, bytes, date, datetime}:
        raise TypeError(f"no record can hold a {kind.__name__}")
    return kind
