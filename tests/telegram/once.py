"""What everybody must have come to in the end: each answer kept once, each reply read in order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.telegram.api import TOKEN
from tests.telegram.living import living
from tests.telegram.residents import Resident, doubled
from tests.telegram.served import Served

FIRST = 7_000_000_001


async def wanted_of(folder: Path, reports: int) -> list[str]:
    """What a resident reads when nothing goes wrong."""
    async with living(folder) as life:
        resident = Resident(life.api, FIRST, reports)
        await resident.live()
        await life.settled()
        return resident.read()


def check(residents: Sequence[Resident], wanted: list[str], town: Served) -> list[list[int]]:
    """Every answer once, with its photo, and every reply in its order. Where messages stand that
    came twice, for each resident."""
    kept = Counter(town.ask("select text from report").splitlines())
    assert kept == Counter(story for resident in residents for story in resident.told)
    photos = town.ask(
        "select state, count(*), count(distinct report_id) from media group by state"
    )
    assert photos == "kept|{0}|{0}".format(sum(kept.values()))
    names = set(town.ask("select name from media").splitlines())
    assert set(town.photos.names()) == names
    for name in names:
        town.photos.open(name)  # raises for a file that is not whole
    assert not any(TOKEN in process.log() for process in town.processes)
    return [doubled(wanted, resident.read()) for resident in residents]


class Lives:
    """Residents who live at the same time."""

    def __init__(self, residents: Sequence[Resident]) -> None:
        self.residents = residents
        self._tasks = [asyncio.create_task(resident.live()) for resident in residents]

    def over(self) -> bool:
        return all(task.done() for task in self._tasks)

    async def end(self, town: Served, wanted: list[str], seconds: float = 1800) -> list[list[int]]:
        """Wait so long until all have lived and nothing is owed, then `check`."""
        async with asyncio.timeout(seconds):
            await asyncio.gather(*self._tasks)
        await town.settled()
        return await asyncio.to_thread(check, self.residents, wanted, town)

    @property
    def messages(self) -> int:
        return sum(len(resident.read()) for resident in self.residents)
