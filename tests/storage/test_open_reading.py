"""Staff's questions: what can be asked, and every way we know to ask for more."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.inbound import Attachment, Command, Text
from storage import open_reading, reports
from storage.open_reading import NotAllowed, TooLong, ask
from storage.saved_questions import QUESTIONS
from storage.views import OPEN_REPORTS, VIEWS
from tests.houses import SmallHouse, small_house

WORDS = "nobody else may read this"


def tell(house: SmallHouse) -> None:
    """A resident sends a report."""
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("full bin"), Text(WORDS), Text("Palermo"), Text("secret corner"))
    house.take(Attachment("photo", "a" * 64, "image/jpeg", 9), Text("that is all"))
    house.take(Text("2"), Text("no"), Text("send it"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    for house in small_house(tmp_path):
        tell(house)
        yield house


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """One for all who only ask: what they must not do, nothing has done."""
    for house in small_house(tmp_path_factory.mktemp("standing")):
        tell(house)
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
def test_every_saved_question_has_an_answer(standing: SmallHouse, question: object) -> None:
    sql = getattr(question, "sql", "")
    assert ask(standing.path, sql, os.urandom).columns


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
        "select * from json_each('[1]')",
        "select * from main.open_reports",
        "with open_reports as (select * from main.open_reports) select * from open_reports",
        "with recursive open_reports(a) as (select text from report union select a from"
        " open_reports) select * from open_reports",
        "select open_reports.text from report as open_reports",
        "select * from (select text from report) as open_reports",
        "select * from open_reports where code in report",
        "select * from open_reports natural join report",
        "select count(*) filter (where exists (select 1 from report)) from open_reports",
        "select sum(1) over (partition by (select text from report)) from open_reports",
        "values ((select text from report))",
        "explain select text from report",
        "explain query plan select text from report",
        "select * from dbstat",
        "pragma table_info(report)",
        "pragma writable_schema = on",
        "pragma query_only = off",
        "pragma trusted_schema = on",
        "pragma hard_heap_limit = 1",
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
        "commit",
        "rollback",
        "create index x on report (text)",
        "create trigger temp.x after insert on report begin select 1; end",
        "create virtual table temp.v using fts5(x)",
        "alter table report rename to r",
        "select load_extension('x')",
        "select readfile('/etc/passwd')",
        "select writefile('/tmp/x', 'y')",
        "select edit('x')",
        "select fts3_tokenizer('x')",
        "select sqlite_source_id()",
        "select printf('%.*c', 2000000000, 'x')",
        "select format('%.*c', 2000000000, 'x')",
        "select zeroblob(1000000000)",
        "select randomblob(1000000000)",
    ],
)
def test_everything_else_is_refused(standing: SmallHouse, sql: str) -> None:
    with pytest.raises((NotAllowed, sqlite3.Error)) as caught:
        answer(standing, sql)
    assert WORDS not in str(caught.value)
    [row] = standing.database.write_now(reports.list_reports)
    assert row.text == WORDS
    assert not Path("/tmp/stolen.db").exists()


def test_a_with_of_a_tables_name_does_not_reach_into_the_views(house: SmallHouse) -> None:
    asked = "with report as (select 'mine' as text, 1 as code) select code, text from open_reports"
    assert answer(house, asked) == answer(house, "select code, text from open_reports")
    asked = "with media as (select * from resident) select photos from open_reports"
    assert answer(house, asked) == [(None,)]


def test_a_day_is_counted_where_its_country_is(house: SmallHouse) -> None:
    zones = {"uruguay": ZoneInfo("America/Montevideo"), "kenya": ZoneInfo("Africa/Nairobi")}
    late = "'2026-12-01T02:30:00.000000Z'"
    asked = (
        f"select local_day({late}, 'uruguay'), local_day({late}, 'kenya'),"
        f" local_day({late}, 'atlantis'), local_day('no moment', 'kenya'), local_day(null, null)"
    )
    found = ask(house.path, asked, os.urandom, zones=zones)
    assert found.rows == (("2026-11-30", "2026-12-01", None, None, None),)


def test_an_answer_that_would_fill_the_memory_is_cut(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_reading, "BYTES_MOST", 1000)
    endless = (
        f"with recursive n(i) as (select '{'x' * 100}' union all select i from n) select i from n"
    )
    found = ask(house.path, endless, os.urandom)
    assert (len(found.rows), found.cut) == (11, True)


def test_a_question_that_is_held_open_does_not_stop_a_writer(house: SmallHouse) -> None:
    with open_reading._guarded(house.path, os.urandom, {}) as reader:
        cursor = reader.execute("select code from open_reports union all select 'x'")
        cursor.fetchone()
        [row] = house.database.write_now(reports.list_reports)
        house.database.write_now(reports.set_cleared, row.id, house.now)
        assert cursor.fetchone() == ("x",)


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
