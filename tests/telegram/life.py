"""A running bot over the loopback Bot API, driven a batch at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.handlers.fetching import fetch_file
from bot.handlers.intake import Intake, Take
from bot.handlers.paced import PacedBot
from bot.handlers.polling import Poller
from bot.handlers.sending import TelegramSender
from bot.handlers.session import LeanSession
from bot.services.groups import move_in
from bot.services.pauses import Pauses
from bot.services.stuck import StuckBook
from bot.services.web_town import WebTown
from bot.work.fetching import Fetcher
from bot.work.files import FileKeeper
from bot.work.outbox import Sender
from bot.work.store import DiskStore
from tests.houses import SmallHouse
from tests.telegram.api import TOKEN, BotApi, serving
from tests.telegram.talking import Talking

ANA, BETO, GROUP = 7_000_000_001, 4_503_599_627_370_495, -1_001_234_567_890


@dataclass(slots=True)
class Life(Talking):
    """A running bot, driven a batch at a time."""

    api: BotApi
    house: SmallHouse
    take: Take
    """A turn, as the intake is handed it."""
    intake: Intake
    poller: Poller
    sender: Sender
    fetcher: Fetcher

    async def go(self) -> None:
        """Take all that was said, fetch what can be fetched, send all that can be sent."""
        while await self.poller.poll(0):
            while await self.fetcher.fetch_next() is True:
                continue
            while await self.sender.send_ready():
                continue

    def count(self, sql: str) -> int:
        return self.house.count(sql)


async def no_wait(_seconds: float) -> None:
    """Tests do not sleep."""


@asynccontextmanager
async def living(house: SmallHouse, folder: Path) -> AsyncIterator[Life]:
    """A bot of one country with everything behind it, on real HTTP."""
    async with serving(BotApi()) as api:
        session = LeanSession(api.address)
        pauses = Pauses(house.database, house.outside.clock, house.keys)
        bot = PacedBot(TOKEN, "uruguay/telegram", pauses, session)
        town = WebTown(
            house.database,
            house.keys,
            house.conversations.take_turn,
            house.outside.clock,
            lambda: sender.next_pass(),
        )
        failures = StuckBook(house.database, house.keys, house.outside.clock)
        moved = move_in(house.database, house.keys)
        channel = TelegramSender(bot, house.speeches["uruguay"], moved, town.own_data)
        sender = Sender(house.database, house.keys, house.outside, channel.send)
        with ThreadPoolExecutor(1) as executor:
            fetcher = Fetcher(
                house.database,
                house.keys,
                house.outside,
                FileKeeper(DiskStore(folder / "media")),
                executor,
                lambda _bot, file, most: fetch_file(bot, file, most),
                house.conversations.lose_file,
            )
            intake = Intake(bot, "uruguay", town.take, failures, wait=no_wait)
            yield Life(api, house, town.take, intake, Poller(bot, intake), sender, fetcher)
        await session.close()
        await house.database.close()


async def at_the_menu(life: Life, chat: int = ANA) -> None:
    await life.say(chat, "/start")
    await life.press(chat, "English", "Yes, I agree")
