"""What a stored value is as a cell: its type by its column, never by what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from storage.views import Column

Cell = str | int | float | bool | date | datetime | None
Read = Callable[[Any], Cell]


def reader(column: Column, zone: tzinfo = UTC) -> Read | None:
    """How a stored value of this column becomes a cell; None where it is one already.

    A moment is given in `zone`, on whose clock staff read it.
    """
    match column.kind:
        case "moment":
            return lambda value: None if value is None else _moment(value).astimezone(zone)
        case "day":
            return lambda value: date.fromisoformat(value) if isinstance(value, str) else value
        case "yes or no":
            return lambda value: None if value is None else bool(value)
        case _:
            return None


def _moment(value: str | datetime) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def as_text(cell: Cell) -> str | int | float | None:
    """A cell in formats that know only text and numbers: ISO 8601, `true` and `false`."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell
