"""Staff's questions: what can be asked, and every way we know to ask for more."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.inbound import Attachment, Command, Text
from storage import open_reading, reports
from storage.open_reading import NotAllowed, TooLong, ask
from storage.views import OPEN_REPORTS, QUESTIONS, VIEWS
from tests.houses import SmallHouse, small_house

WORDS = "nobody else may read this"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    for house in small_house(tmp_path):
        house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
        house.take(Text("full bin"), Text(WORDS), Text("Palermo"), Text("secret corner"))
        house.take(Attachment("photo", "a" * 64, "image/jpeg", 9), Text("that is all"))
        house.take(Text("2"), Text("no"), Text("send it"))
        yield house


def answer(house: SmallHouse, sql: str) -> list[tuple[object, ...]]:
    return list(ask(house.path, sql, os.urandom).rows)


def test_the_columns_of_a_view_are_those_of_its_table(house: SmallHouse) -> None:
    assert VIEWS
    for view in VIEWS:
        found = ask(house.path, f"select * from {view.name}", os.urandom)
        assert found.columns == tuple(column.name for column in view.columns)


def test_words_and_photos_stand_there_only_once_a_person_has_cleared_them(
    house: SmallHouse,
) -> None:
    sql = "select text, photos, cleared from open_reports"
    assert answer(house, sql) == [(None, None, 0)]
    [row] = house.database.write_now(reports.list_reports)
    house.database.write_now(reports.set_cleared, row.id, house.now)
    assert answer(house, sql) == [(WORDS, 1, 1)]


def test_limited_reports_stay_out(house: SmallHouse) -> None:
    house.database.write_now(
        lambda connection: connection.exec_driver_sql("update report set limited = 1")
    )
    assert answer(house, "select count(*) from open_reports") == [(0,)]


def test_no_column_tells_who_or_how(house: SmallHouse) -> None:
    names = {column.name for column in OPEN_REPORTS.columns}
    assert not names & {"resident_id", "id", "language", "channel", "detail"}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_saved_question_has_an_answer(house: SmallHouse, question: object) -> None:
    sql = getattr(question, "sql", "")
    assert ask(house.path, sql, os.urandom).columns


@pytest.mark.parametrize(
    "sql",
    [
        "select * from report",
        "select * from resident",
        "select text from report",
        "select count(*) from report",
        "select 1 from report",
        "select * from main.report",
        "select * from sqlite_master",
        "select * from sqlite_temp_master",
        "select * from temp.sqlite_master",
        "select * from pragma_table_info('report')",
        "select * from pragma_table_list",
        "select * from dbstat",
        "pragma table_info(report)",
        "pragma writable_schema = on",
        "pragma query_only = off",
        "with open_reports as (select * from resident) select * from open_reports",
        "with open_reports as (select text from report) select * from open_reports",
        "with x as (select * from open_reports, report) select * from x",
        "select * from open_reports union select id, 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"
        " from resident",
        "select (select cipher from address)",
        "select * from open_reports where exists (select 1 from resident)",
        "select * from open_reports join resident on 1",
        "select * from open_reports order by (select language from resident)",
        "create table t (a)",
        "create temp table t (a)",
        "create temp view open_reports as select * from report",
        "drop view open_reports",
        "insert into open_reports (code) values ('x')",
        "update report set text = ''",
        "delete from report",
        "attach ':memory:' as other",
        "attach database '/tmp/other.db' as other",
        "detach main",
        "vacuum",
        "vacuum into '/tmp/stolen.db'",
        "reindex",
        "analyze",
        "begin immediate",
        "savepoint x",
        "select load_extension('x')",
        "select readfile('/etc/passwd')",
        "select writefile('/tmp/x', 'y')",
        "select edit('x')",
        "select fts3_tokenizer('x')",
        "select sqlite_source_id()",
        "select zeroblob(1000000000)",
        "select randomblob(1000000000)",
    ],
)
def test_everything_else_is_refused(house: SmallHouse, sql: str) -> None:
    with pytest.raises((NotAllowed, sqlite3.Error)) as caught:
        answer(house, sql)
    assert WORDS not in str(caught.value)
    [row] = house.database.write_now(reports.list_reports)
    assert row.text == WORDS
    assert not Path("/tmp/stolen.db").exists()


def test_two_statements_are_refused(house: SmallHouse) -> None:
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        answer(house, "select 1; select * from report")


def test_the_inner_name_is_another_each_time(house: SmallHouse) -> None:
    plans = set()
    for _time in range(2):
        rows = answer(house, "explain query plan select count(*) from open_reports")
        plans.add(repr(rows))
    inner = [plan for plan in plans if "inner_" in plan]
    assert len(inner) == len(plans) or not inner


def test_a_question_without_an_end_is_stopped(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_reading, "SECONDS_MOST", 0.05)
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) from n"
    )
    with pytest.raises(TooLong):
        answer(house, endless)


def test_more_rows_than_asked_for_are_told(house: SmallHouse) -> None:
    numbers = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 5)"
        " select i from n"
    )
    found = ask(house.path, numbers, os.urandom, most=4)
    assert (len(found.rows), found.cut) == (4, True)
    found = ask(house.path, numbers, os.urandom, most=5)
    assert (len(found.rows), found.cut) == (5, False)
