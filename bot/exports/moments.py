"""Moments on the clock of a zone, many of them: the zone is asked once for each hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

HOURS_MOST = 20_000
"""Hours that are remembered, some two years; then all are forgotten, and it begins anew."""

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LocalHour:
    """An hour of UTC where the zone's clock is whole hours away from it.

    `text` is the local day and hour in ISO 8601, `offset` what follows after the seconds;
    `ordinal` is that day as `date` counts, `seconds` is when on it the hour begins.
    """

    text: str
    offset: str
    ordinal: int
    seconds: int


class LocalHours(dict[str, LocalHour | None]):
    """By the day and hour of a moment as a file keeps it, its first 13 signs.

    None where the zone's clock changes in that hour, or is not whole hours away.
    """

    __slots__ = ("_zone",)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, hour: str) -> LocalHour | None:
        begins = datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=UTC)
        start, last = (
            moment.astimezone(self._zone)
            for moment in (begins, begins + _HOUR - timedelta(seconds=1))
        )
        found = None
        if (
            start.utcoffset() == last.utcoffset()
            and not (start.utcoffset() or timedelta()) % _HOUR
        ):
            told = start.isoformat(timespec="seconds")
            found = LocalHour(told[:13], told[19:], start.toordinal(), start.hour * 3600)
        if len(self) >= HOURS_MOST:
            self.clear()
        self[hour] = found
        return found


def is_stored(value: object) -> bool:
    """Whether it is a moment as a file keeps it: `2026-11-25T12:00:00.000000Z`."""
    return type(value) is str and value[26:] == "Z"
