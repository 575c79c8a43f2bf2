"""The formats by name, and what each says of the file it wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from importlib import import_module
from typing import Any, BinaryIO

from storage.views import Column

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file is made of. `about` are lines for formats that have a place for them."""

    columns: Sequence[Column]
    zone: tzinfo = UTC
    bom: bool = False
    about: Sequence[tuple[str, str]] = ()
    title: str = "data"


@dataclass(slots=True)
class Written:
    """How many rows a file has, and how many cells had to be changed, by column and reason."""

    rows: int = 0
    changed: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, column: str, reason: str) -> None:
        """One more cell of this column was changed for this reason."""
        key = column, reason
        self.changed[key] = self.changed.get(key, 0) + 1


Writer = Callable[[Shape, Iterable[Row], BinaryIO], Written]
"""Writes every row as it comes. Raises `Unfit` for columns that the format cannot hold."""


class Unfit(ValueError):
    """These columns make no file of that format; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Format:
    """`write` loads the format's own module when it is first called."""

    suffix: str
    write: Writer


def _lazy(module: str) -> Writer:
    def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
        writer: Writer = import_module(f"bot.exports.{module}").write
        return writer(shape, rows, into)

    return write


FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", _lazy("csv_file")),
    "xlsx": Format("xlsx", _lazy("xlsx_file")),
    "jsonl": Format("jsonl", _lazy("jsonl_file")),
    "geojson": Format("geojson", _lazy("geojson_file")),
}
