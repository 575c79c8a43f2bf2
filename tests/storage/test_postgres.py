"""PostgreSQL: one transaction a function, whatever happens to the server on the way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncpg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage import postgres as module
from storage import postgres_line
from storage.errors import Away, Busy, Refused, Unanswered
from storage.later import FETCH, PIECES, SEND, Kick, kick
from storage.postgres import PostgresDatabase
from storage.postgres_url import PostgresUrl
from tests.postgres import Cluster, cluster
from tests.postgres_proxy import Cut, proxy

WORDS = "what a resident said"


def count_up(connection: Connection) -> int:
    connection.execute(text("select n from counter for update"))
    connection.execute(text("update counter set n = n + 1"))
    return read_count(connection)


def read_count(connection: Connection) -> int:
    return int(connection.scalar(text("select n from counter")) or 0)


@pytest.fixture
def server() -> Cluster:
    return cluster()


@pytest.fixture
def url(server: Cluster) -> PostgresUrl:
    name = server.create()
    server.sql(name, "create table counter (n integer); insert into counter values (0)")
    server.sql(name, "create table said (code text primary key, words text not null)")
    return server.url(name)


@pytest.fixture
def handed() -> list[Kick]:
    return []


@pytest.fixture
async def database(url: PostgresUrl, handed: list[Kick]) -> AsyncIterator[PostgresDatabase]:
    database = PostgresDatabase(url, lambda connection, kicks: handed.extend(kicks))
    yield database
    await database.close()


def end_after(connection: Connection, first: Callable[[Connection], int]) -> None:
    first(connection)
    raise SystemExit(3)


def test_a_command_may_end_in_the_middle_of_a_call(url: PostgresUrl) -> None:
    """As one does that refuses what was typed; nothing of it stays, and the database goes on."""
    database = PostgresDatabase(url, lambda connection, kicks: None)
    with pytest.raises(SystemExit, match="3"):
        database.read_now(end_after, read_count)
    with pytest.raises(SystemExit, match="3"):
        database.write_now(end_after, count_up)
    assert database.read_now(read_count) == 0
    database.close_now()


async def until_waiting(server: Cluster, url: PostgresUrl, many: int = 1) -> None:
    """Until so many connections to a database wait for a lock."""
    asked = f"select count(*) from pg_stat_activity where datname = '{url.database}' and "
    asked += "wait_event_type = 'Lock'"
    while int(await asyncio.to_thread(server.sql, "postgres", asked)) < many:
        pass


async def test_two_hundred_writes_at_once_all_count(database: PostgresDatabase) -> None:
    await asyncio.gather(*(database.write(count_up) for _ in range(200)))
    assert await database.read(read_count) == 200


async def test_a_write_that_fails_is_undone_with_its_kicks(
    database: PostgresDatabase, handed: list[Kick]
) -> None:
    def fail(connection: Connection) -> None:
        kick(connection, "never")
        count_up(connection)
        raise LookupError("mine")

    def succeed(connection: Connection) -> None:
        kick(connection, "send", dedupe="send")

    with pytest.raises(LookupError, match="mine"):
        await database.write(fail)
    await database.write(succeed)
    assert await database.read(read_count) == 0
    assert [item.task for item in handed] == ["send"]


async def test_a_write_without_a_loop_and_one_within_it_are_of_one_database(
    database: PostgresDatabase,
) -> None:
    assert database.write_now(count_up) == 1
    assert await database.write(count_up) == 2
    assert database.write_now(count_up) == 3
    assert database.read_now(read_count) == 3
    with pytest.raises(DBAPIError, match="read-only"):
        database.read_now(count_up)


async def test_only_who_does_a_task_is_woken_for_it(database: PostgresDatabase) -> None:
    woken: asyncio.Queue[str | None] = asyncio.Queue()
    watching = asyncio.create_task(database.watch(woken.put_nowait, [FETCH, PIECES]))
    assert await woken.get() is None, "what was left before is looked for"
    for task in (SEND, "kept elsewhere", FETCH):
        await database.write(kick, task)
    assert await woken.get() == FETCH
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_cancelled_caller_neither_undoes_nor_loses_its_write(
    database: PostgresDatabase,
) -> None:
    task = asyncio.create_task(database.write(count_up))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.close()
    assert await database.read(read_count) == 1


async def test_a_write_that_fails_after_its_caller_went_is_told(
    database: PostgresDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(connection: Connection) -> None:
        raise LookupError

    task = asyncio.create_task(database.write(fail))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()
    assert "after its caller was gone" in caplog.text


async def test_a_reader_cannot_write_and_sees_one_moment(
    database: PostgresDatabase, url: PostgresUrl, server: Cluster
) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        await database.read(count_up)

    def look_twice(connection: Connection) -> tuple[int, int]:
        first = read_count(connection)
        server.sql(url.database, "update counter set n = n + 1")
        return first, read_count(connection)

    assert await database.read(look_twice) == (0, 0)
    assert await database.read(read_count) == 1


async def test_a_deadlock_is_run_again(
    database: PostgresDatabase, url: PostgresUrl, server: Cluster
) -> None:
    server.sql(url.database, "insert into said values ('a', ''), ('b', '')")
    attempts: list[str] = []
    gate = await asyncpg.connect(server.text_url(url.database))
    await gate.execute("select pg_advisory_lock(1)")
    change = text("update said set words = words || :words where code = :code")

    def both(first: str, second: str) -> Callable[[Connection], None]:
        def change_both(connection: Connection) -> None:
            attempts.append(first)
            connection.execute(change, {"code": first, "words": first})
            connection.execute(text("select pg_advisory_xact_lock_shared(1)"))
            connection.execute(change, {"code": second, "words": first})

        return change_both

    writes = asyncio.gather(database.write(both("a", "b")), database.write(both("b", "a")))
    await until_waiting(server, url, 2)
    await gate.execute("select pg_advisory_unlock(1)")
    await writes
    await gate.close()
    # On a busy machine they may meet once more.
    assert len(attempts) > 2
    found = server.sql(url.database, "select string_agg(length(words)::text, ',') from said")
    assert found == "2,2"


@pytest.mark.parametrize(
    "ask",
    [
        lambda connection, sql: connection.scalar(text(sql)),
        lambda connection, sql: postgres_line.fetch(connection, sql)[0][0],
    ],
)
async def test_a_statement_that_was_prepared_before_a_migration_is_prepared_again(
    database: PostgresDatabase,
    url: PostgresUrl,
    server: Cluster,
    ask: Callable[[Connection, str], object],
) -> None:
    before = await database.write(ask, "select n from counter")
    server.sql(url.database, "alter table counter alter column n type text")
    assert await database.write(ask, "select n from counter") == str(before)


async def test_a_connection_lost_before_the_commit_is_run_again(
    database: PostgresDatabase, url: PostgresUrl, server: Cluster
) -> None:
    attempts: list[int] = []

    def lose_once(connection: Connection) -> int:
        attempts.append(count_up(connection))
        if len(attempts) == 1:
            own = connection.scalar(text("select pg_backend_pid()"))
            server.sql("postgres", f"select pg_terminate_backend({own}, 5000)")
        return read_count(connection)

    assert await database.write(lose_once) == 1
    assert attempts == [1, 1]


@pytest.mark.parametrize("cut", Cut)
async def test_a_commit_whose_answer_never_comes_counts_once(url: PostgresUrl, cut: Cut) -> None:
    async with proxy(url) as (between, through):
        database = PostgresDatabase(through, lambda connection, kicks: None)
        await database.write(read_count)
        between.cuts.append(cut)
        assert await database.write(count_up) == 1
        assert between.cuts == []
        assert await database.write(count_up) == 2
        await database.close()


async def test_what_nobody_can_tell_is_raised_and_not_run_again(
    url: PostgresUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ATTEMPTS", 2)
    # Another server stands in for the one that went away: it knows nothing of the number.
    monkeypatch.setattr(module, "_BECAME", "select nullif($1::text, $1)")
    attempts: list[int] = []

    def note(connection: Connection) -> None:
        attempts.append(count_up(connection))

    async with proxy(url) as (between, through):
        database = PostgresDatabase(through, lambda connection, kicks: None)
        await database.write(read_count)
        between.cuts.append(Cut.AFTER)
        with pytest.raises(Unanswered):
            await database.write(note)
        await database.close()
    assert attempts == [1]


async def test_a_server_that_is_away_is_told_and_waited_for(
    database: PostgresDatabase, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await database.write(count_up) == 1
    server.stop(signal.SIGQUIT)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.001)
    try:
        with pytest.raises(Away, match=f"{database.url.server}. cannot be reached"):
            await database.write(count_up)
        with pytest.raises(Busy):
            await database.read(read_count)
    finally:
        server.start()
    assert await database.write(count_up) == 2


async def test_a_restart_in_the_middle_only_delays(
    database: PostgresDatabase, server: Cluster
) -> None:
    await asyncio.gather(*(database.write(count_up) for _ in range(8)))
    server.stop()
    server.start()
    await asyncio.gather(*(database.write(count_up) for _ in range(8)))
    assert await database.read(read_count) == 16


async def test_rows_that_stay_held_are_an_error_and_nothing_is_written(
    url: PostgresUrl, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage import postgres_link

    monkeypatch.setattr(postgres_link, "LOCK_SECONDS", "0.01")
    holder = await asyncpg.connect(server.text_url(url.database))
    database = PostgresDatabase(url, lambda connection, kicks: None)
    async with holder.transaction():
        await holder.execute("update counter set n = n")
        with pytest.raises(Busy):
            await database.write(count_up)
    await holder.close()
    assert await database.write(count_up) == 1
    await database.close()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("insert into said values (:words, '')", {"words": WORDS}),
        ("insert into said values (null, :words)", {"words": WORDS}),
        ("update counter set n = :words", {"words": WORDS}),
        ("select cast(cast(:words as text) as integer)", {"words": WORDS}),
    ],
)
async def test_no_error_repeats_what_was_to_be_stored(
    database: PostgresDatabase, statement: str, values: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def store(connection: Connection) -> None:
        connection.execute(text("insert into said values (:words, '')"), {"words": WORDS})
        connection.execute(text(statement), values)

    import logging

    try:
        await database.write(store)
    except DBAPIError:
        logging.getLogger("test").exception("it failed")
    assert "it failed" in caplog.text
    assert WORDS not in caplog.text


async def test_a_wrong_name_is_no_absence_to_wait_for(url: PostgresUrl) -> None:
    database = PostgresDatabase(replace(url, database="nowhere"), lambda connection, kicks: None)
    with pytest.raises(Refused, match="no database of this name"):
        await database.write(count_up)
    await database.close()


@pytest.mark.parametrize("kind", [PermissionError, FileNotFoundError, IsADirectoryError])
async def test_a_file_that_cannot_be_read_meanwhile_is_no_server_that_is_away(
    database: PostgresDatabase, kind: type[OSError]
) -> None:
    tries: list[int] = []

    def read_key(connection: Connection) -> None:
        tries.append(count_up(connection))
        raise kind

    with pytest.raises(kind):
        await database.write(read_key)
    with pytest.raises(kind):
        await database.read(lambda connection: read_key_beside(connection, kind))
    assert tries == [1]
    assert await database.read(read_count) == 0


def read_key_beside(connection: Connection, kind: type[OSError]) -> None:
    read_count(connection)
    raise kind
