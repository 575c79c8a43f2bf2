"""A town to back up, its backups, and what is in them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, inspect

from bot import app, duties
from bot.domain.inbound import Attachment
from bot.domain.operations import Receipt
from bot.work.cleaned import Cleaned
from bot.work.tasks import EmbeddedTasks
from storage import schema, table_rows
from storage.sqlite import SqliteDatabase
from storage.table_shapes import shape_of, table_from
from tests.cli.conftest import Shell

PHOTO = b"the bytes of a photo " * 9000
NAME = hashlib.sha256(PHOTO).hexdigest()
STORY = "palabrasquenadiemasescribe en la esquina"


def put_photo(shell: Shell) -> Attachment:
    for house in shell.house():
        house.store.put(Cleaned("photo", "image/jpeg", PHOTO, NAME))
    return Attachment("photo", NAME, "image/jpeg", len(PHOTO))


def fill(shell: Shell) -> None:
    """Three residents, one with a photo in a draft, and words that must not be seen."""
    shell.report("ana", STORY)
    shell.back("beto")
    shell.talk("caro", "/start", "English", "yes", "report", "full bin", STORY, "Palermo")
    shell.talk("caro", "skip", "no", put_photo(shell))


def make(shell: Shell, folder: Path, *words: str) -> Path:
    """Make a backup; where it is."""
    told = shell.told("backup", str(folder), *words)
    return Path(told.partition(": ")[0])


def tables_at(revision: str, path: Path) -> list[Table]:
    """The tables as they were then, each with the columns that it had."""
    with ThreadPoolExecutor(1) as executor:
        database = SqliteDatabase(path, executor, lambda connection, kicks: None)
        database.write_now(schema.upgrade, revision)
        had = database.write_now(_columns)
        database.close_now()
    shapes = [shape_of(table) for table in table_rows.tables() if table.name in had]
    return [
        table_from(
            replace(shape, columns=tuple(c for c in shape.columns if c.name in had[shape.name]))
        )
        for shape in shapes
    ]


def _columns(connection: Connection) -> dict[str, set[str]]:
    found = inspect(connection)
    return {
        table: {column["name"] for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def records(connection: Connection) -> dict[str, list[bytes]]:
    return {
        table.name: [
            record for batch in table_rows.read_records(connection, table) for record in batch
        ]
        for table in table_rows.tables()
    }


def restored(tmp_path: Path) -> Shell:
    # Its updates are none that the first one has seen.
    return Shell(tmp_path / "other", updates=1000)


def restore(shell: Shell, file: Path, *words: str) -> str:
    return shell.told("restore", str(file), "--into", str(shell.data), *words)


def make_older(shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup as a release before had made it: without the tables and columns that came since.

    Nothing else can be done with the town in the file afterwards.
    """
    older = tables_at("0001", folder.with_suffix(".db"))
    shell.execute("update alembic_version set version_num = '0001'")
    with monkeypatch.context() as then:
        then.setattr(table_rows, "tables", lambda: older)
        then.setattr(schema, "upgrade", lambda connection, to="0001": False)
        return make(shell, folder)


def work(shell: Shell) -> None:
    """What the running process does of its own, with nothing sent."""

    async def nobody(*_owed: object) -> Sequence[Receipt]:
        raise AssertionError("nothing is to be sent")

    for house in shell.house():
        duties.prepare(house, nobody)

        async def go(house: app.House = house) -> None:
            assert isinstance(house.tasks, EmbeddedTasks)
            while await house.tasks.run_one(house.database):
                pass
            await house.database.close()

        asyncio.run(go())


def count(connection: Connection, sql: str) -> int:
    return int(connection.exec_driver_sql(sql).scalar() or 0)
