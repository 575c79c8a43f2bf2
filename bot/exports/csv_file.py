"""CSV as RFC 4180 has it: UTF-8, commas, CRLF, a header even where there are no rows.

A spreadsheet runs a cell that begins with one of `= + - @` as a formula (OWASP, "CSV Injection"),
after spaces as well. In columns of text such a cell gets one `'` before it, and so does one that
begins with `'` itself: whoever takes one `'` away from each has the exact text back. Columns of
numbers are left alone, since half the world has negative coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Any, BinaryIO

from bot.exports.batches import Make, Numbers, Remembered, make_cells
from bot.exports.cells import as_text, reader
from bot.exports.moments import LocalHours, is_stored
from bot.exports.written import Row, Shape, Written
from storage.views import Column

FORMULAS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes a formula by, with the full-width forms."""

BLANK = " \t\r\n\xa0\u3000"
"""What a spreadsheet passes over before it looks for a formula."""

LINE_END = "\r\n"

_QUOTED = re.compile('[",\r\n]')
"""What makes a field one that stands in quotes."""

_HARMLESS = re.compile('\\w[^",\r\n]*')
"""Most texts, which stay as they are."""

SUSPECT = FORMULAS | frozenset(BLANK) | {"'"}


def guard(text: str) -> str:
    """The text with a `'` before it where a spreadsheet would run it."""
    if text[:1] not in SUSPECT or not text:
        return text
    first = text.lstrip(BLANK)[:1]
    return f"'{text}" if first in FORMULAS or text[0] == "'" else text


def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
    """See `Writer`. With `shape.bom`, exactly one byte order mark, at the start."""
    written = Written()
    into.write(head(shape))
    hours = LocalHours(shape.zone)
    makes = [_make(column, shape.zone, hours) for column in shape.columns]
    for count, cells in make_cells(rows, makes):
        fields: Iterable[str] = map(",".join, cells)
        if len(makes) == 1:
            # Nothing at all would be an empty line, which readers pass over.
            fields = (field or '""' for field in fields)
        into.write(f"{LINE_END.join(fields)}{LINE_END}".encode())
        written.rows += count
    return written


def head(shape: Shape) -> bytes:
    """What comes before the first row."""
    names = ",".join(column.name for column in shape.columns)
    return f"{names}{LINE_END}".encode("utf-8-sig" if shape.bom else "utf-8")


def _make(column: Column, zone: tzinfo, hours: LocalHours) -> Make:
    match column.kind:
        case "text" | "amount":
            return Remembered(_text).make
        case "number":
            return Numbers(_number).make
        case "moment":
            return _moments(_other(column, zone), hours)
        case _:
            return Remembered(_other(column, zone)).make


def _text(value: str | None) -> str:
    if value is None or _HARMLESS.fullmatch(value) is not None:
        return value or ""
    return quoted(guard(value))


def quoted(text: str) -> str:
    """A field as it is written: in quotes only where it must be."""
    if _QUOTED.search(text) is None:
        return text
    return '"{}"'.format(text.replace('"', '""'))


def _number(value: Any) -> str:
    return "" if value is None else str(value)


def _other(column: Column, zone: tzinfo) -> Callable[[Any], str]:
    read = reader(column, zone) or str
    return lambda value: "" if value is None else str(as_text(read(value)))


def _moments(other: Callable[[Any], str], hours: LocalHours) -> Make:
    def make(values: Sequence[Any]) -> list[str]:
        return [
            ""
            if value is None
            else f"{hour.text}{value[13:19]}{hour.offset}"
            if is_stored(value) and (hour := hours[value[:13]]) is not None
            else other(value)
            for value in values
        ]

    return make
