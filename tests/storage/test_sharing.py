"""Several processes: who sends for a bot, who does what is done again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.work.shares import ASK, Shares
from bot.work.tasks import EmbeddedTasks
from storage import outbox, schedules, tasks
from storage.later import Kick
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

BOT = "uruguay/telegram"


@pytest.fixture(params=ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as found:
        yield found


def shares(house: SmallHouse, holder: str) -> Shares:
    return Shares(house.database, [BOT], holder, house.outside.clock)


async def test_a_bot_is_one_processs_until_it_leaves_or_says_nothing(house: SmallHouse) -> None:
    one, other = shares(house, "one"), shares(house, "other")
    for mine in (one, other):
        await mine.ask()
    assert (one.has(BOT), other.has(BOT)) == (True, False)
    assert other.has("uruguay/web")
    for _time in range(20):
        house.later(seconds=ASK.total_seconds())
        await one.ask()
        await other.ask()
        assert (one.has(BOT), other.has(BOT)) == (True, False)
    await one.leave()
    house.later(seconds=ASK.total_seconds())
    await other.ask()
    assert (one.has(BOT), other.has(BOT)) == (False, True)
    house.later(seconds=outbox.LEASE.total_seconds())
    assert not other.has(BOT), "it must know by itself that its time is over"
    await one.ask()
    await other.ask()
    assert (one.has(BOT), other.has(BOT)) == (True, False)


async def test_what_is_done_again_and_again_is_done_by_one(house: SmallHouse) -> None:
    async def turns() -> int:
        write, now = house.database.write, house.now
        return sum(
            await asyncio.gather(
                *(write(schedules.take_turn, "due", 15.0, now) for _process in range(4))
            )
        )

    assert await turns() == 1
    assert await turns() == 0
    house.later(seconds=12)
    assert await turns() == 0
    house.later(seconds=2)
    assert await turns() == 1
    house.later(days=-1)
    assert await turns() == 1


async def test_a_task_is_left_to_the_process_that_has_its_part(house: SmallHouse) -> None:
    sending, taking = (EmbeddedTasks(house.outside, shared=True) for _part in range(2))
    done: list[str] = []

    async def retry(args: object) -> None:
        done.append(str(args))

    taking.register("retry update", retry)
    kicks = [Kick("retry update", "7"), Kick(outbox.SEND), Kick("of a later release")]
    await house.database.write(lambda connection: sending.hand_over(connection, kicks))
    assert not await sending.run_one(house.database)
    assert await taking.run_one(house.database)
    assert done == ["7"]
    house.later(seconds=timedelta(days=1).total_seconds())
    left = await house.database.read(tasks.list_tasks)
    assert [(row.name, row.held) for row in left] == [("of a later release", False)]
