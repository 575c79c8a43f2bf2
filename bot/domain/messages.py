"""Lazy texts: what is to be said, before anyone knows in which language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Union

SOURCE_LANGUAGE = "en"
"""The language of the texts in the code and in country files; it has no catalogue."""

PLAIN_MOST = 4096
"""So many sentences, and buttons with one, are remembered once they were read back: more than
there are."""


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A code, a phone number or an address: shown as it is, left to right, isolated."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A proper noun, which needs no catalogue: `spellings` holds other ways to write it."""

    text: str
    spellings: tuple[tuple[str, str], ...] = ()

    def within(self, language: str) -> str:
        return dict(self.spellings).get(language, self.text)


@dataclass(frozen=True, slots=True)
class FullDay:
    """A day with its year, for one that could be taken for this year's."""

    day: date


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. `currency` is its ISO 4217 code. What it shows of cents is what it has:
    `Decimal("0.00")` has two, `Decimal("0")` none."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values said one after the other, joined as the language joins them."""

    items: tuple[Value, ...]


Value = Union[
    str, int, Decimal, date, datetime, FullDay, Money, Verbatim, Name, Listing, "Message"
]
"""A plain `str` is somebody's own words: shown literally, never a format, never translated."""


@dataclass(frozen=True, slots=True)
class Message:
    """One whole sentence. `source` is the English text and the key of the catalogue.

    Placeholders are written `{name}`. With `plural` the catalogue chooses by `number`.
    """

    source: str
    plural: str = ""
    number: int | None = None
    values: tuple[tuple[str, Value], ...] = ()

    def __call__(self, **values: Value) -> Message:
        """The same sentence with its placeholders filled."""
        return replace(self, values=(*self.values, *values.items()))


@lru_cache(PLAIN_MOST)
def plain(source: str) -> Message:
    """A sentence without a count and values. What is said to everybody is read back once: such
    sentences are ours, and never anybody's words."""
    return Message(source)


Label = Message | Name


@cache
def _(source: str) -> Message:
    """A sentence of the shared catalogue or of a country's own. Only texts that stand in the code
    or in a country's folder: they are remembered for as long as the process lives."""
    return Message(source)


def ngettext(singular: str, plural: str, n: int) -> Message:
    """A sentence with a count; `{n}` is filled with it."""
    return Message(singular, plural, n, (("n", n),))


def day_said_on(today: date | None, day: date) -> date | FullDay:
    """A day as it is said on another: with its year where that is not the same, or not known."""
    return day if today is not None and day.year == today.year else FullDay(day)


def dump(value: Value) -> Any:
    """A value as JSON that `load` reads back. Tagged lists: a bare string is somebody's words."""
    match value:
        # Most of it is sentences.
        case Message(source, plural, number, values):
            return [
                "message",
                source,
                plural,
                number,
                [[name, dump(item)] for name, item in values],
            ]
        case str() | int():
            return value
        case Decimal():
            return ["decimal", str(value)]
        case datetime():
            return ["time", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case FullDay(day):
            return ["full day", day.isoformat()]
        case Money(amount, currency):
            return ["money", str(amount), currency]
        case Verbatim(text):
            return ["verbatim", text]
        case Name(text, spellings):
            return ["name", text, [list(pair) for pair in spellings]]
        case Listing(items):
            return ["list", [dump(item) for item in items]]


def load(data: Any) -> Value:
    """Read back what `dump` wrote. Raises `ValueError` for anything else.

    What most of it is comes first, and its types are asked for by `isinstance`: a class in a
    pattern takes ten times as long.
    """
    if isinstance(data, str | int):
        return data
    match data:
        case ["message", *_]:
            return load_message(data)
        case ["name", text, spellings] if isinstance(text, str) and isinstance(spellings, list):
            return Name(text, tuple([(language, spelling) for language, spelling in spellings]))
        case ["decimal", str(text)]:
            return Decimal(text)
        case ["time", str(text)]:
            return datetime.fromisoformat(text)
        case ["date", str(text)]:
            return date.fromisoformat(text)
        case ["full day", str(text)]:
            return FullDay(date.fromisoformat(text))
        case ["money", str(amount), str(currency)]:
            return Money(Decimal(amount), currency)
        case ["verbatim", str(text)]:
            return Verbatim(text)
        case ["list", list(items)]:
            return Listing(tuple(load(item) for item in items))
        case _:
            raise ValueError("not a stored value")


def load_message(data: Any) -> Message:
    """Read back a message that `dump` wrote. Raises `ValueError` for anything else."""
    match data:
        case ["message", source, "", None, []] if isinstance(source, str):
            return plain(source)
        case ["message", str(source), str(plural), number, list(values)]:
            if number is not None and not isinstance(number, int):
                raise ValueError("not a stored message")
            return Message(
                source, plural, number, tuple((name, load(item)) for name, item in values)
            )
        case _:
            raise ValueError("not a stored message")
