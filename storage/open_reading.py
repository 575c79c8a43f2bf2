"""Questions of staff in SQL, on a connection that can read the open views and nothing else.

The views' real selects stand in temporary views of random names. SQLite's authorizer allows a
table to be read only from within one of those: a name that anybody can know, such as the public
view's, could be taken by a `WITH` of the same name.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.views import VIEWS

SECONDS_MOST = 10.0
"""A question that takes longer is stopped."""

ROWS_MOST = 10_000
_STEPS_BETWEEN_LOOKS = 10_000

_FUNCTIONS = frozenset(
    [
        "abs",
        "avg",
        "coalesce",
        "count",
        "date",
        "datetime",
        "format",
        "group_concat",
        "ifnull",
        "iif",
        "instr",
        "json_array",
        "json_group_array",
        "json_object",
        "julianday",
        "length",
        "like",
        "lower",
        "ltrim",
        "max",
        "min",
        "nullif",
        "printf",
        "rank",
        "replace",
        "round",
        "row_number",
        "rtrim",
        "sign",
        "strftime",
        "substr",
        "substring",
        "sum",
        "time",
        "total",
        "trim",
        "unixepoch",
        "upper",
        "glob",
        "dense_rank",
        "ntile",
        "lag",
        "lead",
        "first_value",
        "last_value",
        "nth_value",
        "cume_dist",
        "percent_rank",
        "char",
        "unicode",
        "hex",
        "quote",
        "random",
    ]
)
"""Functions of SQLite that only compute. Everything that is not named here is refused: new ones
that read files or load code come with new versions."""


class NotAllowed(Exception):
    """The question reads or does something else than the open views allow."""


class TooLong(Exception):
    """The question took longer than `SECONDS_MOST`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of an answer. `cut` tells that there were more than were asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool


def ask(path: Path, sql: str, random: Callable[[int], bytes], most: int = ROWS_MOST) -> Answer:
    """Answer one question from a database file.

    Raises `NotAllowed`, `TooLong`, and `sqlite3.Error` for what is no SQL.
    """
    with _guarded(path, random) as connection:
        try:
            cursor = connection.execute(sql)
            columns = tuple(item[0] for item in cursor.description or ())
            rows = cursor.fetchmany(most + 1)
        except sqlite3.DatabaseError as error:
            words = str(error)
            if "not authorized" in words or "prohibited" in words:
                raise NotAllowed(words) from None
            if "interrupted" in words:
                raise TooLong(f"stopped after {SECONDS_MOST:.0f} seconds") from None
            raise
        return Answer(columns, tuple(rows[:most]), len(rows) > most)


@contextmanager
def _guarded(path: Path, random: Callable[[int], bytes]) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        hidden = {f"inner_{random(16).hex()}": view for view in VIEWS}
        for name, view in hidden.items():
            connection.execute(f"CREATE TEMP VIEW {name} AS {view.select}")
            columns = ", ".join(column.name for column in view.columns)
            connection.execute(f"CREATE TEMP VIEW {view.name} AS SELECT {columns} FROM {name}")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
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
