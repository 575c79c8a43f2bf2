"""A town of any earlier release comes to the newest tables with all of its rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from storage import schema
from storage.database import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from storage.tables import Base
from tests.made_rows import Rows, make_rows, put_rows, stored
from tests.postgres import POSTGRES, SQLITE, cluster
from tests.storage.test_schema import FOLDER

REVISIONS = sorted(path.name.split("_")[0] for path in FOLDER.glob("[0-9]*.py"))


DROPPED = {"consent": {"withdrawn_at"}, "due": {"done_at"}}
"""Columns of earlier releases that are gone."""

SOME = 6
"""The gate stops at one release in so many."""


@pytest.fixture
async def database(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database without tables."""
    with ThreadPoolExecutor(1) as executor:
        made: Database
        if request.param == SQLITE:
            made = SqliteDatabase(tmp_path / "old.db", executor, lambda connection, kicks: None)
        else:
            name = cluster().create()
            made = PostgresDatabase(cluster().url(name), lambda connection, kicks: None)
        yield made
        await made.close()
        made.close_now()


@pytest.mark.parametrize(
    ("database", "step"),
    [
        (SQLITE, SOME),
        pytest.param(SQLITE, 1, marks=pytest.mark.long),
        pytest.param(POSTGRES, 1, marks=pytest.mark.long),
    ],
    indirect=["database"],
)
async def test_rows_of_every_earlier_release_are_there_after_the_upgrade(
    database: Database, step: int
) -> None:
    written: dict[str, Rows] = {}

    def live(connection: Connection, revision: str) -> None:
        """Come to a revision, and keep something in each of its tables."""
        assert schema.upgrade(connection, revision)
        of_then = MetaData()
        of_then.reflect(connection, only=lambda name, _: not name.startswith("pgqueuer"))
        tables = [table for table in of_then.sorted_tables if table.name != "alembic_version"]
        written[revision] = make_rows(tables, f"release {revision}", int(revision))
        put_rows(connection, tables, written[revision])

    for revision in REVISIONS[::step]:
        await database.write(live, revision)
    await database.write(schema.upgrade)
    assert await database.write(schema.revision) == schema.HEAD
    assert await database.write(differences) == []
    found = await database.write(all_there)
    assert len(written) == -(-len(REVISIONS) // step) > 1
    for revision, rows in written.items():
        for table, row in rows.items():
            kept = {name: row[name] for name in row.keys() - DROPPED.get(table, set())}
            assert any(kept.items() <= other.items() for other in found[table]), (revision, table)


def differences(connection: Connection) -> list[object]:
    """Between the tables and what the declarations say."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    names = set(Base.metadata.tables)
    return [
        change
        for change in compare_metadata(context, Base.metadata)
        if getattr(change[1], "name", "") in names
    ]


def all_there(connection: Connection) -> dict[str, list[dict[str, object]]]:
    of_now = MetaData()
    of_now.reflect(connection, only=list(Base.metadata.tables))
    return stored(connection, of_now.sorted_tables)
