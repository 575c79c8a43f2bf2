"""The sweep, for tests without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.country import Country
from bot.work.sweeping import Gone, sweep
from storage import retention
from tests.houses import SmallHouse


def sweep_now(house: SmallHouse, countries: Mapping[str, Country] | None = None) -> Gone:
    """As the house does it every few hours."""

    async def go() -> Gone:
        try:
            return await sweep(house.database, house.outside, countries or house.countries)
        finally:
            # Its reading connections belong to this event loop.
            await house.database.close()

    return asyncio.run(go())


def erase_old(
    connection: Connection, country: str, days: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """What one country has kept for so many days, in one transaction."""
    gone = dict.fromkeys(days, 0)
    for kind, statement in retention.old(country, days, now):
        gone[kind] += retention.erase(
            connection, statement, retention.find(connection, statement, 500)
        )
    return gone
