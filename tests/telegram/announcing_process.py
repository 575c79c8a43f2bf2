"""A real process that does nothing but announce, to be killed: `python -m` with its settings.

It ends by itself once nothing is to be announced. The country keeps no quiet hours, so that the
time of day of whoever runs the tests changes nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import time, timedelta
from types import SimpleNamespace
from typing import Any, cast

from bot import app
from bot.announcing import prepare_announcing
from bot.settings import read_settings
from storage import announcements, walks
from storage.announcements import AnnouncementRow
from storage.database import Connection

LEASE = "BARAZA_TEST_LEASE"
"""Seconds: a minute's lease would make each death on a server a minute's wait."""

LOOK = "BARAZA_TEST_LOOK"
"""Seconds between its looks whether it is over. Where it is measured they would count as well."""

LOOK_SECONDS = 0.05


def _going(connection: Connection) -> list[AnnouncementRow]:
    from bot.domain.announcements import State

    return [
        row
        for state in (State.SCHEDULED, State.SENDING)
        for row in announcements.in_state(connection, state)
    ]


async def _announce(house: app.House, token: str) -> None:
    def put(*_given: Any) -> None:
        raise AssertionError("nobody here is in the web chat")

    bots = {"uruguay/telegram": SimpleNamespace(bot=SimpleNamespace(token=token))}
    town, chat = SimpleNamespace(put=put), SimpleNamespace(entry=put, nudge=put)
    announcing = prepare_announcing(house, *cast(Any, (town, chat, bots)))
    await house.pauses.load()
    running = asyncio.create_task(announcing.announcer.run())
    look = float(os.environ.get(LOOK, LOOK_SECONDS))
    print("announces", flush=True)  # noqa: T201
    while await house.database.read(_going):
        await asyncio.wait([running], timeout=look)
    announcing.announcer.stop()
    running.cancel()
    await asyncio.wait([running])
    await announcing.close()
    await house.database.close()


def main() -> None:
    settings = read_settings(os.environ, None)
    house = app.build(settings)
    house.countries = {
        key: replace(
            country, calendar=replace(country.calendar, quiet_from=time(), quiet_until=time())
        )
        for key, country in house.countries.items()
    }
    if seconds := os.environ.get(LEASE):
        walks.LEASE = timedelta(seconds=float(seconds))
    asyncio.run(_announce(house, sys.argv[1]))
    house.executor.shutdown()


if __name__ == "__main__":
    main()
