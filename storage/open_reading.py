"""Questions of staff in SQL, on a connection that can read the open views and nothing else.

The views' real selects stand in temporary views of random names. SQLite's authorizer allows a
table to be read only from within one of those: a name that anybody can know, such as the public
view's, could be taken by a `WITH` of the same name.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from storage.views import VIEWS

SECONDS_MOST = 10.0
"""A question that takes longer is stopped."""

ROWS_MOST = 10_000

BYTES_MOST = 20_000_000
"""Rows are taken until their texts have about so many signs in all."""

SQL_MOST = 10_000
"""Signs of a question: the whole of it must stand in its audit line."""

_STEPS_BETWEEN_LOOKS = 10_000

_COMPUTING = """
    abs avg char coalesce count cume_dist date datetime dense_rank first_value glob
    group_concat hex ifnull iif instr json_array json_extract json_group_array json_object
    julianday lag last_value lead length like local_day lower ltrim max min nth_value ntile nullif
    percent_rank quote random rank replace round row_number rtrim sign strftime
    substr substring sum time total trim unicode unixepoch upper
"""

_FUNCTIONS = frozenset(_COMPUTING.split())
"""Functions of SQLite that only compute, and `local_day`. Everything that is not named here is
refused: new ones that read files or load code come with new versions. Not `printf`: one call can
be made to write for as long as it likes."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: SQL_MOST,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
"""No value, statement or nesting is larger: one call of a function is a single step, which no look
at the clock interrupts."""


class NotAllowed(Exception):
    """The question reads or does something else than the open views allow."""


class TooLong(Exception):
    """The question took longer than `SECONDS_MOST`, or more memory than is given to it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of an answer. `cut` tells that there were more than were asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool


def ask(
    path: Path,
    sql: str,
    random: Callable[[int], bytes],
    most: int = ROWS_MOST,
    zones: Mapping[str, tzinfo] | None = None,
) -> Answer:
    """Answer one question from a database file. `zones` are countries' own, for `local_day`.

    Raises `NotAllowed`, `TooLong`, and `sqlite3.Error` or `sqlite3.Warning` for what is no SQL.
    """
    with _guarded(path, random, zones or {}) as connection:
        try:
            cursor = connection.execute(sql)
            columns = tuple(item[0] for item in cursor.description or ())
            rows, cut = _fetch(cursor, most)
        except MemoryError:
            raise TooLong("it takes too much memory") from None
        except sqlite3.DatabaseError as error:
            words = str(error)
            if "not authorized" in words or "prohibited" in words:
                raise NotAllowed(words) from None
            if "interrupted" in words:
                raise TooLong(f"stopped after {SECONDS_MOST:.0f} seconds") from None
            raise
        return Answer(columns, rows, cut)


def _fetch(cursor: sqlite3.Cursor, most: int) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        if len(rows) == most or size > BYTES_MOST:
            return tuple(rows), True
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
    return tuple(rows), False


def local_day(moment: object, country: object, zones: Mapping[str, tzinfo]) -> str | None:
    """The day of a stored moment as its country counts days; None for what is no such thing."""
    zone = zones.get(country) if isinstance(country, str) else None
    if zone is None or not isinstance(moment, str):
        return None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at.astimezone(zone).date().isoformat() if at.tzinfo is not None else None


@contextmanager
def _guarded(
    path: Path, random: Callable[[int], bytes], zones: Mapping[str, tzinfo]
) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        hidden = {f"inner_{random(16).hex()}": view for view in VIEWS}
        for name, view in hidden.items():
            connection.execute(f"CREATE TEMP VIEW {name} AS {view.select}")
            columns = ", ".join(column.name for column in view.columns)
            connection.execute(f"CREATE TEMP VIEW {view.name} AS SELECT {columns} FROM {name}")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.create_function(
            "local_day", 2, lambda at, country: local_day(at, country, zones), deterministic=True
        )
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        connection.set_authorizer(_authorizer(frozenset(hidden)))
        deadline = time.monotonic() + SECONDS_MOST
        connection.set_progress_handler(
            lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS
        )
        yield connection
    finally:
        connection.close()


def _authorizer(
    hidden: frozenset[str],
) -> Callable[[int, str | None, str | None, str | None, str | None], int]:
    public = {view.name for view in VIEWS}

    def allow(
        action: int, first: str | None, second: str | None, _database: str | None, by: str | None
    ) -> int:
        if action in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE}:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            known = (second or "").lower() in _FUNCTIONS
            return sqlite3.SQLITE_OK if known else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ and (by in hidden or first in public or first in hidden):
            # A public view's own columns, or a table from within one of the hidden selects. That
            # a `WITH` takes a public name does no harm: what it reads in turn is asked as well.
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    return allow
