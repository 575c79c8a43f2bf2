"""The open views stand in the database as this program has them, whatever was there before."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Connection

from bot.domain.reports import OPEN
from storage import schema
from storage.saved_questions import QUESTIONS
from storage.views import OPEN_REPORTS, VIEWS, Privacy
from tests.houses import SmallHouse


def execute(connection: Connection, sql: str) -> None:
    connection.exec_driver_sql(sql)


def made(house: SmallHouse) -> dict[str, str]:
    """The views of the file, by name, as any program sees them."""
    with closing(sqlite3.connect(house.path)) as connection:
        rows = connection.execute("select name, sql from sqlite_master where type = 'view'")
        return dict(rows.fetchall())


def test_a_new_database_has_every_open_view(house: SmallHouse) -> None:
    assert VIEWS
    assert made(house) == {view.name: view.create for view in VIEWS}


def test_a_program_of_others_reads_the_view_in_the_file(house: SmallHouse) -> None:
    with closing(sqlite3.connect(f"{house.path.as_uri()}?mode=ro", uri=True)) as connection:
        cursor = connection.execute("select * from open_reports")
        columns = tuple(item[0] for item in cursor.description)
    assert columns == tuple(column.name for column in OPEN_REPORTS.columns)


@pytest.mark.parametrize(
    "sql",
    [
        "drop view open_reports",
        "create view open_past as select 1 as one",
        "create view open_broken as select one from nowhere",
    ],
)
def test_a_start_makes_views_as_this_program_has_them(house: SmallHouse, sql: str) -> None:
    house.database.write_now(execute, sql)
    assert house.database.write_now(schema.upgrade) is True
    assert made(house) == {view.name: view.create for view in VIEWS}
    assert house.database.write_now(schema.upgrade) is False


def test_a_view_that_was_changed_is_made_anew(house: SmallHouse) -> None:
    house.database.write_now(execute, "drop view open_reports")
    house.database.write_now(execute, "create view open_reports as select * from resident")
    house.database.write_now(schema.upgrade)
    assert made(house)["open_reports"] == OPEN_REPORTS.create


def test_a_view_of_somebody_else_is_left_alone(house: SmallHouse) -> None:
    house.database.write_now(execute, "create view mine as select code from open_reports")
    assert house.database.write_now(schema.upgrade) is False
    assert "mine" in made(house)


def test_a_migration_does_not_meet_the_views(house: SmallHouse) -> None:
    """Rebuilding a table fails on SQLite where a view reads it."""
    house.database.close_now()
    house.path.unlink()
    house.database.write_now(schema.upgrade, "0001")
    house.database.write_now(execute, "create view open_past as select 1 as one from nowhere")
    assert house.database.write_now(schema.upgrade) is True
    assert made(house) == {view.name: view.create for view in VIEWS}


def test_words_and_photos_are_for_cleared_reports_only_and_points_are_coarse() -> None:
    free = {"text", "photos"}
    coarse = {"lat", "lon"}
    for column in OPEN_REPORTS.columns:
        wanted = (
            Privacy.CLEARED
            if column.name in free
            else Privacy.COARSE
            if column.name in coarse
            else Privacy.MATTER
        )
        assert column.privacy is wanted, column.name


def test_a_column_that_is_only_for_cleared_reports_asks_for_it() -> None:
    for column in OPEN_REPORTS.columns:
        assert ("cleared_at IS NOT NULL" in column.sql) == (
            column.privacy is Privacy.CLEARED or column.name == "cleared"
        )


def test_saved_questions_call_open_what_lists_call_open() -> None:
    told = [question.sql for question in QUESTIONS if "status in ('new', 'seen', " in question.sql]
    assert told
    for sql in told:
        assert all(f"'{status.value}'" in sql for status in OPEN)


def test_names_of_views_columns_and_questions_are_used_once() -> None:
    for view in VIEWS:
        names = [column.name for column in view.columns]
        assert len(names) == len(set(names))
        assert view.name.startswith("open_")
    questions = [question.name for question in QUESTIONS]
    assert len(questions) == len(set(questions))
