"""How `baraza export` brings what was asked for into a file, with a bar where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import Progress

from bot.app import House
from bot.cli.export_words import Naming
from bot.exports import FORMATS, Shape, Written
from bot.exports.written import Row
from bot.work.whole_files import whole_file
from storage.view_rows import Stream, Wanted, streamed

Told = Callable[[int], None]
"""Told of so many more rows."""

Into = Callable[[BinaryIO, Told], Written]

ROWS_BETWEEN = 1_000


def write_wanted(
    house: House, wanted: Wanted, words: Naming, form: str, shape: Shape, file: Path | None
) -> Written:
    """Write rows of a view in one of `FORMATS`; without a file to the terminal."""
    if house.settings.postgres is None:
        with streamed(house.settings.database_file, wanted) as stream:
            return _write_rows(stream, words, form, shape, file)
    from bot.exports import csv_copy
    from storage.view_rows_server import server_stream

    with server_stream(house.settings.postgres, wanted) as server:
        copied = form == "csv" and not words.changes
        asked = csv_copy.fields(shape, server.types()) if copied else None
        if asked is None:
            return _write_rows(server.stream(), words, form, shape, file)
        fields = asked

        def write(into: BinaryIO, told: Told) -> Written:
            return csv_copy.write(shape, server.copy, fields, into, told)

        return write_into(file, server.count, write)


def write_into(file: Path | None, count: Callable[[], int], write: Into) -> Written:
    """Into a whole file or none. `count` is asked only where somebody watches."""
    if file is None:
        return write(sys.stdout.buffer, lambda rows: None)
    with whole_file(file) as into:
        if not sys.stderr.isatty():
            return write(into, lambda rows: None)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task(file.name, total=count())
            return write(into, lambda rows: progress.advance(bar, rows))


def _write_rows(
    stream: Stream, words: Naming, form: str, shape: Shape, file: Path | None
) -> Written:
    def write(into: BinaryIO, told: Told) -> Written:
        return FORMATS[form].write(shape, _telling(words.apply(stream.rows), told), into)

    return write_into(file, stream.count, write)


def _telling(rows: Iterable[Row], told: Told) -> Iterator[Row]:
    rows = iter(rows)
    while some := list(islice(rows, ROWS_BETWEEN)):
        yield from some
        told(len(some))
