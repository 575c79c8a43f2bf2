"""The one way to the database: whole functions, committed together, never half."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage import sqlite as module
from storage.errors import Busy, is_away
from storage.later import Kick, apart, kick
from storage.sqlite import SqliteDatabase


def count_up(connection: Connection) -> int:
    now = int(connection.scalar(text("select n from counter")) or 0)
    connection.execute(text("update counter set n = :n"), {"n": now + 1})
    return now + 1


def read_count(connection: Connection) -> int:
    return int(connection.scalar(text("select n from counter")) or 0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "counter.db"
    raw = sqlite3.connect(path)
    raw.execute("pragma journal_mode=wal")
    raw.execute("create table counter (n integer)")
    raw.execute("insert into counter values (0)")
    raw.commit()
    raw.close()
    return path


@pytest.fixture
def handed() -> list[Kick]:
    return []


@pytest.fixture
def database(path: Path, handed: list[Kick]) -> Iterator[SqliteDatabase]:
    with ThreadPoolExecutor(2) as executor:
        database = SqliteDatabase(path, executor, lambda connection, kicks: handed.extend(kicks))
        yield database
        database.close_now()


async def test_two_hundred_writes_at_once_all_count(database: SqliteDatabase) -> None:
    await asyncio.gather(*(database.write(count_up) for _ in range(200)))
    assert await database.read(read_count) == 200
    await database.close()


async def test_a_write_that_fails_undoes_its_own_part_only(database: SqliteDatabase) -> None:
    def fail(connection: Connection) -> None:
        count_up(connection)
        raise LookupError("mine")

    outcomes = await asyncio.gather(
        database.write(count_up),
        database.write(fail),
        database.write(count_up),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [int, LookupError, int]
    assert await database.read(read_count) == 2
    await database.close()


async def test_kicks_of_a_failed_write_are_taken_back(
    database: SqliteDatabase, handed: list[Kick]
) -> None:
    def fail(connection: Connection) -> None:
        kick(connection, "never")
        raise LookupError

    def succeed(connection: Connection) -> None:
        kick(connection, "send", dedupe="send")

    await asyncio.gather(database.write(fail), database.write(succeed), return_exceptions=True)
    assert [item.task for item in handed] == ["send"]


def fill(connection: Connection) -> None:
    """Write until the disk is full, and SQLite undoes the whole transaction by itself."""
    count_up(connection)
    for number in range(200):
        words = {"key": f"k{number}", "value": "x" * 5000}
        connection.execute(text("insert into said values (:key, :value)"), words)


def fill_apart(connection: Connection) -> str:
    """As whoever goes on where a part of their work fails."""
    count_up(connection)
    try:
        with apart(connection):
            fill(connection)
    except Exception as error:
        if is_away(error):
            raise
    count_up(connection)
    return "as if all were well"


@pytest.fixture
def small_disk(database: SqliteDatabase) -> None:
    def limit(connection: Connection) -> None:
        connection.execute(text("create table said (key text primary key, value text)"))
        connection.exec_driver_sql("pragma cache_size=10")
        connection.exec_driver_sql("pragma max_page_count=40")

    database.write_now(limit)


@pytest.mark.usefixtures("small_disk")
async def test_a_disk_that_is_full_undoes_all_of_a_write_that_goes_on_without_a_part(
    database: SqliteDatabase,
) -> None:
    with pytest.raises(OperationalError, match="full") as failed:
        await database.write(fill_apart)
    assert is_away(failed.value)
    assert await database.read(read_count) == 0
    assert await database.write(count_up) == 1
    await database.close()


@pytest.mark.usefixtures("small_disk")
async def test_a_disk_that_is_full_is_no_fault_of_who_wrote_at_the_same_time(
    database: SqliteDatabase,
) -> None:
    outcomes = await asyncio.gather(
        database.write(count_up),
        database.write(fill),
        database.write(count_up),
        return_exceptions=True,
    )
    assert all(
        isinstance(one, int) or (isinstance(one, Exception) and is_away(one)) for one in outcomes
    )
    assert await database.read(read_count) == sum(isinstance(one, int) for one in outcomes)
    await database.close()


async def test_a_cancelled_caller_neither_undoes_nor_loses_its_write(
    database: SqliteDatabase,
) -> None:
    task = asyncio.create_task(database.write(count_up))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(count_up)
    assert await database.read(read_count) == 2
    await database.close()


async def test_a_reader_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(Exception, match="readonly"):
        await database.read(count_up)
    await database.close()


async def test_a_second_process_that_writes_beside_loses_nothing(
    database: SqliteDatabase, path: Path
) -> None:
    def beside() -> None:
        raw = sqlite3.connect(path, timeout=10, isolation_level=None)
        for _ in range(50):
            raw.execute("begin immediate")
            raw.execute("update counter set n = n + 1")
            raw.execute("commit")
        raw.close()

    await asyncio.gather(asyncio.to_thread(beside), *(database.write(count_up) for _ in range(50)))
    assert await database.read(read_count) == 100
    await database.close()


async def test_what_another_process_wrote_is_noticed_and_ours_is_not(
    database: SqliteDatabase, path: Path
) -> None:
    await database.changed_elsewhere()
    await database.write(count_up)
    assert not await database.changed_elsewhere()
    raw = sqlite3.connect(path)
    raw.execute("update counter set n = 9")
    raw.commit()
    raw.close()
    assert await database.changed_elsewhere()
    assert not await database.changed_elsewhere()


async def test_a_lock_that_is_let_go_only_delays(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_WAIT_SECONDS", 0.05)
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("begin immediate")
    asyncio.get_running_loop().call_later(0.15, holder.execute, "commit")
    assert await database.write(count_up) == 1
    holder.close()


async def test_a_lock_that_stays_is_an_error_and_writes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOCK_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(module, "LOCK_ATTEMPTS", 3)
    holder = sqlite3.connect(path, isolation_level=None)
    with ThreadPoolExecutor(1) as executor:
        database = SqliteDatabase(path, executor, lambda connection, kicks: None)
        await database.write(read_count)
        holder.execute("begin immediate")
        with pytest.raises(Busy):
            await database.write(count_up)
        holder.execute("rollback")
        assert await database.write(read_count) == 0
        database.close_now()
    holder.close()


def test_who_looks_keeps_nobody_from_writing(path: Path, database: SqliteDatabase) -> None:
    database.write_now(count_up)

    def look(connection: Connection) -> tuple[int, int]:
        before = read_count(connection)
        beside = sqlite3.connect(path, timeout=0)
        beside.execute("update counter set n = 7")
        beside.commit()
        beside.close()
        return before, read_count(connection)

    assert database.read_now(look) == (1, 1)
    assert database.read_now(read_count) == 7
    assert database.write_now(count_up) == 8


def test_what_is_only_to_look_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        database.read_now(count_up)
    assert database.write_now(count_up) == 1
