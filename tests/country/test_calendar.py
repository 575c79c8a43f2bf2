"""When nothing goes out: hours of a day, of a weekday, of a season; and days of silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.domain.calendar import Calendar, Quiet, Season, Span
from bot.domain.messages import Message

PRAYER = Quiet(time(11, 30), time(15), (5,))
RAMADAN = Season(
    "Ramadan",
    (Span(date(2027, 2, 8), date(2027, 3, 8)),),
    (Quiet(time(17), time(20, 30)), Quiet(time(22), time(16))),
)
EID = Season("Eid", (Span(date(2027, 3, 9), date(2027, 3, 10)),), silent=True)
CALENDAR = Calendar(time(20), time(8), (5,), quiet=(PRAYER,), seasons=(RAMADAN, EID))


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        # A Thursday, and the Friday after it.
        ("2027-01-14 12:00", None),
        ("2027-01-14 20:00", "2027-01-15 08:00"),
        ("2027-01-15 08:00", None),
        ("2027-01-15 11:29", None),
        ("2027-01-15 11:30", "2027-01-15 15:00"),
        ("2027-01-15 15:00", None),
        # The first day of the season: the night before it was one of every day.
        ("2027-02-07 23:00", "2027-02-08 08:00"),
        ("2027-02-08 12:00", None),
        ("2027-02-08 17:00", "2027-02-08 20:30"),
        ("2027-02-08 21:00", None),
        ("2027-02-08 22:00", "2027-02-09 16:00"),
        ("2027-02-09 16:59", None),
        # A Friday in it: its prayer lies within the morning.
        ("2027-02-12 14:00", "2027-02-12 16:00"),
        # The last night of the season goes over into two days of silence, and they into a night.
        ("2027-03-08 22:00", "2027-03-11 08:00"),
        ("2027-03-09 12:00", "2027-03-11 08:00"),
        ("2027-03-11 12:00", None),
    ],
)
def test_quiet_hours_end(moment: str, ends: str | None) -> None:
    until = CALENDAR.quiet_until_after(datetime.fromisoformat(moment))
    assert until == (None if ends is None else datetime.fromisoformat(ends))


def test_a_calendar_without_quiet_hours_is_never_quiet() -> None:
    bare = Calendar(time(), time(), ())
    assert bare.quiet_until_after(datetime.fromisoformat("2027-01-01")) is None


def test_a_calendar_that_is_always_quiet_is_not_looked_through_for_ever() -> None:
    never = Calendar(time(8), time(7), (), quiet=(Quiet(time(7), time(8)),))
    at = datetime.fromisoformat("2027-01-01 12:00")
    ends = never.quiet_until_after(at)
    assert ends is not None
    assert (ends - at).days >= 366


@pytest.mark.parametrize(
    ("holidays", "seasons", "until"),
    [
        ((), (), None),
        ((date(2027, 12, 25),), (), date(2027, 12, 31)),
        ((date(2027, 12, 25), date(2028, 1, 1)), (RAMADAN,), date(2027, 12, 31)),
        ((), (RAMADAN, EID), date(2027, 12, 31)),
        # What does not come again is no sign that anybody looked.
        ((), (replace(EID, once=True),), None),
    ],
)
def test_days_are_known_until_the_end_of_the_last_year_that_has_all(
    holidays: tuple[date, ...], seasons: tuple[Season, ...], until: date | None
) -> None:
    named = tuple((day, Message("A day")) for day in holidays)
    known = replace(CALENDAR, holidays=named, seasons=seasons)
    assert known.known_until == until
