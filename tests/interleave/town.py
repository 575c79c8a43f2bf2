"""One town on PostgreSQL, in which two things always happen at once, and a twin of it in memory,
in which they happen one after the other.

Whatever the order of statements, and whatever commit is not answered, the town must come to what
its twin comes to in one of the orders that are right: nobody's turn saw half of another's, nothing
was done twice or lost, and everybody was told everything once, in order.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from unittest.mock import patch

import asyncpg

from bot.work import announcer
from storage import postgres_link
from storage.database import Connection, HandOver
from storage.postgres import PostgresDatabase
from storage.postgres_url import PostgresUrl
from tests.houses import SmallHouse, small_house
from tests.interleave.acts import STEP_SECONDS, Channel, Place, Step, send_all
from tests.interleave.announced import about_announcements
from tests.interleave.conductor import Conductor
from tests.interleave.outcome import tables
from tests.interleave.proposed import about_ideas
from tests.interleave.reported import about_reports
from tests.interleave.twin import Twin, twin
from tests.interleave.voted import about_votes
from tests.postgres import POSTGRES, cluster
from tests.postgres_proxy import Cut, Proxy, proxy

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 600

UNANSWERED = 0.2
"""How likely it is in each step that a commit is not answered."""

MATTERS: Mapping[str, Callable[[random.Random], Sequence[Step]]] = {
    "reports": about_reports,
    "ideas": about_ideas,
    "votes": about_votes,
    "announcements": about_announcements,
}
"""What a town is about, and all that happens there."""


class OneByOne(PostgresDatabase):
    """Of a process that does one thing at a time, so that its statements have an order."""

    def __init__(self, url: PostgresUrl, hand_over: HandOver) -> None:
        super().__init__(url, hand_over)
        self._turn = asyncio.Lock()

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        async with self._turn:
            return await super().write(fn, *args, **kwargs)

    async def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        async with self._turn:
            return await super().read(fn, *args, **kwargs)


@dataclass(slots=True)
class Town:
    """`live` takes one step; what differs from all that is right is raised."""

    house: SmallHouse
    databases: Mapping[str, PostgresDatabase]
    proxies: dict[str, Proxy]
    conductor: Conductor
    chance: random.Random
    channel: Channel = field(default_factory=Channel)
    steps: int = 0
    cuts: int = 0
    orders: set[str] = field(default_factory=set)

    async def live(self, step: Step, twin: Twin) -> None:
        """Two acts at once, while a sender sends; then all that is owed."""
        place = Place(self.house, self.house.database, self.channel)
        for each in (place, twin.place):
            each.house.later(seconds=STEP_SECONDS)
            for act in step.before:
                await act(each)
        if self.chance.random() < UNANSWERED:
            self.cuts += 1
            self.proxies[self.chance.choice("abs")].cuts.append(self.chance.choice(list(Cut)))
        await self.conductor.play(
            {
                "a": step.first(self._place("a")),
                "b": step.second(self._place("b")),
                "s": step.sender(self._place("s")),
            }
        )
        self.steps += 1
        self.orders.add(self.conductor.order)
        for between in self.proxies.values():
            between.cuts.clear()
        await send_all(place)
        found = await place.database.read(tables, self.house.keys), dict(self.channel.heard)
        commits = self.conductor.commits
        differs = await twin.follow(
            step, found, second_first=commits.rfind("b") < commits.rfind("a")
        )
        assert not differs, f"{self.conductor.order}: {differs}"

    def _place(self, name: str) -> Place:
        return Place(self.house, self.databases[name], self.channel)


@asynccontextmanager
async def town(folder: Path, chance: random.Random) -> AsyncIterator[tuple[Town, Twin]]:
    """A town, for as long as the block runs, and its twin."""
    async with AsyncExitStack() as stack:
        # Who waits for its turn holds what others wait for, on a slow machine for long.
        for name in ("LOCK_SECONDS", "STATEMENT_SECONDS"):
            stack.enter_context(patch.object(postgres_link, name, PATIENCE))
        # Few copies at a time, so that something may come between them.
        stack.enter_context(patch.object(announcer, "UNDER_WAY_FIRST", 2))
        house = stack.enter_context(contextmanager(small_house)(folder, POSTGRES))
        assert isinstance(house.database, PostgresDatabase)
        url = house.database.url
        look = await asyncpg.connect(cluster().text_url(url.database))
        stack.push_async_callback(look.close)
        conductor = Conductor(chance, look)
        databases, proxies = {}, {}
        for name in "abs":
            proxies[name], through = await stack.enter_async_context(proxy(url))
            databases[name] = OneByOne(through, house.tasks.hand_over)
            stack.push_async_callback(databases[name].close)
            conductor.attach(name, proxies[name])
        own = folder / "twin"
        own.mkdir()
        other = stack.enter_context(twin(own))
        stack.push_async_callback(house.database.close)
        yield Town(house, databases, proxies, conductor, chance), other


async def live(folder: Path, seed: int, most: int | None = None) -> Town:
    """One seed's town, from its first step to its last, or so many steps at most."""
    matter = list(MATTERS)[seed % len(MATTERS)]
    chance = random.Random(seed)
    async with town(folder, chance) as (found, twin):
        for number, step in enumerate(MATTERS[matter](chance)[:most]):
            try:
                await found.live(step, twin)
            except Exception as error:
                told = f"seed {seed}, {matter}, step {number}: {error}"
                raise AssertionError(told) from error
        return found
