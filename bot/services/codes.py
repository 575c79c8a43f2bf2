"""Codes for what residents send: drawn at random, and taken before they are told."""

from __future__ import annotations

from bot.domain.codes import CODE_LENGTH, CODE_SIGNS, CODE_TRIES, LONG_CODE_FROM
from bot.domain.country import Country
from bot.domain.outside import Outside
from storage import codes
from storage.database import Connection


def draw_code(connection: Connection, outside: Outside, country: Country, kind: str) -> str:
    """A code of the country that nothing has, from now on this kind's.

    Raises `RuntimeError` when no free one was drawn.
    """
    long = codes.count(connection, country.key, LONG_CODE_FROM) >= LONG_CODE_FROM
    for _try in range(CODE_TRIES):
        drawn = outside.draw(CODE_SIGNS, CODE_LENGTH + (1 if long else 0))
        code = f"{country.prefix}-{drawn}"
        if codes.take(connection, code, country.key, kind):
            return code
    raise RuntimeError("no free code was drawn")
