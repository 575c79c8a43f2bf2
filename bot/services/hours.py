"""What clocks and calendars of a country show at a moment."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.country import Country


def day_there(country: Country, moment: datetime) -> date:
    """The day that a moment is of in the country."""
    return day_in(ZoneInfo(country.timezone), moment)


def day_in(zone: tzinfo, moment: datetime) -> date:
    """The day that a moment is of in a zone. A moment's own is UTC's, which nobody lives by."""
    return moment.astimezone(zone).date()


def quiet_until(country: Country, now: datetime) -> datetime | None:
    """When the country's quiet hours end, as clocks there show it; None outside of them."""
    zone = ZoneInfo(country.timezone)
    there = now.astimezone(zone).replace(tzinfo=None)
    ends = country.calendar.quiet_until_after(there)
    return None if ends is None else ends.replace(tzinfo=zone)
