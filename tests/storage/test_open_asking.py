"""Staff's questions on a server: what can be asked, and every way we know to ask for more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.databases import open_reader
from bot.domain.inbound import Attachment, Command, Text
from storage import open_asking, reports
from storage.open_asking import CannotAsk, NoReader, ask
from storage.open_reading import Answer, NotAllowed, TooLong
from storage.open_role import Reader, make_reader, reader_name
from storage.postgres import PostgresDatabase
from storage.saved_questions import QUESTIONS, SavedQuestion
from storage.views import VIEWS
from tests.houses import SmallHouse, small_house
from tests.postgres import POSTGRES, cluster, migrated

WORDS = "nobody else may read this"
ZONES = {"uruguay": "America/Montevideo", "kenya": "Africa/Nairobi"}


def reader_of(house: SmallHouse) -> Reader:
    assert isinstance(house.database, PostgresDatabase)
    return open_reader(house.database.url, house.keys)


def tell(house: SmallHouse) -> None:
    """A resident sends a report."""
    assert house.database.write_now(make_reader, reader_of(house))
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("full bin"), Text(WORDS), Text("Palermo"), Text("secret corner"))
    house.take(Attachment("photo", "a" * 64, "image/jpeg", 9), Text("that is all"))
    house.take(Text("2"), Text("no"), Text("send it"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    for house in small_house(tmp_path, POSTGRES):
        tell(house)
        yield house


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """One for all who only ask: what they must not do, nothing has done."""
    town = cluster().create(migrated())
    for house in small_house(tmp_path_factory.mktemp("standing"), POSTGRES, town):
        tell(house)
        yield house


def asked(
    house: SmallHouse, sql: str, most: int = 100, zones: Mapping[str, str] | None = None
) -> Answer:
    assert isinstance(house.database, PostgresDatabase)
    return asyncio.run(ask(house.database.url, reader_of(house), sql, most, zones or ZONES))


def change(house: SmallHouse, sql: str) -> None:
    def execute(connection: Connection) -> None:
        connection.exec_driver_sql(sql)

    house.database.write_now(execute)


def test_the_columns_of_a_view_are_those_of_its_table(house: SmallHouse) -> None:
    assert VIEWS
    for view in VIEWS:
        found = asked(house, f"select * from {view.name}")
        assert found.columns == tuple(column.name for column in view.columns)


def test_values_are_those_that_a_file_gives(house: SmallHouse) -> None:
    sql = "select received_at, affected, cleared, pilot, planned_for, sum(affected) over () from"
    [row] = asked(house, f"{sql} open_reports;").rows
    assert row == ("2026-11-25T12:00:00.000000Z", 1, 0, 1, None, 1)
    assert [type(value) for value in row[1:4]] == [int, int, int]


def test_words_and_photos_stand_there_only_once_a_person_has_cleared_them(
    house: SmallHouse,
) -> None:
    sql = "select text, photos, cleared from open_reports"
    assert asked(house, sql).rows == ((None, None, 0),)
    [row] = house.database.write_now(reports.list_reports)
    house.database.write_now(reports.set_cleared, row.id, house.now)
    assert asked(house, sql).rows == ((WORDS, 1, 1),)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_every_saved_question_has_an_answer(standing: SmallHouse, question: SavedQuestion) -> None:
    found = asked(standing, question.in_words_of("postgresql"))
    assert found.columns
    assert asked(standing, question.in_words_of("postgresql", ["kenya", "uruguay"])) == found
    assert not asked(standing, question.in_words_of("postgresql", ["kenya"])).rows
    if question.name == "by-week":
        assert found.rows == (("uruguay", "2026-11-23", 1),)


def test_a_day_is_counted_where_its_country_is(house: SmallHouse) -> None:
    late = "'2026-12-01T02:30:00Z'::timestamptz"
    found = asked(
        house,
        f"select local_day({late}, 'uruguay'), local_day({late}, 'kenya'),"
        f" local_day({late}, 'atlantis'), local_day(null, null)",
    )
    assert found.rows == (("2026-11-30", "2026-12-01", None, None),)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from report",
        "select * from public.resident",
        "select 1 from address",
        "with open_reports as (select * from report) select * from open_reports",
        "select * from open_reports where code in (select code from report)",
        "select query_to_xml('select * from report', true, true, '')",
        "select query_to_xml('set role baraza', true, true, '')",
        "select set_config('role', 'baraza', false), (select text from report)",
        "select set_config('session_authorization', 'baraza', false)",
        "select table_to_xml('report', true, true, '')",
        "select ts_stat('select to_tsvector(text) from report')",
        "select * from ts_stat('select to_tsvector(text) from report')",
        "select ts_rewrite('a'::tsquery, 'select a, a from report')",
        "select pg_read_file('/etc/passwd')",
        "select pg_read_binary_file('PG_VERSION')",
        "select pg_ls_dir('.')",
        "select pg_stat_file('PG_VERSION')",
        "select lo_import('/etc/passwd')",
        "select lo_export(1, '/tmp/stolen')",
        "select * from pg_authid",
        "select * from pg_shadow",
        "select * from pg_statistic",
        "select * from pg_largeobject",
        "select * from pg_hba_file_rules",
        "select * from dblink('dbname=x', 'select 1') as t(a int)",
        "select nextval('outbox_id_seq')",
        "select last_value from outbox_id_seq",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'baraza'",
        "select pg_reload_conf()",
        "select set_config('transaction_read_only', 'off', true)",
        "copy report to stdout",
        "copy (select text from report) to program 'cat'",
        "do $$ begin perform 1; end $$",
        "select 1; select * from report",
        "select 1) as a(b), (select text from report",
        "select 1\n) as asked (c0); commit; select (1",
        "explain select * from report",
        "declare x cursor for select 1",
        "fetch all from question",
        "commit",
        "rollback",
        "begin",
        "set role baraza",
        "reset all",
        "set session authorization baraza",
        "show all",
        "listen baraza_work",
        "create table mine (a int)",
        "create temp table mine (a int)",
        "create function pg_temp.peek(t text) returns bool language plpgsql as 'begin end'",
        "select * into mine from open_reports",
        "insert into open_reports (code) values ('x')",
        "update report set text = ''",
        "with gone as (delete from report returning text) select * from gone",
        "delete from report",
        "truncate report",
        "lock table report",
        "select * from open_reports for update",
        "grant all on report to public",
        "alter role baraza superuser",
        "alter system set log_statement = 'all'",
        "vacuum",
        "load 'auto_explain'",
        "prepare p as select 1",
        "select",
    ],
)
def test_everything_else_is_refused(standing: SmallHouse, sql: str) -> None:
    with pytest.raises((NotAllowed, CannotAsk)) as caught:
        asked(standing, sql)
    assert WORDS not in str(caught.value)
    [row] = standing.database.write_now(reports.list_reports)
    assert row.text == WORDS


@pytest.mark.parametrize(
    ("sql", "refused"),
    [
        ("select rolname from pg_roles", "pg_authid"),
        ("select usename from pg_user", "pg_authid"),
        ("select tablename, most_common_vals::text from pg_stats", "pg_statistic"),
        ("select definition from pg_views where viewname = 'open_reports'", "pg_class"),
        ("select table_name from information_schema.tables", "pg_class"),
        ("select 1 from open_reports where exists (select from pg_catalog.pg_roles)", "pg_authid"),
        ("select query from pg_stat_activity", "pg_stat_get_activity"),
        ("select * from pg_prepared_statements", "pg_prepared_statement"),
        ("select name, setting from pg_settings", "pg_show_all_settings"),
        ("select \"pg_get_viewdef\"('open_reports'::regclass)", "pg_get_viewdef"),
        ("select query_to_xml('select * from pg_roles', true, true, '')", "query_to_xml"),
        ("select schema_to_xml('public', true, true, '')", "schema_to_xml"),
        ("select database_to_xml(true, true, '')", "database_to_xml"),
    ],
)
def test_what_the_server_tells_of_itself_is_refused(
    standing: SmallHouse, sql: str, refused: str
) -> None:
    with pytest.raises(NotAllowed, match=rf"only the open views can be read, not .*\b{refused}"):
        asked(standing, sql)


def test_what_only_computes_is_allowed(standing: SmallHouse) -> None:
    sql = "select n, 'pg_roles' from generate_series(1, 2) as n where n::text ~ '2'"
    assert asked(standing, sql).rows == ((2, "pg_roles"),)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("delete from open_reports", "ask by SELECT"),
        ("select 1; select 2", "ask one question at a time"),
        ("selec 1", 'syntax error at or near "selec"'),
    ],
)
def test_what_is_no_question_is_told_how_to_be_one(
    standing: SmallHouse, sql: str, told: str
) -> None:
    with pytest.raises(CannotAsk, match=told):
        asked(standing, sql)


def test_what_a_question_makes_is_gone_with_it(house: SmallHouse) -> None:
    """Large objects may be made in a read-only transaction, before PostgreSQL 16."""
    assert isinstance(house.database, PostgresDatabase)
    with suppress(CannotAsk, NotAllowed):
        asked(house, "select lo_from_bytea(0, 'x')")
    name = house.database.url.database
    assert cluster().sql(name, "select count(*) from pg_largeobject_metadata") == "0"


def test_an_error_tells_nothing_of_a_row_that_the_view_leaves_out(house: SmallHouse) -> None:
    """Without a barrier the condition is tried on every row, the view's own condition after it."""
    [row] = house.database.write_now(reports.list_reports)
    house.database.write_now(reports.set_cleared, row.id, house.now)
    change(house, "update report set limited = true")
    assert asked(house, "select code from open_reports where text::int = 1").rows == ()
    assert (
        asked(house, "select code from open_reports where 1 / (length(code) - 8) = 7").rows == ()
    )


