"""Dates, numbers and lists as a language writes them in a country, by CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_symbol, parse_pattern

from bot.domain.country import Writing
from bot.domain.messages import Money
from bot.i18n.languages import Language

FIRST_STRONG = "\u2068"
LEFT_TO_RIGHT = "\u2066"
END = "\u2069"
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT = "\u200e", "\u200f"

_CONTROLS = "\u202a-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_RIGHT_TO_LEFT = re.compile(
    f"[{_CONTROLS}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters that run from right to left, and the invisible signs that turn a line around."""

_LETTER_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where CLDR has a space between an amount and a currency's letters (`currencySpacing`), which
Babel leaves out."""

AS_IN_CLDR = Writing()

CENTS = 2
"""Places that an amount with a part of a whole is written with, at least."""

DAY = "MMMMd"
"""Day and month in words: what is said of days mostly lies within the year."""


def isolate(text: str, opening: str, direction: str) -> str:
    """A foreign stretch of text set apart, so that it cannot disorder the sentence around it.

    Always in a right-to-left sentence, else only where it has right-to-left letters itself.
    Invisible signs that turn the line around are left out: one too many would end the isolate.
    """
    if direction == "ltr" and not _RIGHT_TO_LEFT.search(text):
        return text
    return opening + _CONTROL.sub("", text) + END


class Formats:
    """How one language writes values in one country (`region` is ISO 3166-1)."""

    def __init__(
        self, language: Language, region: str, timezone: str, writing: Writing = AS_IN_CLDR
    ) -> None:
        self._locale = _locale(language.locale, region)
        self._era = language.era
        self._timezone = ZoneInfo(timezone)
        self._time = writing.time or "short"
        self._day = writing.day
        self._money = writing.money
        self._symbols = dict(writing.symbols)
        self._apart = language.apart
        self._joints = format_list(["\0"] * 3, locale=self._locale).strip("\0").split("\0")

    def number(self, value: int | Decimal) -> str:
        # Western digits everywhere: Babel writes dates with them in every locale, and a sentence
        # with two kinds of digits is worse than either.
        return format_decimal(value, locale=self._locale, numbering_system="latn")

    def day(self, value: date) -> str:
        if self._day:
            return format_date(value, self._day, locale=self._locale)
        return format_skeleton(DAY, value, locale=self._locale)

    def full_day(self, value: date) -> str:
        """With the year, as the language counts it: Babel knows one calendar only."""
        pattern = self._locale.date_formats["long"].pattern
        if self._day:
            pattern = f"{self._day} {'y' if self._era is None else 'G y'}"
        if self._era is None:
            return format_date(value, pattern, locale=self._locale)
        for sign, said in (("G+", self._era.name), ("y+", str(value.year + self._era.years))):
            pattern = re.sub(sign, f"'{said}'", pattern)
        return format_date(value, pattern, locale=self._locale)

    def time(self, value: datetime) -> str:
        """Day and time in the country. Raises `ValueError` for a time without its zone."""
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        local = value.astimezone(self._timezone)
        clock = format_time(local.timetz(), self._time, tzinfo=self._timezone, locale=self._locale)
        pattern = str(get_datetime_format("medium", locale=self._locale))
        return pattern.replace("'", "").replace("{0}", clock).replace("{1}", self.day(local))

    def money(self, value: Money) -> str:
        """Exact: no cents where it has none, at least two where it has some, and never rounded."""
        standard = self._locale.currency_formats["standard"].pattern
        pattern = parse_pattern(self._money or standard)
        exponent = value.amount.as_tuple().exponent
        places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
        shown = max(CENTS, places) if places else 0
        pattern.frac_prec = (shown, shown)
        written = pattern.apply(
            value.amount,
            self._locale,
            currency=value.currency,
            currency_digits=False,
            numbering_system="latn",
        )
        usual = get_currency_symbol(value.currency, self._locale)
        symbol = self._symbols.get(value.currency, usual)
        written = str(written).replace(usual, symbol)
        if not self._money:
            written = _LETTER_AT_DIGIT.sub("\u00a0", written)
        if RIGHT_TO_LEFT in written:
            # Else the sign of `US$` would stand before its letters.
            written = written.replace(symbol, symbol + LEFT_TO_RIGHT_MARK)
        return written

    def listing(self, items: Sequence[str]) -> str:
        """One after the other. Where an item has in it what would part it from the next, such as
        the "and" of "Spares and two technicians", all are parted more strongly."""
        if len(items) > 1 and any(joint in item for joint in self._joints for item in items):
            return self._apart.join(items)
        return format_list(items, locale=self._locale)


def names_in(locales: Iterable[str], language: str) -> tuple[str, ...]:
    """What CLDR calls the language of a locale (`en_001`) in the languages of others."""
    code = Locale.parse(language).language
    found = (Locale.parse(locale).languages.get(code) for locale in locales)
    return tuple(name for name in found if name)


def _locale(name: str, region: str) -> Locale:
    """The language as this region writes it, where CLDR knows that, else as it stands."""
    plain = Locale.parse(name)
    try:
        return Locale(plain.language, territory=region, script=plain.script)
    except UnknownLocaleError:
        return plain
