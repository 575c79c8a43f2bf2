"""Whom a channel means when it says "not for so many seconds", and that it is obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.domain.inbound import Text
from bot.services.pauses import CHATS_MOST, GROUP_MINUTE, Pauses
from storage import budget
from storage.errors import Busy
from storage.tables import ChatPause
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES, SQLITE

BOT, OTHER = "uruguay/telegram", "kenya/telegram"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, SQLITE) as found:
        yield found


@pytest.fixture
def pauses(house: SmallHouse) -> Pauses:
    return Pauses(house.database, house.outside.clock, house.keys)


async def test_a_wait_for_what_names_no_chat_is_the_bots(
    house: SmallHouse, pauses: Pauses
) -> None:
    assert await pauses.told(BOT, None, 35)
    assert pauses.bot_seconds(BOT) == 35
    assert pauses.bot_seconds(OTHER) == 0
    house.later(seconds=35)
    assert pauses.bot_seconds(BOT) == 0


async def test_a_wait_for_a_chat_that_was_asked_once_is_the_bots(pauses: Pauses) -> None:
    pauses.asked(BOT, "7")
    assert await pauses.told(BOT, "7", 35)


async def test_a_wait_for_a_chat_that_was_asked_twice_in_a_second_is_the_chats(
    house: SmallHouse, pauses: Pauses
) -> None:
    pauses.asked(BOT, "7")
    house.later(seconds=0.9)
    pauses.asked(BOT, "7")
    assert not await pauses.told(BOT, "7", 35)
    assert pauses.chat_seconds(BOT, "7") == 35
    assert pauses.bot_seconds(BOT) == pauses.chat_seconds(BOT, "8") == 0
    assert house.database.write_now(budget.paused, house.now) == {}


async def test_a_second_later_it_is_no_more_than_a_chat_may_be_asked(
    house: SmallHouse, pauses: Pauses
) -> None:
    pauses.asked(BOT, "7")
    house.later(seconds=1)
    pauses.asked(BOT, "7")
    assert await pauses.told(BOT, "7", 35)


@pytest.mark.parametrize(("times", "the_bots"), [(GROUP_MINUTE, True), (GROUP_MINUTE + 1, False)])
@pytest.mark.parametrize("address", ["-100123", "100123"])
async def test_a_group_may_be_asked_so_often_in_a_minute(
    house: SmallHouse, pauses: Pauses, times: int, the_bots: bool, address: str
) -> None:
    for _time in range(times):
        house.later(seconds=2)
        pauses.asked(BOT, address)
    assert await pauses.told(BOT, address, 9) == (the_bots or not address.startswith("-"))


async def test_two_chats_at_once_are_the_bot(house: SmallHouse, pauses: Pauses) -> None:
    for chat in ("7", "7", "8", "8", "9", "9"):
        pauses.asked(BOT, chat)
        pauses.asked(OTHER, chat)
    assert not await pauses.told(OTHER, "8", 35)
    assert not await pauses.told(BOT, "7", 35)
    assert not await pauses.told(BOT, "7", 35)
    assert await pauses.told(BOT, "8", 30)
    assert pauses.bot_seconds(BOT) == 30
    assert pauses.bot_seconds(OTHER) == 0


async def test_chats_one_after_the_other_are_not_the_bot(
    house: SmallHouse, pauses: Pauses
) -> None:
    for chat in ("7", "8", "9"):
        pauses.asked(BOT, chat)
        pauses.asked(BOT, chat)
        assert not await pauses.told(BOT, chat, 3)
        house.later(seconds=3)


async def test_a_process_that_starts_again_knows_of_it(house: SmallHouse, pauses: Pauses) -> None:
    await pauses.told(BOT, None, 10_072)
    house.later(seconds=72)
    again = Pauses(house.database, house.outside.clock, house.keys)
    assert again.bot_seconds(BOT) == 0
    await again.load()
    assert again.bot_seconds(BOT) == 10_000


@pytest.mark.parametrize("house", ENGINES, indirect=True)
async def test_two_chats_at_once_are_the_bot_where_two_processes_were_told(
    house: SmallHouse, pauses: Pauses
) -> None:
    for who in ("7", "8"):
        house.take(Text("hello"), who=who)
    bot = house.inbound(Text("hello")).bot
    others = [Pauses(house.database, house.outside.clock, house.keys) for _each in range(3)]
    for process in (pauses, *others):
        for chat in ("7", "7", "8", "8"):
            process.asked(bot, chat)
    assert not await pauses.told(bot, "7", 90)
    for process in others:
        await process.load()
    assert not await others[0].told(bot, "7", 90), "it is one chat still"
    assert await others[1].told(bot, "8", 60)
    house.later(seconds=90)
    for _time in range(2):
        others[2].asked(bot, "8")
    assert not await others[2].told(bot, "8", 60), "the other's wait is over"


@pytest.mark.parametrize("house", ENGINES, indirect=True)
async def test_another_process_leaves_a_chat_alone_until_its_wait_is_over(
    house: SmallHouse, pauses: Pauses
) -> None:
    house.take(Text("hello"), who="7")
    house.take(Text("hello"), who="8")
    bot = house.inbound(Text("hello")).bot
    for _time in range(2):
        pauses.asked(bot, "7")
    assert not await pauses.told(bot, "7", 90)
    house.later(seconds=30)
    other = Pauses(house.database, house.outside.clock, house.keys)
    await other.load()
    assert other.chat_seconds(bot, "7") == pauses.chat_seconds(bot, "7") == 60
    assert other.chat_seconds(bot, "8") == other.bot_seconds(bot) == 0
    house.later(seconds=60)
    assert other.chat_seconds(bot, "7") == 0
    for _time in range(2):
        pauses.asked(bot, "8")
    assert not await pauses.told(bot, "8", 35)
    kept = await house.database.read(budget.paused_chats, house.now)
    assert list(kept.values()) == [house.now + timedelta(seconds=35)]
    count = select(func.count()).select_from(ChatPause)
    assert await house.database.read(lambda connection: connection.scalar(count)) == 1


async def test_what_is_remembered_of_chats_does_not_grow(
    house: SmallHouse, pauses: Pauses
) -> None:
    for chat in range(1, 2 * CHATS_MOST):
        pauses.asked(BOT, str(chat))
        pauses.asked(BOT, str(-chat))
    assert len(pauses._people) == len(pauses._groups) == CHATS_MOST


async def test_a_longer_wait_that_comes_while_a_shorter_one_is_kept_is_kept_later(
    house: SmallHouse, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause, longer = budget.pause, asyncio.Event()

    def slow(connection: Connection, bot: str, until: datetime, now: datetime) -> None:
        if until == house.now + timedelta(seconds=600):
            raise Busy("away")
        pause(connection, bot, until, now)

    async def write(fn: Callable[..., Any], *args: Any) -> Any:
        done = await house.database.write(fn, *args)
        # Its answer is on its way while the other one comes.
        await longer.wait()
        return done

    monkeypatch.setattr(budget, "pause", slow)
    monkeypatch.setattr(pauses, "_database", Delayed(write))
    shorter = asyncio.create_task(pauses.told(BOT, None, 35))
    await asyncio.sleep(0)
    await pauses.told(BOT, None, 600)
    longer.set()
    await shorter
    monkeypatch.undo()
    await pauses.keep(BOT)
    assert house.database.write_now(budget.paused, house.now) == {
        BOT: house.now + timedelta(seconds=600)
    }


@dataclass
class Delayed:
    """A database whose answers take their time."""

    write: Callable[..., Any]
