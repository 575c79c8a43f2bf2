"""Migrations: from empty, from filled, and what the declarations say."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from storage import schema
from storage.errors import OldSchema
from storage.sqlite import SqliteDatabase
from storage.tables import Base
from tests.houses import SmallHouse, migrated_file

FOLDER = Path(schema.__file__).parent / "migrations" / "versions"


def test_the_newest_migration_is_the_one_the_program_wants() -> None:
    found = sorted(path.name for path in FOLDER.glob("[0-9]*.py"))
    assert found, "no migrations found; was the folder moved?"
    assert found[-1].split("_")[0] == schema.HEAD


def test_migrations_make_what_the_declarations_say(tmp_path: Path) -> None:
    path = tmp_path / "town.db"
    path.write_bytes(migrated_file())
    with create_engine(f"sqlite:///{path}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_what_is_new_changes_nothing(house: SmallHouse) -> None:
    assert house.database.write_now(schema.upgrade) is False


def test_a_database_of_a_newer_program_is_refused(house: SmallHouse) -> None:
    house.database.write_now(_execute, "update alembic_version set version_num = '9999'")
    with pytest.raises(OldSchema, match="newer"):
        house.database.write_now(schema.upgrade)


def test_two_processes_that_start_together_upgrade_once(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def start(_number: int) -> bool:
        with ThreadPoolExecutor(1) as executor:
            database = SqliteDatabase(
                tmp_path / "new.db", executor, lambda connection, kicks: None
            )
            done = database.write_now(schema.upgrade)
            database.close_now()
        return done

    with ThreadPoolExecutor(3) as executor:
        assert sorted(executor.map(start, range(3))) == [False, False, True]


def _execute(connection: Connection, sql: str) -> None:
    connection.execute(text(sql))
