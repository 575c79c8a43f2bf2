"""A country's days and hours: when its team works, and when what nobody asked for is not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.messages import Message

DAY = timedelta(days=1)

YEARS = range(1970, 3000)
"""Years that a moment may lie in. At the ends of what Python counts, clocks elsewhere leave it."""

QUIET_MOST = timedelta(days=366)
"""So far ahead the end of quiet hours is looked for: no folder may be quiet for longer."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stretch of the day in which announcements wait: over midnight where it ends before it
    begins, and then a part of the day on which it began. From a time until the same is never."""

    begins: time
    ends: time
    weekdays: tuple[int, ...] = ()
    """ISO weekdays, Monday is 1; none for every day."""

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The stretch that begins on a day, on clocks there; None where none does."""
        if self.begins == self.ends or (self.weekdays and day.isoweekday() not in self.weekdays):
            return None
        last = day + DAY if self.ends < self.begins else day
        return datetime.combine(day, self.begins), datetime.combine(last, self.ends)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, the first and the last of them included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def meets(self, other: Span) -> bool:
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Season:
    """Days that have quiet hours of their own, or on which nothing goes out at all.

    Which days is said and never computed: many feasts follow the moon, and people who see it.
    """

    name: str
    """For organisers."""
    spans: tuple[Span, ...]
    quiet: tuple[Quiet, ...] = ()
    """In place of the hours of every day; those of a weekday hold as ever."""
    silent: bool = False
    once: bool = False
    """True for days that do not come again every year."""

    def span_of(self, day: date) -> Span | None:
        return next((span for span in self.spans if day in span), None)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the team works, and when what nobody asked for is not sent."""

    quiet_from: time
    quiet_until: time
    """Between them announcements wait. News of one's own report does not."""
    weekend: tuple[int, ...]
    """ISO weekdays, Monday is 1."""
    holidays: tuple[tuple[date, Message], ...] = ()
    announcements_a_week: int = 3
    """So many announcements reach one resident within seven days at most."""
    quiet: tuple[Quiet, ...] = ()
    """More hours in which they wait, such as those of a weekday's prayer."""
    seasons: tuple[Season, ...] = ()

    @property
    def known_until(self) -> date | None:
        """The last day of the last year whose days stand here; None where none is looked up."""
        years = [self.holidays[-1][0].year] if self.holidays else []
        years += [one.spans[-1].last.year for one in self.seasons if one.spans and not one.once]
        return date(min(years), 12, 31) if years else None

    def of_every_day(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_until)

    def hours_on(self, day: date) -> Iterator[Quiet]:
        """The quiet hours of a day, but for its silence."""
        season = next((one for one in self.seasons if not one.silent and one.span_of(day)), None)
        yield from (self.of_every_day(),) if season is None else season.quiet
        yield from self.quiet

    def silence_on(self, day: date) -> Season | None:
        """Why nothing goes out on a day."""
        return next((one for one in self.seasons if one.silent and one.span_of(day)), None)

    def quiet_until_after(self, there: datetime) -> datetime | None:
        """When the quiet hours end in which a moment lies, both on clocks there and without a
        zone; None for a moment outside of them."""
        clear = there
        while clear - there < QUIET_MOST:
            later = max(
                (end for begin, end in self._around(clear.date()) if begin <= clear < end),
                default=None,
            )
            if later is None:
                break
            clear = later
        return None if clear == there else clear

    def _around(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The stretches that may hold a moment of a day: its own and those of the night before."""
        for begins_on in (day - DAY, day):
            for hours in self.hours_on(begins_on):
                stretch = hours.on(begins_on)
                if stretch is not None:
                    yield stretch
        if self.silence_on(day) is not None:
            yield datetime.combine(day, time()), datetime.combine(day + DAY, time())


def open_most(hours: Sequence[Quiet]) -> timedelta:
    """How long a day stays open on that day of the week which is open longest, where each is like
    the one before it."""
    return max(_open_on(weekday, hours) for weekday in range(1, 8))


def _open_on(weekday: int, hours: Sequence[Quiet]) -> timedelta:
    # Any Monday serves.
    day = date(2024, 1, weekday)
    begins, ends = datetime.combine(day, time()), datetime.combine(day + DAY, time())
    stretches = sorted(
        (max(stretch[0], begins), min(stretch[1], ends))
        for one in hours
        for began in (day - DAY, day)
        if (stretch := one.on(began)) is not None
    )
    open_for, clear = timedelta(), begins
    for begin, end in stretches:
        open_for += max(begin - clear, timedelta())
        clear = max(clear, end)
    return open_for + max(ends - clear, timedelta())
