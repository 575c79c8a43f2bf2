"""A table that is written anew on SQLite keeps nothing of what was dropped, and of no order."""

from __future__ import annotations

import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import sqlite as module
from storage.sqlite import SqliteDatabase
from storage.statements import driver_of

ROWS, PAGE = 1500, 4096
LEAVES = (0x0A, 0x0D)
"""The first byte of a leaf of an index and of a table (SQLite's file format, 1.6)."""

Row = tuple[str, bytes, bytes]


def part(name: str, size: int) -> bytes:
    return random.Random(name).randbytes(size)


def rows_of(vote: str) -> list[Row]:
    return [
        (vote, part(f"mark {vote} {at}", 32), part(f"seal {vote} {at}", 60)) for at in range(ROWS)
    ]


def filled(path: Path, order: int) -> SqliteDatabase:
    """Two votes whose ballots came mixed, some twice; one of the votes has ended."""
    rows = rows_of("ended") + rows_of("open")
    random.Random(order).shuffle(rows)
    database = SqliteDatabase(path, ThreadPoolExecutor(1), lambda connection, kicks: None)

    def cast(connection: Connection) -> None:
        driver = driver_of(connection)
        driver.execute(
            "create table ballot (vote text not null, mark blob not null, sealed blob not null,"
            " primary key (vote, mark)) without rowid"
        )
        driver.execute("create index ix_mark on ballot (mark, vote)")
        for vote, mark, sealed in rows:
            driver.execute("insert into ballot values (?, ?, ?)", (vote, mark, sealed[::-1]))
            driver.execute("update ballot set sealed = ? where mark = ?", (sealed, mark))

    database.write_now(cast)
    database.write_now(lambda c: c.exec_driver_sql("delete from ballot where vote = 'ended'"))
    return database


def read_all(connection: Connection) -> set[Row]:
    found = connection.exec_driver_sql("select vote, mark, sealed from ballot")
    return {(vote, mark, sealed) for vote, mark, sealed in found}


def test_nothing_tells_which_ballots_there_were_and_in_what_order_they_came(
    tmp_path: Path,
) -> None:
    leaves = []
    for order in (1, 2):
        path = tmp_path / f"{order}.db"
        database = filled(path, order)
        assert database.compact_now(["ballot"])
        assert database.read_now(read_all) == set(rows_of("open"))
        database.close_now()
        raw = b"".join(file.read_bytes() for file in sorted(tmp_path.glob(f"{order}.db*")))
        for _vote, mark, sealed in rows_of("ended"):
            assert mark not in raw
            assert sealed not in raw
        assert all(sealed[::-1] not in raw for _vote, _mark, sealed in rows_of("open"))
        pages = [raw[at : at + PAGE] for at in range(PAGE, len(raw), PAGE)]
        leaves.append(sorted(page for page in pages if page[0] in LEAVES))
    assert len(leaves[0]) > 30
    assert leaves[0] == leaves[1]


def test_what_is_written_anew_waits_for_who_reads_old_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "1.db"
    monkeypatch.setattr(module, "LOCK_WAIT_SECONDS", 0.01)
    database = filled(path, 1)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("begin")
    reader.execute("select count(*) from ballot").fetchall()
    assert not database.compact_now(["ballot"])
    reader.close()
    assert database.compact_now(["ballot"])
    database.close_now()
