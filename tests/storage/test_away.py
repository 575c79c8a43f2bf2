"""What passes by itself is told from a mistake, which would come back for ever."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from storage import postgres_line, postgres_watch
from storage.errors import Away, Busy, Unanswered, is_away
from storage.postgres_url import read_postgres_url
from storage.sqlite import writing_engine
from tests.houses import open_house
from tests.postgres import POSTGRES

Fail = Callable[[Path], None]


def no_table(path: Path) -> None:
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("select * from nothing"))


def no_sense(path: Path) -> None:
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("sleect 1"))


def locked(path: Path) -> None:
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("begin exclusive")
        with create_engine(f"sqlite:///{path}", connect_args={"timeout": 0}).connect() as mine:
            mine.execute(text("create table t (a)"))


def read_only(path: Path) -> None:
    writing_engine(path).connect().close()
    with create_engine(f"sqlite:///file:{path}?mode=ro&uri=true").connect() as connection:
        connection.execute(text("create table t (a)"))


def no_folder(path: Path) -> None:
    create_engine(f"sqlite:///{path}/nowhere/town.db").connect()


@pytest.mark.parametrize(
    ("fail", "away"),
    [(no_table, False), (no_sense, False), (locked, True), (read_only, True), (no_folder, True)],
)
def test_sqlite_says_by_its_code_what_passes(tmp_path: Path, fail: Fail, away: bool) -> None:
    with pytest.raises(OperationalError) as failed:
        fail(tmp_path / "town.db")
    assert is_away(failed.value) is away


class Told(Exception):
    """An error of a server, with its five signs."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate
        super().__init__(sqlstate)


@pytest.mark.parametrize(
    ("state", "away"),
    [
        ("08006", True), ("57P01", True), ("53300", True), ("53100", True), ("40P01", True),
        ("55P03", True), ("58030", True), ("42P01", False), ("42703", False), ("22001", False),
        ("", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [DBAPIError, OperationalError, InterfaceError])
def test_a_server_says_by_its_signs_what_passes(
    kind: type[DBAPIError], state: str, away: bool
) -> None:
    assert is_away(kind("", {}, Told(state))) is away
    lost = kind("", {}, Told(state), connection_invalidated=True)
    assert is_away(lost)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (Busy(), True),
        (Away(), True),
        (Unanswered(), True),
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (OSError(errno.ENOSPC, "no space"), True),
        (OSError(errno.EIO, "broken"), True),
        (FileNotFoundError(errno.ENOENT, "es.po"), False),
        (PermissionError(errno.EACCES, "var"), False),
        (OSError("odd"), False),
        (IntegrityError("", {}, sqlite3.IntegrityError("UNIQUE")), False),
        (ValueError(), False),
        (KeyError(), False),
    ],
)
def test_what_counts_as_away(error: Exception, away: bool) -> None:
    assert is_away(error) is away


@pytest.mark.parametrize("prepared", [True, False])
@pytest.mark.parametrize(("state", "away"), [("53100", True), ("40P01", True), ("P0001", False)])
async def test_a_servers_own_errors_are_told_by_what_it_says(
    tmp_path: Path, state: str, away: bool, prepared: bool
) -> None:
    raised = f"do $$ begin raise exception using errcode = '{state}'; end $$"

    def fail(connection: Connection) -> None:
        if prepared:
            postgres_line.run(connection, raised)
        else:
            connection.exec_driver_sql(raised)

    async with open_house(tmp_path, POSTGRES) as house:
        with pytest.raises((DBAPIError, Busy)) as failed:
            await house.database.write(fail)
    assert is_away(failed.value) is away


async def test_a_driver_that_does_not_understand_its_server_is_away_for_who_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def astray(*_arguments: object, **_settings: object) -> None:
        raise asyncpg.ProtocolError("cannot switch to state 12")

    monkeypatch.setattr(postgres_watch, "connect", astray)
    url = read_postgres_url("postgresql://baraza@127.0.0.1/baraza")
    with pytest.raises(Away, match="ProtocolError"):
        await postgres_watch.check_listening(url)
