"""Words that show an organiser an announcement in a chat of their own, before it goes out."""

from __future__ import annotations

from bot.domain.announcements import CODE_PREFIX
from bot.domain.codes import CODE_SIGNS
from bot.domain.country import Country
from bot.domain.operations import Announce
from bot.domain.outside import Outside
from bot.keys import Keys
from bot.services.announcements import operation_of
from storage import announcements
from storage.database import Connection

TRY = "try-"
"""How such a word begins."""

_TRY_SIGNS = 6


def try_word(outside: Outside, keys: Keys, code: str) -> str:
    """What an organiser types in a chat of their own to see an announcement there, within an
    hour."""
    return _try_word(keys, code, _hour(outside))


def try_out(
    connection: Connection, outside: Outside, keys: Keys, country: Country, words: str
) -> Announce | None:
    """The announcement that a word of `try_word` stands for; None for other words."""
    typed = words.strip().lower()
    if not typed.startswith(TRY):
        return None
    code = f"{CODE_PREFIX}-{typed.removeprefix(TRY).partition('-')[0].upper()}"
    hour = _hour(outside)
    if typed not in {_try_word(keys, code, hour), _try_word(keys, code, hour - 1)}:
        return None
    row = announcements.find(connection, code)
    if row is None or row.country != country.key:
        return None
    return operation_of(country, row.content)


def _try_word(keys: Keys, code: str, hour: int) -> str:
    proof = keys.find("announcement try", f"{code}:{hour}")
    signs = "".join(CODE_SIGNS[byte % len(CODE_SIGNS)] for byte in proof[:_TRY_SIGNS])
    return f"{TRY}{code.removeprefix(f'{CODE_PREFIX}-')}-{signs}".lower()


def _hour(outside: Outside) -> int:
    return int(outside.clock().timestamp()) // 3600
