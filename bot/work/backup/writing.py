"""Makes a backup: every table in one snapshot, then the files that its rows name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from bot.work.backup.errors import Interrupted
from bot.work.backup.frames import (
    FILE,
    HEAD,
    MANIFEST,
    ROWS,
    TABLE,
    Counted,
    Head,
    Manifest,
    pack,
    pack_rows,
    put_frame,
)
from bot.work.backup.sealed import SealedWriter
from bot.work.store import NAME, DamagedMedia, MediaStore, MissingMedia
from storage import schema, table_rows, used_files
from storage.statements import table_of
from storage.table_shapes import shape_of
from storage.tables import Task

Progress = Callable[[int, int], None]
"""How many rows and files are done, of how many."""


def write_town(
    connection: Connection,
    out: SealedWriter,
    store: MediaStore,
    *,
    made_at: datetime,
    program: str,
    erased: int,
    progress: Progress = lambda done, of: None,
) -> Manifest:
    """Write all of a town. The connection must see one moment; memory is a batch of rows or a
    file, at any size of the town. Raises `Interrupted` where it is called again on what it has
    begun, as a database does whose connection was lost."""
    if out.begun:
        raise Interrupted
    tables = table_rows.tables()
    done, total = 0, _count(connection)
    head = Head(
        made_at=made_at,
        program=program,
        revision=schema.revision(connection) or "",
        database=connection.dialect.name,
        tables=tuple(shape_of(table) for table in tables),
        erased=erased,
    )
    put_frame(out, HEAD, pack(head))
    counted = {}
    for table in tables:
        put_frame(out, TABLE, table.name.encode())
        tally = table_rows.Tally()
        for records in _records(connection, table):
            tally.add(records)
            put_frame(out, ROWS, pack_rows(records))
            done += len(records)
            progress(done, total)
        counted[str(table.name)] = Counted(tally.count, tally.digest)
    files = size = missing = 0
    for name in used_files.read_names(connection):
        if not NAME.fullmatch(name):
            continue
        try:
            data = store.open(name)
        except (MissingMedia, DamagedMedia):
            missing += 1
        else:
            put_frame(out, FILE, name.encode() + data)
            files, size = files + 1, size + len(data)
        progress(done + files + missing, total)
    manifest = Manifest(counted, table_rows.read_numbers(connection), files, size, missing)
    put_frame(out, MANIFEST, pack(manifest))
    out.close()
    return manifest


def _records(connection: Connection, table: Table) -> Iterator[list[bytes]]:
    yield from table_rows.read_records(connection, table)
    if table is table_of(Task) and connection.dialect.name == "postgresql":
        from storage import pgqueuer_rows

        yield from pgqueuer_rows.task_records(connection, table_rows.RECORDS_AT_ONCE)


def _count(connection: Connection) -> int:
    rows = sum(
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in table_rows.tables()
    )
    return rows + used_files.count_names(connection)
