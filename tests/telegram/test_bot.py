"""The same conversation on Telegram, over a server that refuses what Telegram refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy import Connection, text

from bot.domain.inbound import Inbound
from bot.handlers.fetching import fetch_file
from bot.handlers.intake import Intake
from bot.handlers.polling import Poller
from bot.handlers.sending import TelegramSender
from bot.pictures import demo_photo
from bot.services.prompts import PromptBook
from bot.services.web_town import WebTown
from bot.work.fetching import Fetcher
from bot.work.files import FileKeeper
from bot.work.outbox import Sender
from bot.work.store import DiskStore
from storage import outbox
from tests.houses import SmallHouse, small_house
from tests.telegram.api import TOKEN, BotApi, html_error, serving, too_many

ANA, BETO, GROUP = 7_000_000_001, 4_503_599_627_370_495, -1_001_234_567_890


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


@dataclass(slots=True)
class Life:
    """A running bot, driven a batch at a time."""

    api: BotApi
    house: SmallHouse
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

    async def say(self, chat: int, *words: str, **more: Any) -> None:
        for item in words:
            self.api.say(chat, text=item, **more)
            await self.go()

    async def press(self, chat: int, *labels: str) -> None:
        for label in labels:
            self.api.press(chat, label)
            await self.go()

    def count(self, sql: str) -> int:
        return self.house.database.write_now(_count, sql)


def _count(connection: Connection, sql: str) -> int:
    return int(connection.scalar(text(sql)) or 0)


@pytest.fixture
async def life(house: SmallHouse, tmp_path: Path) -> AsyncIterator[Life]:
    async with serving(BotApi()) as api:
        session = AiohttpSession(api=TelegramAPIServer.from_base(api.address))
        bot = Bot(TOKEN, session=session)
        town = WebTown(
            house.database,
            house.keys,
            house.conversations.take_turn,
            house.outside.clock,
            lambda: sender.next_pass(),
        )
        book = PromptBook(house.database, house.keys)
        channel = TelegramSender(bot, house.speeches["uruguay"], book, town.own_data)
        sender = Sender(house.database, house.keys, house.outside, channel.send)
        with ThreadPoolExecutor(1) as executor:
            fetcher = Fetcher(
                house.database,
                house.keys,
                house.outside,
                FileKeeper(DiskStore(tmp_path / "media")),
                executor,
                lambda _bot, file, most: fetch_file(bot, file, most),
                house.conversations.lose_file,
            )
            intake = Intake(bot, "uruguay", town.take)
            yield Life(api, house, intake, Poller(bot, intake), sender, fetcher)
        await session.close()
        await house.database.close()


async def at_the_menu(life: Life, chat: int = ANA) -> None:
    await life.say(chat, "/start")
    await life.press(chat, "English", "Yes, I agree")


async def test_a_report_is_told_by_pressing_and_its_buttons_are_put_out(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    await life.say(ANA, "It is full 5 < 6 & </b> {0}")
    life.api.say(ANA, location={"latitude": -34.9061, "longitude": -56.1851})
    await life.go()
    life.api.photo(ANA, demo_photo("bin_full", 1))
    await life.go()
    await life.press(ANA, "That is all", "This week", "Not sure")
    assert "It is full 5 < 6 & </b> {0}" in life.api.texts(ANA)[-1]
    await life.press(ANA, "Send it")
    assert "Your number is MVD-" in life.api.texts(ANA)[-3]
    with_buttons = [message for message in life.api.messages if message.keyboard]
    assert [message.text for message in with_buttons] == ["What would you like to do?"]
    assert life.count("select count(*) from report where lat is not null") == 1
    assert life.count("select count(*) from media where report_id is not null") == 1
    assert len(life.api.answered) > 5


async def test_the_same_update_again_changes_nothing(life: Life) -> None:
    await at_the_menu(life)
    life.api.say(ANA, text="report")
    [update] = life.api.updates
    await life.go()
    before = list(life.api.texts(ANA))
    life.api.updates = [update]
    life.poller._offset = None
    await life.go()
    assert life.api.texts(ANA) == before


async def test_a_lower_id_after_a_quiet_week_is_taken_and_confirmed(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "help")
    life.api._ids = 5
    await life.say(ANA, "menu")
    assert life.api.texts(ANA)[-1] == "What would you like to do?"
    await life.poller.poll(0)
    assert life.api.updates == []


async def test_an_update_is_confirmed_only_after_its_turn(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.polling.WAIT_SECONDS", 0.0)
    confirmed: list[int] = []
    take = life.intake._take
    failures = iter([True, False])

    async def sometimes(inbound: Inbound) -> None:
        confirmed.append(life.api.confirmed)
        if next(failures, False):
            raise OSError("the store is away")
        await take(inbound)

    monkeypatch.setattr(life.intake, "_take", sometimes)
    id = life.api.say(ANA, text="/start")
    await life.poller.poll(0)
    assert confirmed == [0, 0]
    assert life.count("select count(*) from resident") == 1
    await life.poller.poll(0)
    assert life.api.confirmed == id + 1


async def test_one_update_that_always_fails_blocks_no_other(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.polling.WAIT_SECONDS", 0.0)
    take = life.intake._take

    async def not_beto(inbound: Inbound) -> None:
        if inbound.address == str(BETO):
            raise ValueError("odd")
        await take(inbound)

    monkeypatch.setattr(life.intake, "_take", not_beto)
    life.api.say(BETO, text="/start")
    life.api.say(ANA, text="/start")
    await life.go()
    assert life.api.texts(ANA)
    assert life.api.texts(BETO) == []


async def test_replies_wait_for_telegram_in_their_order_and_others_do_not(life: Life) -> None:
    await at_the_menu(life)
    sent = len(life.api.texts(ANA))
    life.api.odd["sendMessage"] = [lambda: too_many(3)]
    await life.say(ANA, "help", "menu")
    await life.say(BETO, "/start")
    assert life.api.texts(BETO)
    assert len(life.api.texts(ANA)) == sent
    life.house.later(seconds=2)
    await life.sender.send_ready()
    assert len(life.api.texts(ANA)) == sent
    life.house.later(seconds=2)
    while await life.sender.send_ready():
        continue
    assert life.api.texts(ANA)[sent:] == ["How can we help?", "What would you like to do?"]


async def test_an_odd_answer_locks_nobody_out(life: Life) -> None:
    await at_the_menu(life)
    life.api.odd["sendMessage"] = [html_error]
    await life.say(ANA, "help")
    life.house.later(seconds=10)
    await life.say(ANA, "menu")
    assert life.api.texts(ANA)[-2:] == ["How can we help?", "What would you like to do?"]


async def test_somebody_who_blocked_the_bot_is_given_up_with_the_reason(life: Life) -> None:
    await at_the_menu(life)
    life.api.blocked.add(ANA)
    await life.say(ANA, "help")
    assert life.count("select count(*) from outbox where reason = 'blocked'") == 1
    assert life.house.database.write_now(outbox.counts).get(outbox.OWED, 0) == 0


async def test_a_press_on_an_old_button_is_answered_and_never_an_error(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem")
    old = life.api.messages[-1]
    data = old.buttons[0]["callback_data"]
    await life.press(ANA, "Something else")
    life.api.press_data(ANA, old.id, data)
    life.api.press_data(ANA, 1, "nonsense")
    await life.go()
    assert "That one is already answered." in life.api.texts(ANA)


async def test_a_file_that_is_too_large_is_told_and_the_text_stays(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "report", "full bin")
    life.api.photo(ANA, b"x", size=89_704_028)
    await life.go()
    assert life.api.texts(ANA)[-2] == "That file is too large. Please send a smaller one."
    life.api.say(ANA, video={"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1,
                             "duration": 9})  # fmt: skip
    await life.go()
    assert life.api.texts(ANA)[-2] == "We cannot take videos. Please send a photo."
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
    life.api.say(ANA, sticker={**sticker, "is_animated": False, "is_video": False})
    await life.go()
    assert life.api.texts(ANA)[-1] == "Tell us what you see. Please do not name people."


@pytest.mark.parametrize("code", ["pt-br", "zh-hans", "en_US", "", "in", "x" * 200])
async def test_language_codes_as_they_really_come_are_no_error(life: Life, code: str) -> None:
    await life.say(ANA, "/start", language=code)
    assert life.api.texts(ANA)


async def test_a_group_makes_no_resident(life: Life) -> None:
    await life.say(GROUP, "/start", kind="supergroup")
    assert life.count("select count(*) from resident") == 0


async def test_a_resident_gets_their_own_data_as_a_file(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "/mydata")
    assert b'"resident"' in life.api.documents[0]
