"""A country's quiet hours in words, for organisers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from bot.domain.calendar import Calendar, Quiet, Season, Span

AHEAD = timedelta(days=90)
"""Seasons that begin within so long are told beside the hours of every day."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def tell_hours(calendar: Calendar, today: date) -> Iterator[str]:
    """When nothing goes out: on every day, on a weekday, and in the seasons that come."""
    hours = [*([calendar.of_every_day()] if _is_some(calendar) else []), *calendar.quiet]
    if hours:
        yield f"Nothing goes out {_listed(hours)} there."
    for span, season in seasons_within(calendar, today, today + AHEAD):
        what = "nothing at all" if season.silent else f"nothing {_listed(season.quiet)}"
        yield f"  {season.name}, {span.first} to {span.last}: {what}."


def seasons_within(calendar: Calendar, first: date, last: date) -> list[tuple[Span, Season]]:
    """The seasons that meet some days, in the order of their dates."""
    wanted = Span(first, last)
    found = [
        (span, season)
        for season in calendar.seasons
        for span in season.spans
        if span.meets(wanted)
    ]
    return sorted(found, key=lambda pair: pair[0].first)


def _is_some(calendar: Calendar) -> bool:
    return calendar.quiet_from != calendar.quiet_until


def _listed(hours: Iterable[Quiet]) -> str:
    return ", nor ".join(map(_told, hours))


def _told(hours: Quiet) -> str:
    days = ", ".join(WEEKDAYS[day - 1] for day in hours.weekdays)
    on = f"on {days} " if days else ""
    return f"{on}from {hours.begins:%H:%M} to {hours.ends:%H:%M}"
