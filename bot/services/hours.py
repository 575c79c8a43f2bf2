"""A country's quiet hours, on the one clock that everything is stored by."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.country import Country


def quiet_until(country: Country, now: datetime) -> datetime | None:
    """When the country's quiet hours end, as clocks there show it; None outside of them."""
    zone = ZoneInfo(country.timezone)
    there = now.astimezone(zone).replace(tzinfo=None)
    ends = country.calendar.quiet_until_after(there)
    return None if ends is None else ends.replace(tzinfo=zone)
