"""CSV as RFC 4180 has it: UTF-8, commas, CRLF, a header even where there are no rows.

A spreadsheet runs a cell that begins with one of `= + - @` as a formula (OWASP, "CSV Injection"),
after spaces as well. In columns of text such a cell gets one `'` before it, and so does one that
begins with `'` itself: whoever takes one `'` away from each has the exact text back. Columns of
numbers are left alone, since half the world has negative coordinates.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import TextIOWrapper
from typing import Any, BinaryIO

from bot.exports.cells import Cell, as_text, reader
from bot.exports.written import Row, Shape, Written
from storage.views import Column

FORMULAS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes a formula by, with the full-width forms."""

BLANK = " \t\r\n\xa0\u3000"
"""What a spreadsheet passes over before it looks for a formula."""

_SUSPECT = FORMULAS | frozenset(BLANK) | {"'"}


def guard(text: str) -> str:
    """The text with a `'` before it where a spreadsheet would run it."""
    if text[:1] not in _SUSPECT or not text:
        return text
    first = text.lstrip(BLANK)[:1]
    return f"'{text}" if first in FORMULAS or text[0] == "'" else text


def unguard(cell: str) -> str:
    """The exact text of a cell that `guard` wrote."""
    return cell[1:] if cell[:1] == "'" else cell


def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
    """See `Writer`. With `shape.bom`, exactly one byte order mark, at the start."""
    written = Written()
    text = TextIOWrapper(into, "utf-8-sig" if shape.bom else "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in shape.columns])
    writer.writerows(_cells(shape, rows, written))
    text.flush()
    text.detach()
    return written


def _cells(shape: Shape, rows: Iterable[Row], written: Written) -> Iterator[list[Any]]:
    changes = [
        (at, change)
        for at, column in enumerate(shape.columns)
        if (change := _change(column, shape)) is not None
    ]
    for row in rows:
        cells = list(row)
        for at, change in changes:
            if cells[at] is not None:
                cells[at] = change(cells[at])
        written.rows += 1
        yield cells


def _change(column: Column, shape: Shape) -> Callable[[Any], Cell] | None:
    if column.kind == "text":
        return guard
    read = reader(column, shape.zone)
    return None if read is None else lambda value: as_text(read(value))
