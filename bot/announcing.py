"""Announcements put together: the budget they draw from, and the ways they go out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.operations import Announce, Tried
from bot.services.web_town import WebTown
from bot.work import announcer as work
from bot.work.announcer import Announcer
from storage import outbox
from storage.budget import Drawn
from storage.database import Connection
from storage.deliveries import Copy

if TYPE_CHECKING:
    from bot.app import House
    from bot.channels.telegram_bulk import TelegramBulk
    from bot.channels.web import WebChat
    from bot.telegram_bots import Telegram


class LateBulk:
    """One bot's way out, made at the first announcement: python-telegram-bot takes half a second
    to import, and most processes announce nothing."""

    def __init__(self, house: House, name: str, token: str) -> None:
        self._house = house
        self._name = name
        self._token = token
        self._made: TelegramBulk | None = None
        self._making = asyncio.Lock()

    def silent_seconds(self) -> float:
        if self._made is not None:
            return self._made.silent_seconds()
        return self._house.pauses.bot_seconds(self._name)

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        async with self._making:
            if self._made is None:
                loop = asyncio.get_running_loop()
                self._made = await loop.run_in_executor(self._house.executor, self._make)
        return await self._made.send(address, operation, language, part)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    def _make(self) -> TelegramBulk:
        from bot.channels.telegram_bulk import TelegramBulk

        house = self._house
        return TelegramBulk(
            self._name,
            self._token,
            house.settings.telegram_api,
            house.speeches[self._name.partition("/")[0]],
            house.pauses,
            house.open_file,
            house.outside.clock,
            house.settings.pages_of(self._name.partition("/")[0]),
        )


@dataclass(frozen=True, slots=True)
class Announcing:
    """What a process announces with."""

    announcer: Announcer
    bulks: Mapping[str, LateBulk]

    async def close(self) -> None:
        for bulk in self.bulks.values():
            await bulk.close()


def prepare_announcing(
    house: House, town: WebTown, chat: WebChat, bots: Mapping[str, Telegram]
) -> Announcing:
    """What sends announcements, where it is run and woken."""
    rate = house.settings.telegram_rate

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        return outbox.draw_for_many(connection, bot, rate, most, now, extra)

    def put(connection: Connection, copy: Copy, operation: Announce) -> None:
        entry = chat.entry(copy.bot, operation, copy.language)
        town.put(connection, copy.bot, copy.address_id, entry)

    bulks = {name: LateBulk(house, name, telegram.bot.token) for name, telegram in bots.items()}
    announcer = Announcer(
        house.database,
        house.keys,
        house.outside,
        house.countries,
        bulks=bulks,
        draw=draw,
        put=put,
        nudge=chat.nudge,
    )
    if house.settings.postgres is None:
        house.database.write_now(work.release_all, house.outside.clock())
    return Announcing(announcer, bulks)
