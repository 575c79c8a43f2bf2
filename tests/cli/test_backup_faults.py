"""Backups under load, and deaths in the middle of backup and restore."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import schema
from storage.sqlite import SqliteDatabase
from tests.cli.backups import count, make, records, restore, restored
from tests.cli.conftest import Shell
from tests.end_to_end import ROOT

MANY = 60_000
"""Rows that make both commands last long enough to die in the middle."""

SECONDS = 60.0


def fatten(shell: Shell) -> None:
    shell.report("ana", "words")
    shell.execute(
        "insert into audit (at, actor, action, subject, detail) "
        f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {MANY}) "
        "select '2026-11-25T00:00:00.000000Z', 'ana', 'old', i, hex(randomblob(60)) from n"
    )


def killed(words: list[str], when: Callable[[], bool]) -> int:
    """Start a command and kill it once `when` holds. Its exit code."""
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.__main__ import main; main()", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as command:
        deadline = time.monotonic() + SECONDS
        while command.poll() is None and not when() and time.monotonic() < deadline:
            time.sleep(0.001)
        command.kill()
        return command.wait()


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def revision(path: Path) -> str | None:
    """Of a database as it is: a command would make its tables."""
    database = SqliteDatabase(path, ThreadPoolExecutor(1), lambda connection, kicks: None)
    try:
        return database.write_now(schema.revision)
    finally:
        database.close_now()


def reached(path: Path, least: int) -> bool:
    return size(path) >= least


def begun(folder: Path, least: int) -> bool:
    return any(size(path) >= least for path in folder.glob(".*.part"))


def test_where_there_is_no_town_nothing_is_made_and_nothing_rotated(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    shell.told("backup", str(folder))
    good = list(folder.glob("*.backup"))
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "mistyped"))
    assert "There is no database at" in shell.refused("backup", str(folder), "--keep", "1")
    assert list(folder.glob("*.backup")) == good
    assert len(good) == 1
    assert not (tmp_path / "mistyped" / "baraza.db").exists()


def test_a_backup_is_one_moment_while_others_write(shell: Shell, tmp_path: Path) -> None:
    """Every writing adds to two tables that are read far apart: they must agree."""
    fatten(shell)
    stop, written = threading.Event(), 0

    def add(connection: Connection, number: int) -> None:
        connection.exec_driver_sql(
            f"insert into seen_update values ('load', '{number}', '2026-11-25T00:00:00.000000Z')"
        )
        connection.exec_driver_sql(
            "insert into audit (at, actor, action, subject, detail) "
            f"values ('2026-11-25T00:00:00.000000Z', 'load', 'x', '{number}', '')"
        )

    def write() -> None:
        nonlocal written
        for house in shell.house():
            while not stop.is_set():
                house.database.write_now(add, written)
                written += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        while not written:
            time.sleep(0.001)
        file = make(shell, tmp_path / "backups")
    finally:
        stop.set()
        writing.join()
    other = restored(tmp_path)
    restore(other, file)
    seen = other.read(count, "select count(*) from seen_update where bot = 'load'")
    lines = other.read(count, "select count(*) from audit where actor = 'load'")
    assert 0 < seen == lines < written


def test_a_killed_backup_leaves_no_backup_and_the_next_one_clears_it(
    shell: Shell, tmp_path: Path
) -> None:
    fatten(shell)
    folder = tmp_path / "backups"
    for least in (1, 1_000_000):
        code = killed(["backup", str(folder)], partial(begun, folder, least))
        assert code == -signal.SIGKILL
        assert list(folder.glob("*.backup")) == []
        assert len(list(folder.glob(".*.part"))) == 1
        # The one that died has let go of its file: the next one takes it away.
    file = make(shell, folder)
    assert [path.name for path in folder.iterdir()] == [file.name]


def test_a_killed_restore_leaves_nothing_and_can_be_repeated(shell: Shell, tmp_path: Path) -> None:
    fatten(shell)
    before = shell.read(records)
    file = make(shell, tmp_path / "backups")
    other = restored(tmp_path)
    log = other.data / "baraza.db-wal"
    words = ["restore", str(file), "--into", str(other.data)]
    for least in (1, 2_000_000):
        assert killed(words, partial(reached, log, least)) == -signal.SIGKILL
        assert revision(other.data / "baraza.db") is None
    restore(other, file)
    after = other.read(records)
    for name in {*before} - {"meta", "audit"}:
        assert after[name] == before[name]
    assert len(after["audit"]) == len(before["audit"]) + 1
