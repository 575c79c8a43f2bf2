"""The rows of an open view as a stream, at one moment, for files of any size.

SQLite's own cursor is read directly: SQLAlchemy's rows cost five times as much, and an export has
millions of cells that nobody looks at in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from storage.columns import stored_moment
from storage.open_reading import local_day
from storage.spans import Span
from storage.views import Column, Privacy, View


@dataclass(frozen=True, slots=True)
class Stream:
    """The rows of one moment, to be read once. `count` counts them, which takes as long."""

    count: Callable[[], int]
    rows: Iterator[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which columns and rows of a view. Nothing in `spans` leaves nothing out.

    `of` is a column and the one value that it is to have. `zones` are countries' own by name,
    for views that count days.
    """

    view: View
    columns: Sequence[Column]
    spans: Sequence[Span] = ()
    of: tuple[str, str] | None = None
    zones: Mapping[str, str] | None = None

    @property
    def names(self) -> str:
        return ", ".join(column.name for column in self.columns)


@contextmanager
def streamed(path: Path, wanted: Wanted) -> Iterator[Stream]:
    """Open a view of a database file read-only.

    Raises `ValueError` for spans of a view that has no country or no time.
    """
    where, values = within(wanted, lambda _number: "?", stored_moment)
    personal = any(column.privacy is Privacy.PERSONAL for column in wanted.columns)
    zones = {key: ZoneInfo(zone) for key, zone in (wanted.zones or {}).items()}
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA query_only = ON")
        if personal:
            # What is sorted in a file stays on the disk after it.
            connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function(
            "local_day", 2, lambda at, country: local_day(at, country, zones), deterministic=True
        )
        # Without a transaction the count would be of one moment and the rows of another.
        connection.isolation_level = None
        connection.execute("BEGIN")
        source = f"({wanted.view.select}){where}"

        def count() -> int:
            counted = connection.execute(f"SELECT count(*) FROM {source}", values).fetchone()
            return int(counted[0])

        # A plus keeps it from going through an index, and from row to row all over the file.
        ordered = f"{source}{order(wanted.view, '' if personal else '+')}"
        yield Stream(count, connection.execute(f"SELECT {wanted.names} FROM {ordered}", values))
    finally:
        connection.close()


def within(
    wanted: Wanted, mark: Callable[[int], str], moment_of: Callable[[datetime], Any]
) -> tuple[str, list[Any]]:
    """The condition and its values. `mark` gives the place of the nth value in a statement."""
    view, values = wanted.view, []
    kinds = {column.name: column.kind for column in view.columns}
    timed = any(span.since or span.until for span in wanted.spans)
    if wanted.spans and ("country" not in kinds or (timed and view.moment is None)):
        raise ValueError(f"{view.name} cannot be narrowed by country or day")

    def compared(column: str, sign: str, value: Any) -> str:
        values.append(value)
        return f"{column} {sign} {mark(len(values))}"

    parts: list[str] = []
    for span in wanted.spans:
        bounds = [compared("country", "=", span.country)]
        for sign, moment in ((">=", span.since), ("<", span.until)):
            if moment is not None and view.moment is not None:
                # A span is of whole days of its country, so that its days are the moments' own.
                by_day = kinds[view.moment] == "day"
                value = moment.date().isoformat() if by_day else moment_of(moment)
                bounds.append(compared(view.moment, sign, value))
        parts.append(f"({' AND '.join(bounds)})")
    conditions = [f"({' OR '.join(parts)})"] if parts else []
    if wanted.of is not None:
        column, value = wanted.of
        conditions.append(compared(column, "=", value))
    return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), values


def order(view: View, before: str = "") -> str:
    """The oldest first, and then by what names a row. `before` stands before each column."""
    first = [] if view.moment is None else [view.moment]
    named = [column.name for column in view.columns[:3] if column.name != view.moment]
    return f" ORDER BY {', '.join(f'{before}{name}' for name in [*first, *named])}"
