"""The sections [formats.LANGUAGE]: how people write, where CLDR is known to say it otherwise."""

from __future__ import annotations

import re

from bot.country.tables import Table
from bot.domain.country import Writing

TIME = re.compile(r"('[^']{1,12}' )?(?P<hours>HH?|hh?)[.:]mm(?P<half> a)?( '[^']{1,12}')?")
"""Hours and minutes by CLDR's signs (UTS 35): `H` counts to 23, `h` to 12 with its half, ` a`;
words stand in single quotes, before them or after."""

DAY = re.compile(r"dd? MMMM?|MMMM? dd?")
"""Day and month by CLDR's signs: `MMMM` is the month's name, `MMM` its short one."""

MONEY = re.compile(r"(¤[ \u00a0]?)?#,##0(\.00)?([ \u00a0]?¤)?")
"""The sign of the currency before the number or after it."""

CURRENCY = re.compile(r"[A-Z]{3}")


def read_writing(table: Table, languages: tuple[str, ...]) -> tuple[tuple[str, Writing], ...]:
    """What a country corrects, by language."""
    read = []
    for language, raw in table.entries():
        if language not in languages:
            table.wrong(language, f"`{language}` is not one of the country's `languages`")
        read.append((language, _read(Table(raw, (*table.at, language), table.found))))
    return tuple(read)


def _read(table: Table) -> Writing:
    time, money = table.text("time", ""), table.text("money", "")
    if time and not (match := TIME.fullmatch(time)):
        table.wrong("time", f"“{time}” is not a time like HH:mm or h:mm a")
    elif time and match and ("h" in match["hours"]) is not bool(match["half"]):
        table.wrong("time", "hours to 12 need their half, like h:mm a, and others have none")
    if money and not (MONEY.fullmatch(money) and money.count("¤") == 1):
        table.wrong("money", f"“{money}” is not an amount like ¤#,##0.00")
    day = table.text("day", "")
    if day and not DAY.fullmatch(day):
        table.wrong("day", f"“{day}” is not a day like d MMMM")
    listed = table.table("symbols", required=False)
    symbols = tuple((currency, listed.text(currency)) for currency, _ in listed.entries())
    for currency, _sign in symbols:
        if not CURRENCY.fullmatch(currency):
            listed.wrong(currency, f"`{currency}` is not a currency like THB")
    table.close()
    return Writing(time, money, symbols, day)
