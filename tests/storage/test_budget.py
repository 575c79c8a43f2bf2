"""One budget a bot: drawn by everybody, kept by the clock, silent when it must be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.inbound import Command
from storage import budget, outbox
from storage.budget import BULK_BURST, Drawn, draw
from storage.outbox import Room, draw_for_many
from storage.postgres import PostgresDatabase
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES, POSTGRES

BOT = "uruguay/telegram"
WEB = "uruguay/web"


@pytest.fixture(params=ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as found:
        yield found


async def drawn(house: SmallHouse, most: int, rate: float = 30) -> Drawn:
    return await house.database.write(draw, BOT, rate, most, house.now)


@pytest.mark.parametrize("rate", [1, 7, 30, 1000])
async def test_a_second_of_the_rate_is_there_at_once_and_then_the_rate(
    house: SmallHouse, rate: int
) -> None:
    assert (await drawn(house, 5000, rate)).count == rate
    empty = await drawn(house, 1, rate)
    assert empty.count == 0
    assert empty.again_at - house.now <= timedelta(seconds=1 / rate)
    house.now = empty.again_at
    assert (await drawn(house, 5000, rate)).count == 1
    house.later(seconds=60)
    assert (await drawn(house, 5000, rate)).count == rate


async def test_over_a_minute_no_more_than_the_rate_is_drawn(house: SmallHouse) -> None:
    total, end = 0, house.now + timedelta(seconds=60)
    while house.now < end:
        found = await drawn(house, 4)
        total += found.count
        house.now = max(found.again_at, house.now + timedelta(milliseconds=1))
    assert 60 * 30 * 0.98 <= total <= 61 * 30


async def test_a_clock_that_was_put_back_silences_nobody(house: SmallHouse) -> None:
    await drawn(house, 30)
    house.later(hours=-5)
    assert (await drawn(house, 1)).count == 1


async def test_a_pause_gives_nothing_until_its_end_and_a_shorter_one_changes_nothing(
    house: SmallHouse,
) -> None:
    until = house.now + timedelta(seconds=35)
    await house.database.write(budget.pause, BOT, until, house.now)
    await house.database.write(budget.pause, BOT, until - timedelta(seconds=9), house.now)
    assert await drawn(house, 1) == Drawn(0, until)
    assert await house.database.read(budget.paused, house.now) == {BOT: until}
    house.later(seconds=35)
    assert (await drawn(house, 1)).count == 1
    assert await house.database.read(budget.paused, house.now) == {}


async def test_what_the_operator_holds_gives_nothing_until_they_resume(house: SmallHouse) -> None:
    assert await house.database.write(budget.set_held, BOT, True, house.now)
    assert not await house.database.write(budget.set_held, BOT, True, house.now)
    house.later(days=400)
    assert (await drawn(house, 1)).count == 0
    assert await house.database.write(budget.set_held, BOT, False, house.now)
    assert (await drawn(house, 1)).count == 1


async def test_no_more_is_claimed_than_the_budget_holds_and_order_stays(
    house: SmallHouse,
) -> None:
    for who in ("ana", "ben", "cleo"):
        house.take(Command("start"), who=who)
    rooms = {WEB: Room(50, 1)}
    taken: list[int] = []
    for _second in range(12):
        rows = await house.database.write(outbox.claim, house.now, 50, rooms)
        assert len(rows) <= 1
        taken += [row.id for row in rows]
        await house.database.write(outbox.mark_sent, [(row.id, "") for row in rows])
        due = await house.database.write(outbox.next_due, house.now, rooms)
        assert due is None or due > house.now
        house.later(seconds=1)
    assert taken == sorted(taken)
    assert await house.database.write(outbox.next_due) is None


async def test_a_bot_that_must_be_silent_holds_up_no_other(house: SmallHouse) -> None:
    house.take(Command("start"))
    house.take(Command("start"), country="kenya")
    until = house.now + timedelta(seconds=35)
    await house.database.write(budget.pause, WEB, until, house.now)
    rooms = {WEB: Room(50), "kenya/web": Room(50)}
    rows = await house.database.write(outbox.claim, house.now, 50, rooms)
    assert {row.bot for row in rows} == {"kenya/web"}
    await house.database.write(outbox.mark_sent, [(row.id, "") for row in rows])
    assert await house.database.write(outbox.next_due, house.now, rooms) == until


async def test_what_is_owed_to_a_bot_of_another_process_is_left_to_it(house: SmallHouse) -> None:
    house.take(Command("start"))
    rooms = {"kenya/web": Room(50)}
    assert await house.database.write(outbox.claim, house.now, 50, rooms) == []
    assert await house.database.write(outbox.next_due, house.now, rooms) is None


async def test_what_goes_to_many_waits_while_somebody_waits_for_a_reply(
    house: SmallHouse,
) -> None:
    many = (WEB, 30, 100)
    first = await house.database.write(draw_for_many, *many, house.now)
    assert first.count == BULK_BURST.total_seconds() * 30
    house.take(Command("start"))
    house.later(seconds=5)
    waits = await house.database.write(draw_for_many, *many, house.now)
    assert waits.count == 0
    assert waits.again_at > house.now
    rows = await house.database.write(outbox.claim, house.now, 50, {WEB: Room(50, 30)})
    assert rows
    assert (await house.database.write(draw_for_many, *many, waits.again_at)).count > 0


async def test_after_as_much_for_many_as_there_is_a_reply_still_goes_at_once(
    house: SmallHouse,
) -> None:
    many = await house.database.write(draw_for_many, WEB, 30, 1000, house.now)
    assert many.again_at > house.now
    house.take(Command("start"))
    assert await house.database.write(outbox.claim, house.now, 50, {WEB: Room(50, 30)})


async def test_processes_that_draw_together_get_no_more_than_one_would(tmp_path: Path) -> None:
    async with open_house(tmp_path, POSTGRES) as house:
        assert isinstance(house.database, PostgresDatabase)
        other = PostgresDatabase(house.database.url, house.tasks.hand_over)
        both = [house.database, other]
        found = await asyncio.gather(
            *(both[turn % 2].write(draw, BOT, 30, 4, house.now) for turn in range(20))
        )
        await other.close()
        assert sum(item.count for item in found) == 30