def test_a_role_that_may_read_more_is_refused(house: SmallHouse) -> None:
    reader = reader_of(house)
    change(house, f"grant select (code) on report to {reader.quoted}")
    try:
        with pytest.raises(NotAllowed, match=r"may read more than the open views: public\.report"):
            asked(house, "select 1")
    finally:
        change(house, f"revoke select (code) on report from {reader.quoted}")
    change(house, f"grant pg_read_server_files to {reader.quoted}")
    try:
        with pytest.raises(NotAllowed, match="a role"):
            asked(house, "select 1")
    finally:
        change(house, f"revoke pg_read_server_files from {reader.quoted}")
    assert asked(house, "select 1").rows == ((1,),)


def test_a_question_without_an_end_is_stopped(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_asking, "SECONDS_MOST", 0.5)
    endless = "with recursive n(i) as (select 1::bigint union all select i + 1 from n)"
    for sql in (f"{endless} select max(i) from n", "select pg_sleep(60)"):
        with pytest.raises(TooLong):
            asked(house, sql)


def test_an_answer_that_would_fill_the_memory_is_cut(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_asking, "LENGTH_MOST", 1000)
    [(value,)] = asked(house, "select repeat('x', 100000)").rows
    assert len(value) == 1000
    monkeypatch.setattr(open_asking, "BYTES_MOST", 5000)
    found = asked(house, "select repeat('x', 1000) from generate_series(1, 1000)", most=1000)
    assert (len(found.rows), found.cut) == (6, True)


