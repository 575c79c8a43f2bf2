"""Announcements while the database fails under a process that lives on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.domain.announcements import State
from bot.domain.operations import Announce, RetryAt, Sent, Tried
from bot.services import delivering
from bot.work.announcer import Announcer
from storage.budget import Drawn
from storage.database import Connection
from storage.errors import Away
from tests.announced import (
    COUNTRY,
    TELEGRAM,
    WEB,
    Recorder,
    announcing,
    people,
    plenty,
    scheduled,
)
from tests.houses import SmallHouse

AWAY = Away("the database server cannot be reached")


class Failing:
    """The house's database, which is away the first times that something ended is to be kept."""

    def __init__(self, house: SmallHouse, times: int, failure: Exception = AWAY) -> None:
        self.read = house.database.read
        self._write = house.database.write
        self.left = times
        self.failure = failure

    async def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        if fn is delivering.plan and args[5] and self.left:
            self.left -= 1
            raise self.failure
        return await self._write(fn, *args)


class FullDisk(Exception):
    """As a server says it."""

    sqlstate = "53100"


@pytest.mark.parametrize("failure", [AWAY, DBAPIError("", {}, FullDisk())])
async def test_what_was_sent_is_kept_once_the_database_is_back(
    house: SmallHouse, failure: Exception
) -> None:
    people(house, 20)
    row = scheduled(house)

    def answer(address: str, before: int) -> Sent | RetryAt:
        return RetryAt(1.0, "not reached") if int(address) == 10_003 and not before else Sent()

    town = announcing(house, Recorder(answer))
    town.announcer._database = Failing(house, 3, failure)  # type: ignore[assignment]
    await town.go()
    await town.go(seconds=5)
    assert town.ends(row.code) == {"sent": 20}
    assert town.found(row.code).state is State.DONE
    assert len(town.bot.tried) == 21


async def test_a_database_that_stays_away_leaves_what_was_sent_as_unknown(
    house: SmallHouse,
) -> None:
    people(house, 20)
    row = scheduled(house)
    town = announcing(house)
    town.announcer._database = Failing(house, 10_000)  # type: ignore[assignment]
    with pytest.raises(Away):
        await town.go()
    town.announcer._database = house.database
    await town.go(minutes=2)
    ends = town.ends(row.code)
    assert ends.keys() == {"sent", "unknown: process ended"}
    assert sum(ends.values()) == 20
    assert town.found(row.code).state is State.DONE
    assert len(town.bot.tried) == 20


async def test_copies_of_a_walk_that_failed_end_although_its_process_lives_on(
    house: SmallHouse,
) -> None:
    people(house, 20)
    row = scheduled(house)
    drawn: list[int] = []

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        drawn.append(most)
        if len(drawn) == 2:
            raise RuntimeError("a mistake of ours")
        return plenty(connection, bot, most, now, extra)

    town = announcing(house, draw=draw)
    with pytest.raises(RuntimeError):
        await town.go()
    await town.go()
    assert town.ends(row.code) == {"sent": 12, "unknown: process ended": 8}
    assert town.found(row.code).state is State.DONE


async def test_one_bots_failure_leaves_the_others_walk_alone(house: SmallHouse) -> None:
    people(house, 1)
    people(house, 1, first=2, bot=WEB)
    scheduled(house)
    under_way, answered = asyncio.Event(), asyncio.Event()

    class Slow(Recorder):
        async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
            under_way.set()
            await answered.wait()
            return await super().send(address, operation, language, part)

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        if bot == TELEGRAM:
            raise RuntimeError("a mistake of ours")
        return plenty(connection, bot, most, now, extra)

    slow = Slow()
    announcer = Announcer(
        house.database,
        house.keys,
        house.outside,
        {COUNTRY: house.countries[COUNTRY]},
        bulks={TELEGRAM: Recorder(), WEB: slow},
        draw=draw,
        put=lambda connection, copy, operation: None,
        nudge=lambda bot, address: None,
        channel="none",
    )
    going = asyncio.create_task(announcer.announce_ready())
    await asyncio.wait_for(under_way.wait(), 10)
    await asyncio.sleep(0.05)
    assert not going.done()
    answered.set()
    with pytest.raises(RuntimeError):
        await going
    assert len(slow.tried) == 1
