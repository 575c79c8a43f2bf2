"""Once, from outside: a real process dies at any moment, and nothing is lost or told twice."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end import Process
from tests.telegram.api import TOKEN, BotApi, serving
from tests.telegram.killing import Killer, process_over
from tests.telegram.living import living
from tests.telegram.residents import Resident, doubled

FIRST = 7_000_000_001


async def wanted_of(folder: Path, reports: int) -> list[str]:
    """What a resident reads when nothing goes wrong."""
    async with living(folder) as life:
        resident = Resident(life.api, FIRST, reports)
        await resident.live()
        await life.settled()
        return resident.read()


def check(residents: list[Resident], wanted: list[str], process: Process) -> list[int]:
    """Every answer once, every reply in its order. How many came twice to each resident."""
    with sqlite3.connect(process.data / "baraza.db") as raw:
        kept = Counter(text for (text,) in raw.execute("select text from report"))
        open_rows = raw.execute("select count(*) from outbox where state = 'owed'").fetchone()
    raw.close()
    assert kept == Counter(story for resident in residents for story in resident.told)
    assert open_rows == (0,)
    assert TOKEN not in process.log()
    return [doubled(wanted, resident.read()) for resident in residents]


@pytest.fixture
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the bot to which nothing happens."""
    return tmp_path_factory.mktemp("calm")


async def killed_often(
    folder: Path, calm: Path, people: int, reports: int, kills: int, seed: int
) -> Killer:
    wanted = await wanted_of(calm, reports)
    async with serving(BotApi()) as api:
        process = process_over(folder, api)
        await asyncio.to_thread(process.start)
        killer = Killer(api, process, random.Random(seed))
        try:
            residents = [
                Resident(api, FIRST + number, reports, home=number * reports)
                for number in range(people)
            ]
            lives = [asyncio.create_task(resident.live()) for resident in residents]
            killing = asyncio.create_task(
                killer.run(kills, lambda: all(life.done() for life in lives))
            )
            await asyncio.gather(*lives)
            await killing
        finally:
            await asyncio.to_thread(process.stop)
        doubles = check(residents, wanted, process)
        assert max(doubles) <= killer.kills, "more than one a kill and address came twice"
        sys.stdout.write(
            f"{killer.kills} kills, {killer.points} of them at a drawn call; "
            f"{sum(doubles)} of {sum(len(one.read()) for one in residents)} messages came twice\n"
        )
        return killer


async def test_a_process_that_is_killed_loses_and_doubles_nothing(
    tmp_path: Path, calm: Path
) -> None:
    killer = await killed_often(tmp_path, calm, people=2, reports=1, kills=3, seed=1)
    assert killer.kills == 3


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_a_hundred_kills(tmp_path: Path, calm: Path) -> None:
    kills = 0
    for seed in range(100):
        folder = tmp_path / str(seed)
        folder.mkdir()
        killer = await killed_often(folder, calm, people=3, reports=2, kills=20, seed=seed)
        kills += killer.kills
        if kills >= 100:
            return
    raise AssertionError(f"{kills} kills only")
