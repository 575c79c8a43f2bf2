"""The rows of an open view as a stream, at one moment, for files of any size.

SQLite's own cursor is read directly: SQLAlchemy's rows cost five times as much, and an export has
millions of cells that nobody looks at in between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.columns import stored_moment
from storage.spans import Span
from storage.views import Column, View


@dataclass(frozen=True, slots=True)
class Stream:
    """`count` rows at this moment, and the rows themselves, to be read once."""

    count: int
    rows: Iterator[Sequence[Any]]


@contextmanager
def streamed(
    path: Path, view: View, columns: Sequence[Column], spans: Sequence[Span] = ()
) -> Iterator[Stream]:
    """Open a view of a database file read-only. Nothing in `spans` leaves nothing out.

    Raises `ValueError` for spans of a view that has no country or no time.
    """
    where, values = _within(view, spans)
    names = ", ".join(column.name for column in columns)
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA query_only = ON")
        # Without a transaction the count would be of one moment and the rows of another.
        connection.isolation_level = None
        connection.execute("BEGIN")
        source = f"({view.select}){where}"
        [count] = connection.execute(f"SELECT count(*) FROM {source}", values).fetchone()
        rows = connection.execute(f"SELECT {names} FROM {source}{_order(view)}", values)
        yield Stream(count, rows)
    finally:
        connection.close()


def _within(view: View, spans: Sequence[Span]) -> tuple[str, list[str]]:
    if not spans:
        return "", []
    names = [column.name for column in view.columns]
    if "country" not in names or (view.moment is None and any(s.since or s.until for s in spans)):
        raise ValueError(f"{view.name} cannot be narrowed by country or day")
    parts: list[str] = []
    values: list[str] = []
    for span in spans:
        bounds = ["country = ?"]
        values.append(span.country)
        for sign, moment in ((">=", span.since), ("<", span.until)):
            if moment is not None:
                bounds.append(f"{view.moment} {sign} ?")
                values.append(stored_moment(moment))
        parts.append(f"({' AND '.join(bounds)})")
    return f" WHERE {' OR '.join(parts)}", values


def _order(view: View) -> str:
    return "" if view.moment is None else f" ORDER BY {view.moment}, {view.columns[0].name}"
