"""CSV whose lines a PostgreSQL server writes itself, byte for byte as `csv_file` would.

Each column is asked for as the text that stands in the file; `COPY` puts the commas and quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import BinaryIO

from bot.exports.csv_file import BLANK, FORMULAS, SUSPECT, head
from bot.exports.written import Shape, Written
from storage.view_shapes import Column

YEARS = 2020, 2100
"""Between which a zone's changes are known; a moment beyond is told with the nearest offset."""

Copy = Callable[[Sequence[str], Callable[[bytes], object]], int]
"""Hands over the lines of so many columns, each asked for in SQL; tells how many rows they are."""


def fields(shape: Shape, types: Sequence[str]) -> list[str] | None:
    """What is asked for in the place of each column, by the type that the server says it has.

    None where it must be written here: a column of another type, or one column alone, whose empty
    fields `COPY` leaves as empty lines.
    """
    clock = _Clock(shape.zone)
    found = [
        _field(column, kind, clock) for column, kind in zip(shape.columns, types, strict=True)
    ]
    known = [field for field in found if field is not None]
    return known if len(known) == len(found) > 1 else None


def write(
    shape: Shape, copy: Copy, asked: Sequence[str], into: BinaryIO, told: Callable[[int], object]
) -> Written:
    """As `csv_file.write`, with what `fields` gave. `told` hears of about so many more rows."""
    into.write(head(shape))
    ends = _LineEnds()

    def take(lines: bytes) -> None:
        into.write(ends.of(lines))
        told(lines.count(b"\n"))

    return Written(copy(asked, take))


class _LineEnds:
    """CRLF at the end of each record; a line feed within quotes is the resident's own."""

    def __init__(self) -> None:
        self._quoted = 0

    def of(self, lines: bytes) -> bytes:
        parts = lines.split(b'"')
        begin, self._quoted = self._quoted, (self._quoted + len(parts) - 1) % 2
        parts[begin::2] = [part.replace(b"\n", b"\r\n") for part in parts[begin::2]]
        return b'"'.join(parts)


def _field(column: Column, kind: str, clock: _Clock) -> str | None:
    name = column.name
    match column.kind, kind:
        case "text" | "amount", "text" | "character varying":
            return _guarded(name)
        case ("number", "integer" | "bigint") | ("day", "text"):
            return name
        case "number", "double precision":
            # Whole ones have a decimal too.
            whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
            return f"CASE WHEN {whole} THEN {name}::text || '.0' ELSE {name}::text END"
        case "moment", "timestamp with time zone":
            return clock.field(name)
        case "day", "date":
            return f"to_char({name}, 'YYYY-MM-DD')"
        case "yes or no", "integer":
            return f"CASE WHEN {name} <> 0 THEN 'true' WHEN {name} = 0 THEN 'false' END"
        case _:
            return None


def _guarded(name: str) -> str:
    """`guard`; what is empty becomes NULL, since `COPY` would write it as `\"\"`."""
    blank = " || ".join(f"chr({ord(sign)})" for sign in BLANK)
    runs = f"ascii(ltrim({name}, {blank})) IN ({_points(FORMULAS)})"
    return (
        f"CASE WHEN ascii({name}) IN ({_points(SUSPECT)}) AND (ascii({name}) = {ord(chr(39))}"
        f" OR {runs}) THEN chr({ord(chr(39))}) || {name} ELSE nullif({name}, '') END"
    )


def _points(signs: frozenset[str]) -> str:
    return ", ".join(str(ord(sign)) for sign in sorted(signs))


_LOCAL = 'YYYY-MM-DD"T"HH24:MI:SS'


class _Clock:
    """A zone's rules, which go along: the server's own may be of another year."""

    def __init__(self, zone: tzinfo) -> None:
        first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in YEARS)
        self._changes: list[datetime] = []
        self._offsets = [_offset(first, zone)]
        moment = first
        while moment < last and zone is not UTC:
            following = moment + timedelta(weeks=1)
            if _offset(following, zone) != self._offsets[-1]:
                self._changes.append(_change(moment, following, zone))
                self._offsets.append(_offset(following, zone))
            moment = following

    def field(self, name: str) -> str:
        """A column of moments as ISO 8601 tells them on the zone's clock."""
        utc = f"{name} AT TIME ZONE 'UTC'"
        if not self._changes:
            [(away, offset)] = self._offsets
            local = f"{utc} + interval '{away:.0f} seconds'" if away else utc
            return f"to_char({local}, '{_LOCAL}\"{offset}\"')"
        changes = ",".join(change.isoformat() for change in self._changes)
        at = f"[width_bucket({name}, '{{{changes}}}'::timestamptz[]) + 1]"
        aways = ",".join(f"{away:.0f} seconds" for away, _offset in self._offsets)
        offsets = ",".join(offset for _away, offset in self._offsets)
        return (
            f"to_char({utc} + ('{{{aways}}}'::interval[]){at}, '{_LOCAL}')"
            f" || ('{{{offsets}}}'::text[]){at}"
        )


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second of the new offset."""
    while after - before > timedelta(seconds=1):
        between = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _offset(between, zone) == _offset(before, zone):
            before = between
        else:
            after = between
    return after


def _offset(moment: datetime, zone: tzinfo) -> tuple[float, str]:
    """Seconds from UTC, and the same as ISO 8601 writes it."""
    local = moment.astimezone(zone)
    return (local.utcoffset() or timedelta()).total_seconds(), local.isoformat()[19:]
