"""JSON lines: one object a row, every column in each, null where there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from bot.exports.cells import reader
from bot.exports.written import Row, Shape, Written


def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
    """See `Writer`."""
    written = Written()
    names = [column.name for column in shape.columns]
    readers = [
        (at, read)
        for at, column in enumerate(shape.columns)
        if (read := reader(column, shape.zone)) is not None
    ]
    encoder = msgspec.json.Encoder()
    for row in rows:
        cells = list(row)
        for at, read in readers:
            cells[at] = read(cells[at])
        into.write(encoder.encode(dict(zip(names, cells, strict=True))))
        into.write(b"\n")
        written.rows += 1
    return written
