"""Erases what has been kept for its term, a little at a time, so that nobody waits for it."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.country import Country
from bot.domain.outside import Outside
from bot.services.residents import CLEAN_FILES
from storage import later, retention
from storage.database import Connection, Database
from storage.errors import is_away

logger = logging.getLogger(__name__)

FOUND_MOST = 50_000
"""Rows that are looked up at once."""

ERASED_MOST = 500
"""Rows that are erased in one transaction: some milliseconds, for which everybody waits."""

Gone = Mapping[str, Mapping[str, int]]
"""Rows of each kind of thing in each country. Audit lines are the house's, under an empty name."""


async def sweep(
    database: Database, outside: Outside, countries: Mapping[str, Country], only: str | None = None
) -> Gone:
    """Erase what has been kept for its term, in each country or in `only` one.

    Audit lines go when all countries are swept. What is cut short is gone on with by the next.
    Raises what one of them failed with once all others are done.
    """
    old = _old(countries, only, outside.clock())
    gone: dict[str, Counter[str]] = defaultdict(Counter)
    found = await database.read(_find, [statement for *_whose, statement in old])
    failed: list[Exception] = []
    for (country, kind, statement), keys in zip(old, found, strict=True):
        try:
            gone[country][kind] += await _erase(database, statement, keys)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("what is old of %s, %s, could not be erased", country, kind)
            failed.append(error)
    await database.write(later.kick, CLEAN_FILES, dedupe=CLEAN_FILES)
    if failed:
        raise failed[0]
    return gone


async def _erase(database: Database, statement: retention.Erase, keys: list[retention.Key]) -> int:
    """Erase the rows with these keys, and those behind them. How many."""
    gone = 0
    while keys:
        before = gone
        for start in range(0, len(keys), ERASED_MOST):
            some = keys[start : start + ERASED_MOST]
            gone += await database.write(retention.erase, statement, some)
        if len(keys) < FOUND_MOST or gone == before:
            break
        keys = await database.read(retention.find, statement, FOUND_MOST)
    return gone


def count_old(
    connection: Connection,
    outside: Outside,
    countries: Mapping[str, Country],
    only: str | None = None,
) -> Gone:
    """What `sweep` would erase."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for country, kind, statement in _old(countries, only, outside.clock()):
        counted[country][kind] += retention.count(connection, statement)
    return counted


def audit_days(countries: Mapping[str, Country]) -> int:
    """How long audit lines are kept: the longest term of the countries served."""
    return max(country.retention.audit for country in countries.values())


def _old(
    countries: Mapping[str, Country], only: str | None, now: datetime
) -> list[tuple[str, str, retention.Erase]]:
    """Country and kind of each statement that erases what is old."""
    old = [
        (key, kind, statement)
        for key, country in countries.items()
        if only in {None, key}
        for kind, statement in retention.old(key, country.retention.days(), now)
    ]
    if only is None and countries:
        before = now - timedelta(days=audit_days(countries))
        old.append(("", "audit", retention.old_audit(before)))
    return old


def _find(connection: Connection, statements: list[retention.Erase]) -> list[list[retention.Key]]:
    """All in one look: mostly there is nothing."""
    return [retention.find(connection, statement, FOUND_MOST) for statement in statements]