@pytest.mark.parametrize(("most", "cut"), [(4, True), (5, False)])
def test_more_rows_than_asked_for_are_told(house: SmallHouse, most: int, cut: bool) -> None:
    found = asked(house, "select * from generate_series(1, 5) order by 1", most)
    assert (len(found.rows), found.cut) == (most, cut)


def test_a_role_that_is_not_there_is_told(house: SmallHouse) -> None:
    assert isinstance(house.database, PostgresDatabase)
    nobody = Reader("nobody_open_reader", "x", b"y" * 16)
    with pytest.raises(NoReader):
        asyncio.run(ask(house.database.url, nobody, "select 1"))


def test_the_password_is_stored_as_the_server_stores_its_own(house: SmallHouse) -> None:
    """`trust` lets everybody in; what a server that asks would compare stands in its catalogue."""
    reader = reader_of(house)
    stored = cluster().sql(
        "postgres", f"select rolpassword from pg_authid where rolname = '{reader.name}'"
    )
    assert stored.startswith("SCRAM-SHA-256$4096:")
    assert reader.password not in stored
    cluster().sql("postgres", f"alter role {reader.quoted} password '{reader.password}'")
    assert house.database.write_now(make_reader, reader)
    assert stored == cluster().sql(
        "postgres", f"select rolpassword from pg_authid where rolname = '{reader.name}'"
    )


def test_who_may_not_make_roles_is_told_what_an_administrator_runs(house: SmallHouse) -> None:
    other = Reader(reader_name("elsewhere"), "secret", b"s" * 16)
    change(house, "create role plain_owner")
    try:

        def as_plain(connection: Connection) -> bool:
            connection.execute(text("set local role plain_owner"))
            return make_reader(connection, other)

        assert not house.database.write_now(as_plain)
    finally:
        change(house, "drop role plain_owner")
    assert "secret" not in other.create
    change(house, other.create)
    change(house, f"drop role {other.quoted}")


def test_a_long_name_still_has_a_reader_of_its_own() -> None:
    name = reader_name("ñ" * 60)
    assert len(name.encode()) <= 63
    assert name.endswith("_open_reader")
