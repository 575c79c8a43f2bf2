"""The section [calendar] of a country file: weekend, holidays, and hours of quiet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta

from bot.country.problems import Key
from bot.country.tables import Table, read_day
from bot.domain.calendar import Calendar, Quiet, Season, Span, open_most
from bot.domain.messages import Message

SEASON_DAYS_MOST = 60
"""A longer season is more likely a slip in its dates."""

WEEKEND_MOST = 6
"""Days of a week on which nobody answers."""

OPEN_LEAST = timedelta(hours=1)
"""A day must leave so much for announcements, on some day of the week."""

At = tuple[Season, Key]


def read_calendar(table: Table) -> Calendar:
    holidays = _read_holidays(table.table("holidays", required=False))
    calendar = Calendar(
        quiet_from=table.time("quiet_from"),
        quiet_until=table.time("quiet_until"),
        weekend=_read_weekdays(table, "weekend"),
        holidays=holidays,
        announcements_a_week=table.whole("announcements_a_week", 3, least=1),
        quiet=tuple(map(_read_quiet, table.tables("quiet"))),
        seasons=_read_seasons(table, holidays),
    )
    if len(calendar.weekend) > WEEKEND_MOST:
        table.wrong("weekend", "the whole week is `weekend`: no day is left to answer on")
    table.close()
    every_day = (calendar.of_every_day(), *calendar.quiet)
    if open_most(every_day) < OPEN_LEAST:
        table.wrong("quiet_from", "the quiet hours leave no hour of any day for announcements")
    for index, season in enumerate(calendar.seasons):
        if season.quiet and open_most((*season.quiet, *calendar.quiet)) < OPEN_LEAST:
            at = (*table.at, "seasons", index, "quiet")
            table.found.add(at, f"“{season.name}” leaves no hour of any day: say `silent = true`")
    return calendar


def _read_weekdays(table: Table, name: str) -> tuple[int, ...]:
    given = table.values(name)
    days = tuple(day for day in given if type(day) is int and 1 <= day <= 7)
    if len(set(days)) < len(given):
        table.wrong(name, f"`{name}` must be different days from 1 (Monday) to 7 (Sunday)")
    return days


def _read_quiet(table: Table) -> Quiet:
    hours = Quiet(table.time("from"), table.time("until"), _read_weekdays(table, "days"))
    table.close()
    if hours.begins == hours.ends != time():
        table.wrong("until", "`until` is the same time as `from`")
    return hours


def _read_holidays(table: Table) -> tuple[tuple[date, Message], ...]:
    read: dict[date, Message] = {}
    for written, _ in table.entries():
        day = read_day(written)
        if day is None:
            table.wrong(written, f"`{written}` is not a date like 2026-12-25")
        elif day in read:
            table.wrong(written, f"{day} stands here a second time")
        else:
            read[day] = table.message(written)
    return tuple(sorted(read.items(), key=lambda pair: pair[0]))


def _read_seasons(table: Table, holidays: Sequence[tuple[date, Message]]) -> tuple[Season, ...]:
    last = holidays[-1][0].year if holidays else None
    read: list[At] = []
    for item in table.tables("seasons"):
        season = _read_season(item)
        for other, _at in read:
            if other.name == season.name:
                item.wrong("name", f"“{season.name}” is another season already")
        for other, _at in read:
            # Silence within a season, or within another silence, is plain enough.
            if not (other.silent or season.silent):
                _check_apart(item, season, other)
        _check_years(item, season, last)
        read.append((season, item.at))
    return tuple(season for season, _at in read)


def _read_season(table: Table) -> Season:
    spans: list[Span] = []
    for item in table.tables("dates"):
        first, last = item.day_or_none("from"), item.day_or_none("until")
        for name, day in (("from", first), ("until", last)):
            if day is None and name not in item:
                item.miss(name)
        item.close()
        if first is None or last is None:
            continue
        span = Span(first, last)
        if last < first:
            item.wrong("until", f"it ends on {last}, before it begins on {first}")
        elif (last - first).days >= SEASON_DAYS_MOST:
            item.wrong("until", f"it is longer than {SEASON_DAYS_MOST} days")
        elif any(span.meets(other) for other in spans):
            item.wrong("from", f"{first} to {last} overlaps other dates of this season")
        else:
            spans.append(span)
    if "dates" not in table:
        table.miss("dates")
    quiet = tuple(map(_read_quiet, table.tables("quiet")))
    season = Season(
        name=table.text("name"),
        spans=tuple(sorted(spans, key=lambda span: span.first)),
        quiet=quiet,
        silent=table.yes("silent", False),
        once=table.yes("once", False),
    )
    table.close()
    if bool(quiet) is season.silent:
        table.wrong(
            "silent" if season.silent else "name",
            "a season has either `quiet` hours of its own or `silent = true`",
        )
    if any(hours.weekdays for hours in quiet):
        table.wrong("quiet", "hours of a weekday stand in [[calendar.quiet]]: they hold as ever")
    return season


def _check_apart(table: Table, season: Season, other: Season) -> None:
    for span in season.spans:
        for met in other.spans:
            if span.meets(met):
                table.wrong(
                    "dates",
                    f"{span.first} to {span.last} overlaps “{other.name}”, "
                    f"{met.first} to {met.last}",
                )


def _check_years(table: Table, season: Season, holidays_until: int | None) -> None:
    """Each year from its first to the last that has holidays must have its days."""
    if season.once or not season.spans:
        return
    years = {span.first.year for span in season.spans}
    last = max(max(years), holidays_until or 0)
    for year in range(min(years), last + 1):
        if year not in years:
            table.wrong(
                "dates",
                f"“{season.name}” has no dates in {year}: write them, or `once = true`",
            )
