"""Once, from outside: real processes and their database die at any moment, and nothing is lost or
told twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

import pytest

from tests.conftest import TOLD
from tests.postgres import cluster
from tests.telegram.killing import Killer, stop_often
from tests.telegram.once import FIRST, Lives, wanted_of
from tests.telegram.residents import Resident
from tests.telegram.served import FILE, LAYOUTS, PARTS, SERVER, served

Tell = Callable[[str, object], None]
"""pytest's `record_property`."""


@pytest.fixture
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the bot to which nothing happens."""
    return tmp_path_factory.mktemp("calm")


@dataclass(frozen=True, slots=True)
class Ended:
    """How often it was troubled, and how many messages came twice. Adds up."""

    kills: int = 0
    points: int = 0
    stops: int = 0
    doubles: int = 0
    messages: int = 0

    def __add__(self, other: Ended) -> Ended:
        return Ended(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.points} of them at a drawn call or update; "
            f"{self.stops} stops of the server; "
            f"{self.doubles} of {self.messages} messages came twice"
        )


async def killed_often(
    layout: str,
    folder: Path,
    wanted: list[str],
    *,
    people: int,
    reports: int,
    kills: int,
    seed: int,
    waits: float = 0.0,
    stops: int = 0,
) -> Ended:
    """Let so many people tell their reports over a server that is stopped under them, to processes
    that are then killed."""
    chance = random.Random(seed)
    async with served(folder, layout, chance) as town:
        killer = Killer(town, chance, waits)
        lives = Lives(
            [
                Resident(town.api, FIRST + number, reports, home=number * reports)
                for number in range(people)
            ]
        )
        stopped = await stop_often(cluster(), chance, stops, lives.over) if stops else 0
        assert all(process.runs for process in town.processes), "they come back by themselves"
        await killer.run(kills, lives.over)
        doubles = await lives.end(town, wanted)
        assert all(process.runs for process in town.processes)
    for resident, places in zip(lives.residents, doubles, strict=True):
        assert killer.excuses(resident.chat, places), "more than one a kill and address came twice"
    return Ended(killer.kills, killer.points, stopped, sum(map(len, doubles)), lives.messages)


@pytest.mark.parametrize(("layout", "kills", "stops"), [(FILE, 2, 0), (SERVER, 1, 1)])
async def test_processes_that_are_killed_lose_and_double_nothing(
    layout: str, kills: int, stops: int, tmp_path: Path, calm: Path, record_property: Tell
) -> None:
    wanted = await wanted_of(calm, 1)
    ended = await killed_often(
        layout, tmp_path, wanted, people=2, reports=1, kills=kills, stops=stops, seed=1
    )
    record_property(TOLD, str(ended))
    assert ended.kills == kills


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("layout", LAYOUTS)
async def test_a_hundred_kills(
    layout: str, tmp_path: Path, calm: Path, record_property: Tell
) -> None:
    wanted = await wanted_of(calm, 2)
    ended = Ended()
    for seed in range(100):
        folder = tmp_path / str(seed)
        folder.mkdir()
        ended += await killed_often(
            layout, folder, wanted, people=3, reports=2, kills=20, seed=seed, waits=0.05
        )
        if ended.kills >= 100:
            break
    record_property(TOLD, str(ended))
    assert ended.kills >= 100


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_a_server_that_is_stopped_and_started_loses_and_doubles_nothing(
    tmp_path: Path, calm: Path, record_property: Tell
) -> None:
    wanted = await wanted_of(calm, 2)
    ended = await killed_often(
        PARTS, tmp_path, wanted, people=4, reports=2, kills=0, stops=12, seed=1
    )
    record_property(TOLD, str(ended))
    assert ended.stops > 0
