"""How commands print: tables, ages and times, and residents' words without any power."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo

UNFOLDED = 10_000
"""The width where no terminal reads: a row is one line, for `grep` and for files."""


def plain(words: str) -> str:
    """Words of others without control signs: a terminal obeys those, up to writing its title."""
    return "".join(
        sign
        if sign in "\n\t" or sign.isprintable() or not _obeyed(sign)
        else "\N{REPLACEMENT CHARACTER}"
        for sign in words
    )


def _obeyed(sign: str) -> bool:
    return ord(sign) < 32 or 127 <= ord(sign) < 160


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str | None = None,
    right: frozenset[str] = frozenset(),
    head: bool = True,
) -> None:
    """Print rows; `right` are the columns of numbers. None is an empty cell."""
    # Only what prints a table pays for the library.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else UNFOLDED, highlight=False)
    table = Table(
        title=title, title_justify="left", box=None, header_style="bold", show_header=head
    )
    for name in columns:
        table.add_column(Text(name), justify="right" if name in right else "left", overflow="fold")
    for row in rows:
        # `Text`, since a resident's square brackets are no markup.
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(plain(str(value)).split("\n"))


def age(past: timedelta) -> str:
    """How long, in the largest unit that fits: `5 min`, `3 h`, `12 d`."""
    minutes = max(0, int(past.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} d"


def local(moment: datetime, zone: tzinfo) -> str:
    """A moment as clocks there show it."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
