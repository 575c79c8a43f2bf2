"""How an announcement and its receipts are shown to organisers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import House
from bot.cli.hours import tell_hours
from bot.cli.printing import local, plain
from bot.cli.shell import shell_language
from bot.domain.announcements import Delivery, State, opening
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.services.hours import day_there, quiet_until
from bot.telegram_text import parts_of
from storage.announcements import AnnouncementRow
from storage.audiences import Reach

REASONS: Mapping[str, str] = {
    "many given up": "more than one in ten of the first were given up: baraza announce receipts",
    "restored": "the database was restored, and part of it may have gone out already",
}
"""Why an announcement is paused, in words."""


def seconds_of(row: AnnouncementRow, reach: Reach, rate: float, pages: str = "") -> float:
    """How long sending takes at the rate that the bot is granted; the web chat takes no time."""
    messages = sum(
        number * len(parts_of(row.content, row.content.within(language), pages))
        for (language, channel), number in reach.by_language_and_channel.items()
        if channel == "telegram"
    )
    return messages / rate


def duration(seconds: float) -> str:
    """`under a minute`, `12 min`, `3 h 05 min`."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return "under a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def tell_text(house: House, country: Country, row: AnnouncementRow) -> Iterator[str]:
    """What is said, in every language, and what stands under it."""
    content = row.content
    speech = house.speeches[country.key]
    names = dict(speech.languages())
    for language, text in content.texts:
        version = content.within(language)
        yield f"── {names.get(language, language)} ({language})"
        if content.picture is not None:
            yield f"[picture: {plain(version.alt)}]"
        yield plain(text)
        if content.opens:
            shown = opening(content.opens, country.prefix)
            yield f"[{shown.emoji} {speech.text(shown.label, language)}]"
        if content.link is not None:
            yield f"[{plain(version.label)} → {content.link.url}]"


def tell_audience(country: Country, row: AnnouncementRow) -> str:
    """Who is meant, in words."""
    audience = row.audience
    lines = [
        f"who took part in {', '.join(map(str, audience.took_part))}"
        if audience.took_part
        else "",
        f"in {', '.join(audience.areas)}" if audience.areas else "",
        f"reading {', '.join(audience.languages)}" if audience.languages else "",
        f"on {', '.join(audience.channels)}" if audience.channels else "",
    ]
    return ", ".join(["everybody of " + country.key, *filter(None, lines)])


def tell_reach(
    house: House, country: Country, row: AnnouncementRow, reach: Reach
) -> Iterator[str]:
    """How many get it and how long that takes, before anything goes out."""
    yield f"To {tell_audience(country, row)}: {counted(reach.total, 'resident')}."
    for (language, channel), number in reach.by_language_and_channel.items():
        yield f"  {number:>7}  {language}  {channel}"
    for why, number in reach.left_out.items():
        yield f"  {number:>7}  left out: {why}"
    rate, pages = house.settings.telegram_rate, house.settings.pages_of(country.key)
    takes = duration(seconds_of(row, reach, rate, pages))
    yield f"Takes {takes} at {counted(rate, 'message')} a second."
    calendar = country.calendar
    yield from tell_hours(calendar, day_there(country, house.outside.clock()))
    most = counted(calendar.announcements_a_week, "announcement")
    yield f"Nobody gets more than {most} a week."


def start_of(row: AnnouncementRow) -> str:
    """When it starts, as clocks there show it."""
    return f"{row.start_local.replace('T', ' ')} {row.zone}"


def tell_start(country: Country, row: AnnouncementRow, now: datetime) -> Iterator[str]:
    """From when on it goes out, as clocks there show it, and what keeps it until later."""
    known = country.calendar.known_until
    if row.start_at is not None and known and day_there(country, row.start_at) > known:
        yield (
            f"Holidays and seasons of {country.key} are known until {known} only: "
            "make sure that this is a day for it."
        )
    yield f"{row.code} goes out from {start_of(row)} on."
    if row.start_at is None:
        return
    begins = quiet_until(country, max(row.start_at, now))
    if begins is None:
        return
    silence = country.calendar.silence_on(day_there(country, row.start_at))
    why = "those are quiet hours there" if silence is None else f"that is {silence.name} there"
    yield f"It begins at {local(begins, _zone(country))}: {why}."


def _zone(country: Country) -> ZoneInfo:
    return ZoneInfo(country.timezone)


def tell_state(
    house: House, country: Country, row: AnnouncementRow, states: Mapping[Delivery, int]
) -> Iterator[str]:
    """Where an announcement stands."""
    zone = ZoneInfo(country.timezone)
    now = house.outside.clock()
    yield f"{row.code} is {row.state.value}." + (
        f" Paused: {REASONS.get(row.reason, row.reason)}." if row.reason else ""
    )
    if row.start_at is not None:
        yield f"  starts {local(row.start_at, zone)} {row.zone}"
    if row.started_at is not None:
        yield f"  begun  {local(row.started_at, zone)}"
    if row.ended_at is not None:
        yield f"  ended  {local(row.ended_at, zone)}"
    quiet = quiet_until(country, now)
    if row.state is State.SENDING and quiet is not None:
        yield f"  quiet hours: goes on at {local(quiet, zone)}"
    for state in Delivery:
        if states.get(state):
            yield f"  {states[state]:>7}  {state.value}"


def as_data(row: AnnouncementRow) -> dict[str, Any]:
    """An announcement for programs. No resident stands in it."""
    return {
        "code": row.code,
        "country": row.country,
        "kind": row.kind,
        "state": row.state.value,
        "reason": row.reason,
        "start_at": row.start_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def headline(house: House, country: Country, row: AnnouncementRow) -> str:
    """The beginning of its text, in the shell's language."""
    language = shell_language(country, house.speeches[country.key])
    return plain(row.content.within(language).text.split("\n")[0])
