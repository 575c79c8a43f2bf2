"""A number and a date, as people write them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bot.domain.messages import Message, Value, _
from bot.domain.operations import Button
from bot.flows.matching import match
from bot.flows.numbers import read_number
from bot.flows.questions.asked import (
    Answer,
    Given,
    Keep,
    Look,
    Passed,
    Pressed,
    Question,
    Reader,
    Reading,
    Typed,
    Unclear,
)
from bot.flows.questions.options import called


class Number(Question[Decimal]):
    """One number between two, both allowed. Whole unless `decimals`."""

    kind = "number"
    keep = Keep.CHOICE

    def __init__(
        self,
        key: str,
        line: Message,
        *,
        least: int = 0,
        most: int = 1_000_000,
        decimals: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(key, line, **more)
        self.least = least
        self.most = most
        self.decimals = decimals

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        return Look(self.line, wants=("number",))

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        if isinstance(given, Typed):
            digits = read_number(given.words, self.decimals)
            if digits is not None and self.least <= Decimal(digits) <= self.most:
                return Answer([digits, given.words.strip()])
        return Unclear(
            _("Please type a number from {least} to {most}.")(least=self.least, most=self.most)
        )

    def decode(self, value: Any) -> Decimal:
        match value:
            case [str(digits), str()]:
                number = Decimal(digits)
            case _:
                raise ValueError("not a number")
        if not self.least <= number <= self.most:
            raise ValueError("not within the limits")
        return number

    def chosen(self, value: Any) -> str:
        return str(value[0])

    def tell(self, value: Any) -> Value:
        number = Decimal(value[0])
        return int(number) if number == number.to_integral_value() else number


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{2}|\d{4}))?")

NEAR_DAYS: tuple[tuple[int, str, Message], ...] = (
    # i18n: button
    (-1, "yesterday", _("Yesterday")),
    # i18n: button
    (0, "today", _("Today")),
    # i18n: button
    (1, "tomorrow", _("Tomorrow")),
)


class Day(Question[date]):
    """One day, within so many days before and after today. Buttons for the nearest."""

    kind = "date"
    keep = Keep.CHOICE

    def __init__(
        self, key: str, line: Message, *, before: int = 0, after: int = 0, **more: Any
    ) -> None:
        super().__init__(key, line, **more)
        self.before = before
        self.after = after

    def _near(self) -> list[tuple[int, str, Message]]:
        return [near for near in NEAR_DAYS if -self.before <= near[0] <= self.after]

    def look(self, partial: Any, path: tuple[Passed, ...], reader: Reader) -> Look:
        return Look(
            self.line, tuple(Button(key, label) for _n, key, label in self._near()), ("date",)
        )

    def takes(
        self, words: str, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> str | None:
        options = [called(key, label, reader) for _n, key, label in self._near()]
        found = match(words, options, shown)
        return found.keys[0] if found.certain else None

    def read(self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader) -> Reading:
        day = self._day(given, shown, partial, reader)
        if day is not None and -self.before <= (day - reader.today).days <= self.after:
            return Answer(day.isoformat())
        return Unclear(_("Please type a day like 24/12, or press a button."))

    def _day(
        self, given: Given, shown: tuple[str, ...], partial: Any, reader: Reader
    ) -> date | None:
        key: str | None = None
        words = ""
        match given:
            case Pressed(pressed):
                key = pressed
            case Typed(typed):
                words = typed
                key = self.takes(words, shown, partial, reader)
            case _:
                return None
        for offset, name, _label in self._near():
            if key == name:
                return reader.today + timedelta(days=offset)
        return read_day(words, reader.today)

    def decode(self, value: Any) -> date:
        if not isinstance(value, str):
            raise ValueError("not a day")
        return date.fromisoformat(value)

    def tell(self, value: Any) -> Value:
        return date.fromisoformat(value)


def read_day(words: str, today: date) -> date | None:
    """A day as `2026-12-24`, `24/12/2026` or `24/12` (the nearest such day), in any digits."""
    plain = "".join(
        str(int(sign)) if sign.isdecimal() else sign for sign in words.strip().rstrip(".")
    )
    iso = _ISO.fullmatch(plain)
    if iso is not None:
        year, month, day = (int(part) for part in iso.groups())
        return _day_or_none(year, month, day)
    short = _DAY_FIRST.fullmatch(plain)
    if short is None:
        return None
    day, month = int(short.group(1)), int(short.group(2))
    if short.group(3) is not None:
        year = int(short.group(3))
        return _day_or_none(year if year > 99 else 2000 + year, month, day)
    near = [
        found
        for year in (today.year - 1, today.year, today.year + 1)
        if (found := _day_or_none(year, month, day)) is not None
    ]
    return min(near, key=lambda found: abs((found - today).days), default=None)


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
