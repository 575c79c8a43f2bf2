"""Rows some thousand at a time, turned so that each column is written as a whole.

An export has millions of cells. So a loop over them runs in C as far as it can, and what a value
looks like is worked out once, not again for each row that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from bot.exports.written import Row

ROWS_AT_ONCE = 1_000

REMEMBERED_MOST = 4_096
"""Cells of a column that are remembered; then all are forgotten, and it begins anew."""

REMEMBERED_SIGNS = 160
"""A longer one is a story, which is told once."""

Make = Callable[[Sequence[Any]], Iterable[str]]
"""A column's stored values, None too, as what stands in the file."""


class Remembered(dict[Any, str]):
    """Cells by their values. Only for columns where values that are equal look alike: 1 is 1.0,
    and 0.0 is -0.0."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Callable[[Any], str]) -> None:
        super().__init__()
        self._cell = cell

    def __missing__(self, value: Any) -> str:
        cell = self._cell(value)
        if len(cell) <= REMEMBERED_SIGNS:
            if len(self) >= REMEMBERED_MOST:
                self.clear()
            self[value] = cell
        return cell

    def make(self, values: Sequence[Any]) -> Iterable[str]:
        return map(self.__getitem__, values)


class Numbers:
    """Cells of whole numbers and of others, which are told apart: see `Remembered`."""

    def __init__(self, cell: Callable[[Any], str]) -> None:
        self._cell = cell
        self._whole = Remembered(cell)
        self._others = Remembered(cell)

    def make(self, values: Sequence[Any]) -> Iterable[str]:
        kinds = set(map(type, values))
        if kinds <= {int, type(None)}:
            return self._whole.make(values)
        # Nothing before 0.0 or -0.0 is known to be the same.
        if kinds <= {float, type(None)} and 0.0 not in values:
            return self._others.make(values)
        return map(self._cell, values)


def make_cells(
    rows: Iterable[Row], makes: Sequence[Make]
) -> Iterator[tuple[int, Iterator[tuple[str, ...]]]]:
    """Some rows at a time: how many, and the cells of each. `makes` has one for each column.

    Raises `ValueError` for a row of another length.
    """
    rows = iter(rows)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        columns = zip(makes, zip(*batch, strict=True), strict=True)
        made = [make(values) for make, values in columns]
        yield len(batch), zip(*made, strict=True)
