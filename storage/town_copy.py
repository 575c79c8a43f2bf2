"""A whole town from a SQLite file into an empty database on a server, compared table by table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, event

from storage import schema, table_rows
from storage.errors import DatabaseError
from storage.table_rows import Tally, tables


class NotCopied(DatabaseError):
    """Nothing was copied, and why."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table and its rows, which are the same on both sides."""

    table: str
    rows: int
    digest: str


def copy_town(target: Connection, file: Path, step: Callable[[str, int], None]) -> list[Copied]:
    """Copy every table in this transaction. `step` hears the table and the rows of each batch.

    Raises `NotCopied` for a target that is not empty, or tables that differ afterwards.
    """
    names = ", ".join(table.name for table in tables())
    # Whoever starts on the target meanwhile waits until it is whole.
    target.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
    if not table_rows.is_empty(target):
        raise NotCopied("the database to copy to is not empty")
    engine = create_engine(
        f"sqlite:///file:{file.absolute()}?mode=ro&uri=true", hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _one_moment(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    try:
        with engine.connect() as source:
            schema.require(source)
            return _copy(source, target, step)
    finally:
        engine.dispose()


def _copy(
    source: Connection, target: Connection, step: Callable[[str, int], None]
) -> list[Copied]:
    copied = []
    for table in tables():
        sent = Tally()
        for batch in table_rows.read_records(source, table):
            sent.add(batch)
            table_rows.write_records(target, table, batch)
            step(table.name, len(batch))
        arrived = table_rows.tally(target, table)
        if (sent.count, sent.digest) != (arrived.count, arrived.digest):
            raise NotCopied(
                f"{table.name} is not the same on both sides: "
                f"{sent.count} rows were sent, {arrived.count} arrived"
            )
        copied.append(Copied(table.name, sent.count, sent.digest))
    table_rows.write_numbers(target, table_rows.read_numbers(source))
    # Without it the server plans the first day's statements as if every table were empty.
    target.exec_driver_sql("ANALYZE")
    return copied
