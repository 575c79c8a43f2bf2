"""Amounts of money, exact: read from text, added, and written without a rounding."""

from __future__ import annotations

import re
from fractions import Fraction

Money = Fraction

NOTHING = Money(0)

DIGITS_MOST = 30
"""Digits of an amount that are read; no public purse is larger."""

_AMOUNT = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")


def read_money(text: str) -> Money:
    """An amount such as `1500`, `1500.20` or `1500,20`. Raises `ValueError` with the reason.

    A comma before exactly three digits may separate thousands or decimals, so it is refused.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or len(text.strip()) > DIGITS_MOST or not text.strip().isascii():
        raise ValueError(f"{text.strip()[:DIGITS_MOST]!r} is no amount such as 1500 or 1500.20")
    whole, mark, decimals = match.groups()
    if mark == "," and len(decimals) == 3:
        raise ValueError(f"{text.strip()!r} may mean two amounts: write it without the comma")
    return Fraction(f"{whole}.{decimals}" if decimals else whole)


def write_money(amount: Money) -> str:
    """Every decimal it has and no more, with a point; at least two where there are any.

    Raises `ValueError` for an amount that has no end in decimals, which no sum of ours has.
    """
    places = 0
    while (amount * 10**places).denominator != 1:
        places += 1
        if places > DIGITS_MOST:
            raise ValueError(f"{amount} cannot be written in decimals")
    if places == 0:
        return str(amount.numerator)
    places = max(2, places)
    digits = str(abs(amount.numerator) * 10**places // amount.denominator).rjust(places + 1, "0")
    return f"{'-' if amount < 0 else ''}{digits[:-places]}.{digits[-places:]}"
