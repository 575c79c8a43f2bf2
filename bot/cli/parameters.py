"""What people type after an option: a status, a day, a time, a number of who waits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from enum import Enum
from typing import Any, TypeVar

import click

from bot.domain.announcements import CODE_PREFIX
from bot.domain.calendar import YEARS
from bot.domain.codes import REQUEST_PREFIX

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})", re.ASCII)


class Number(click.IntRange):
    """A number that we gave: of a comment, of a task."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, str) and not value.strip().isdecimal():
            self.fail(f"{value!r} is no number such as 3.", param, ctx)
        return int(super().convert(value, param, ctx))


NUMBER = Number(1, 2**31 - 1)

REASON_LEAST = 10
"""Signs of a reason for which personal data are taken: a word is none."""

S = TypeVar("S", bound=Enum)


def check_reason(personal: bool, reason: str | None) -> None:
    """Raises `click.UsageError` unless there is a reason for what is personal, and only for it."""
    if not personal and reason is not None:
        raise click.UsageError("--reason is for --personal.")
    if personal and len((reason or "").strip()) < REASON_LEAST:
        raise click.UsageError(
            f"--personal needs a --reason of at least {REASON_LEAST} signs: for what, for whom."
        )


class StatusName(click.ParamType[S]):
    """A status as it is stored, with spaces or dashes."""

    name = "status"

    def __init__(self, statuses: Iterable[S]) -> None:
        self._by_name = {str(status.value): status for status in statuses}

    def convert(
        self, value: str | S, param: click.Parameter | None, ctx: click.Context | None
    ) -> S:
        if not isinstance(value, str):
            return value
        wanted = " ".join(value.lower().replace("-", " ").replace("_", " ").split())
        by_name = self._by_name
        if wanted not in by_name:
            self.fail(f"{value!r} is no status. There are: {', '.join(by_name)}.", param, ctx)
        return by_name[wanted]


class Day(click.ParamType[date]):
    """A day as 2026-12-01."""

    name = "day"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        wrong = f"{value!r} is no day. Write it as 2026-12-01."
        # `fromisoformat` alone would take a week's day, 2026-W49-2, too.
        if not _DAY.fullmatch(value.strip()):
            self.fail(wrong, param, ctx)
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            self.fail(wrong, param, ctx)
        if day.year not in YEARS:
            self.fail(_too_far(value), param, ctx)
        return day


class LocalTime(click.ParamType[datetime]):
    """A day and a time of clocks in the country, as `2026-12-01 18:30`."""

    name = "local time"

    def convert(
        self,
        value: str | datetime,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        wrong = f'{value!r} is no time. Write it as "2026-12-01 18:30".'
        found = _TIME.fullmatch(value.strip())
        if found is None:
            self.fail(wrong, param, ctx)
        try:
            moment = datetime.fromisoformat(f"{found[1]}T{int(found[2]):02}:{found[3]}")
        except ValueError:
            self.fail(wrong, param, ctx)
        if moment.year not in YEARS:
            self.fail(_too_far(value), param, ctx)
        return moment


def _too_far(value: object) -> str:
    """What is wrong with a day or a time that no country's clocks can be held against."""
    return f"{value} is not within the years {YEARS.start} to {YEARS.stop - 1}."


def start_of(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins there."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def read_request(text: str) -> str:
    """The number of who waits for a person, as `P-7F3KM`, from how people type it."""
    return _read_apart(REQUEST_PREFIX, text) or text.strip().upper()


def read_announced(text: str) -> str:
    """An announcement's code, as `A-7F3KM`, from how people type it."""
    return _read_apart(CODE_PREFIX, text) or text.strip()


def _read_apart(prefix: str, text: str) -> str | None:
    found = re.fullmatch(rf"{prefix}[-–— ]?([A-Z0-9]+)", text.strip().upper())
    return f"{prefix}-{found[1]}" if found else None
