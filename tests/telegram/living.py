"""The whole bot in this process, as `baraza run` makes it, with the loopback Bot API behind it.

Nothing is replaced but the clock and chance: real HTTP both ways, the real loops, a real file.
`transport` is how updates come: `polling` or `hook`.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, text

from bot import app
from bot.domain.outside import Outside
from bot.services import upkeep
from bot.serving import serve
from bot.settings import read_settings
from storage import media, outbox, pieces
from storage.later import kick
from storage.outbox import Room
from tests.end_to_end import free_port
from tests.houses import SECRET, START, migrated_file
from tests.postgres import SQLITE, cluster, empty_town
from tests.telegram.api import TOKEN, BotApi, serving
from tests.telegram.talking import Talking
from tests.telegram.waiting import until

TRANSPORTS = ("polling", "hook")

RATE = 1000.0
"""Messages a second."""

PUBLIC = "https://bot.example.org"
"""Where Telegram sends updates to; a proxy leads from there to the bot."""


@dataclass(slots=True)
class Living(Talking):
    """A running bot of one country, and its people."""

    house: app.House
    api: BotApi
    country: str
    clock: list[datetime]
    alive: asyncio.Task[None]
    people: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    async def go(self) -> None:
        await self.settled()

    async def settled(self) -> None:
        """Wait until every update is taken and nothing is owed that is due."""
        await until(lambda: self.alive.done() or not self.api.updates)
        async with asyncio.timeout(20):
            while await self.house.database.read(self._busy):
                self._still_alive()
                await asyncio.sleep(0.005)
        self._still_alive()

    def _still_alive(self) -> None:
        if self.alive.done():
            self.alive.result()
            raise AssertionError("the bot has ended")

    def _busy(self, connection: Connection) -> bool:
        if outbox.counts(connection).get(outbox.SENDING):
            return True
        if self.house.tasks.count(connection).get("waiting"):
            return True
        # What waits because the whole bot must be silent waits for the clock.
        rooms = {f"{self.country}/telegram": Room(1, RATE), f"{self.country}/web": Room(1)}
        due = (
            find(connection)
            for find in (
                lambda connection: outbox.next_due(connection, self.now, rooms),
                pieces.next_due,
                media.next_due,
            )
        )
        return any(at is not None and at <= self.now for at in due)

    async def later(self, **time: float) -> None:
        """The clock goes on; what falls due meanwhile is done."""
        self.clock[0] += timedelta(**time)
        while await self.house.database.write(upkeep.do_due, self.house.outside):
            continue
        for ledger in (pieces.PIECES, media.FETCH, outbox.SEND):
            await self.house.database.write(kick, ledger)
        await self.settled()

    async def start(
        self, chat: int, language: str = "English", agree: str = "Yes, I agree"
    ) -> None:
        """Through the door, to the menu."""
        await self.say(chat, "/start")
        await self.press(chat, language, agree)

    async def count(self, sql: str) -> int:
        found = await self.house.database.read(lambda c: c.scalar(text(sql)))
        return int(found or 0)

    async def act(self, fn: Callable[..., Any], *args: Any) -> Any:
        """What a command line does, in one transaction; then everything that follows."""
        done = await self.house.database.write(fn, *args)
        await self.settled()
        return done


@asynccontextmanager
async def living(
    folder: Path,
    transport: str = "polling",
    country: str = "uruguay",
    api: BotApi | None = None,
    engine: str = SQLITE,
    **settings: str,
) -> AsyncIterator[Living]:
    """A bot that lives while the block runs. A folder that it lived in before goes on; on a
    server it finds an empty town."""
    api = api or BotApi()
    chance = random.Random(1)
    clock = [START]
    data = folder / "data"
    data.mkdir(exist_ok=True)
    if not (data / "baraza.db").exists():
        (data / "baraza.db").write_bytes(migrated_file())
    environ = {
        "BARAZA_SECRET_KEY": SECRET,
        "BARAZA_DATA": str(data),
        "BARAZA_COUNTRIES": country,
        "BARAZA_WEB_LISTEN": f"127.0.0.1:{free_port()}",
        "BARAZA_TELEGRAM_TOKEN": TOKEN,
        "BARAZA_TELEGRAM_API": api.address,
        # The clock stands, and with it what the budget holds.
        "BARAZA_TELEGRAM_RATE": f"{RATE:.0f}",
        **({} if engine == SQLITE else {"BARAZA_DATABASE_URL": cluster().text_url(empty_town())}),
        **_transport(api, transport),
        **settings,
    }
    outside = Outside(lambda: clock[0], chance.randbytes)
    async with serving(api):
        with patch.object(app, "outside", lambda: outside):
            house = app.build(read_settings(environ, None))
        ready = asyncio.Event()
        alive = asyncio.create_task(serve(house, lambda _address: ready.set()))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait([alive, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        life = Living(house, api, country, clock, alive)
        try:
            yield life
        finally:
            if not alive.done():
                # Its own way to end: it listens to the signal for as long as it serves.
                os.kill(os.getpid(), signal.SIGTERM)
            await alive


def _transport(api: BotApi, transport: str) -> dict[str, str]:
    assert transport in TRANSPORTS, transport
    if transport == "polling":
        return {}
    port = free_port()
    api.reach[PUBLIC] = f"http://127.0.0.1:{port}"
    return {
        "BARAZA_WEBHOOK_URL": PUBLIC,
        "BARAZA_WEBHOOK_SECRET": "a-secret-of-the-tests",
        "BARAZA_WEBHOOK_LISTEN": f"127.0.0.1:{port}",
    }
