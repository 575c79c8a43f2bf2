"""One town on PostgreSQL, in which two things always happen at once, and twins of it on SQLite, in
which they happen one after the other, each way round.

Whatever the order of statements, and whatever commit is not answered, the town must come to what
one of its twins came to: nobody's turn saw half of another's, nothing was done twice or lost, and
everybody was told everything once, in order.
"""

from __future__ import annotations

import random
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import Connection, select

from bot.domain.inbound import Command, Inbound, Text
from bot.domain.operations import Operation, Receipt, Sent
from bot.domain.reports import Status
from bot.services import moderation, upkeep
from bot.services.moderation import Change
from bot.work.outbox import Sender
from storage import postgres_link
from storage.database import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from storage.tables import Report
from tests.houses import SmallHouse, small_house
from tests.interleave.conductor import Conductor
from tests.interleave.outcome import DRAWN, outcome
from tests.postgres import POSTGRES, cluster
from tests.postgres_proxy import Cut, Proxy, proxy

DOOR = ("/start", "English", "yes")
REPORT = (
    "report", "full bin", "it smells", "Palermo", "by the market", "skip", "this week",
    "not sure", "yes",
)  # fmt: skip
DETOURS = ("back", "menu", "help", "language", "3", "my", "privacy", "/stop", "hello", "report")
FAREWELL = ("forget me", "yes")

PATIENCE = 600

UNANSWERED = 0.2
"""How likely it is in each step that a commit is not answered."""

Act = Callable[[SmallHouse, Connection], object]
Outcome = tuple[dict[str, list[str]], dict[str, list[str]]]
"""Of each table its rows, and to each address what was sent to it, in order."""


@dataclass(slots=True)
class Channel:
    """Takes whatever is sent."""

    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(
        self, _bot: str, address: str, owed: Sequence[tuple[str, Operation]], _language: str
    ) -> Sequence[Receipt]:
        self.heard[address].append(DRAWN.sub("…", str(owed[0][1])))
        return [Sent(owed[0][0])]


@dataclass(slots=True)
class Twin:
    """The same town in a file, where one thing happens after the other."""

    house: SmallHouse
    channel: Channel
    executor: ThreadPoolExecutor

    async def live(self, *acts: Act) -> Outcome:
        for act in acts:
            await self.house.database.write(_act, self.house, act)
        await send_all(self.house.database, self.house, self.channel)
        return await self.house.database.read(outcome), dict(self.channel.heard)

    async def become(self, other: Twin) -> None:
        """All that the other is."""
        for twin in (self, other):
            await twin.house.database.close()
        shutil.copyfile(other.house.path, self.house.path)
        for twin in (self, other):
            twin.house.database = SqliteDatabase(
                twin.house.path, twin.executor, twin.house.tasks.hand_over
            )
        self.channel.heard.clear()
        for address, texts in other.channel.heard.items():
            self.channel.heard[address] = list(texts)


async def send_all(database: Database, house: SmallHouse, channel: Channel) -> None:
    sender = Sender(database, house.keys, house.outside, channel.send)
    while await sender.send_ready():
        continue


def turn(who: str, update: str, words: str) -> Act:
    """Somebody says something in the web chat."""
    said = Command(words[1:]) if words.startswith("/") else Text(words)
    inbound = Inbound(
        bot="uruguay/web", country="uruguay", channel="web", address=who, update=update,
        input=said, language="en",
    )  # fmt: skip
    return lambda house, connection: house.conversations.take_turn(connection, inbound)


def change(status: Status) -> Act:
    """An organiser changes the first report, where there is one."""

    def do(house: SmallHouse, connection: Connection) -> None:
        code = connection.scalar(select(Report.code).order_by(Report.created_at).limit(1))
        if code is not None:
            moderation.change_report(
                connection, house.outside, "shell:ana", code, Change(status),
                house.conversations.begin,
            )  # fmt: skip

    return do


def due(house: SmallHouse, connection: Connection) -> None:
    """What falls due is done."""
    upkeep.do_due(connection, house.outside)


@dataclass(slots=True)
class Town:
    """`live` takes one step; what differs from both twins is raised."""

    house: SmallHouse
    databases: dict[str, PostgresDatabase]
    proxies: dict[str, Proxy]
    conductor: Conductor
    chance: random.Random
    channel: Channel = field(default_factory=Channel)
    steps: int = 0
    cuts: int = 0
    orders: set[str] = field(default_factory=set)

    async def live(self, first: Act, second: Act, twins: tuple[Twin, Twin]) -> None:
        """Two acts at once, while a sender sends; then all that is owed."""
        for house in (self.house, *(twin.house for twin in twins)):
            house.later(seconds=20)
        if self.chance.random() < UNANSWERED:
            self.cuts += 1
            self.proxies[self.chance.choice("abs")].cuts.append(self.chance.choice(list(Cut)))
        await self.conductor.play(
            {
                "a": self._write("a", first),
                "b": self._write("b", second),
                "s": send_all(self.databases["s"], self.house, self.channel),
            }
        )
        self.steps += 1
        self.orders.add(self.conductor.order)
        for between in self.proxies.values():
            between.cuts.clear()
        await send_all(self.house.database, self.house, self.channel)
        found = await self.house.database.read(outcome), dict(self.channel.heard)
        one, other = twins
        expected = await one.live(first, second), await other.live(second, first)
        assert found in expected, f"{self.conductor.order}: {differences(found, expected)}"
        if expected[0] != expected[1]:
            right, wrong = (one, other) if found == expected[0] else (other, one)
            await wrong.become(right)

    def _write(self, name: str, act: Act) -> Coroutine[Any, Any, object]:
        return self.databases[name].write(_act, self.house, act)


def _act(connection: Connection, house: SmallHouse, act: Act) -> object:
    return act(house, connection)


def differences(found: Outcome, expected: tuple[Outcome, Outcome]) -> str:
    """What stands here and not in a twin, or there and not here, for each of the two."""
    lines = []
    for number, twin in enumerate(expected):
        for mine, theirs in zip(found, twin, strict=True):
            for name in mine.keys() | theirs.keys():
                own, other = mine.get(name, []), theirs.get(name, [])
                lines += [f"{number} +{name}: {line}" for line in own if line not in other]
                lines += [f"{number} -{name}: {line}" for line in other if line not in own]
                if own != other and sorted(own) == sorted(other):
                    lines.append(f"{number} {name}: in another order")
    return "\n".join(lines)


@asynccontextmanager
async def town(
    folder: Path, chance: random.Random
) -> AsyncIterator[tuple[Town, tuple[Twin, Twin]]]:
    """A town, for as long as the block runs, and its twins."""
    async with AsyncExitStack() as stack:
        # Who waits for its turn holds what others wait for, on a slow machine for long.
        for name in ("LOCK_SECONDS", "STATEMENT_SECONDS"):
            stack.enter_context(patch.object(postgres_link, name, PATIENCE))
        house = stack.enter_context(contextmanager(small_house)(folder, POSTGRES))
        assert isinstance(house.database, PostgresDatabase)
        url = house.database.url
        look = await asyncpg.connect(cluster().text_url(url.database))
        stack.push_async_callback(look.close)
        conductor = Conductor(chance, look)
        stack.enter_context(conductor.listening())
        databases, proxies = {}, {}
        for name in "abs":
            proxies[name], through = await stack.enter_async_context(proxy(url))
            databases[name] = PostgresDatabase(through, house.tasks.hand_over)
            stack.push_async_callback(databases[name].close)
            conductor.attach(name, databases[name])
        twins = []
        for name in ("one", "other"):
            own = folder / name
            own.mkdir()
            twin = stack.enter_context(contextmanager(small_house)(own))
            executor = stack.enter_context(ThreadPoolExecutor(1))
            stack.push_async_callback(_close, twin)
            twins.append(Twin(twin, Channel(), executor))
        stack.push_async_callback(house.database.close)
        yield Town(house, databases, proxies, conductor, chance), (twins[0], twins[1])


async def _close(house: SmallHouse) -> None:
    await house.database.close()


def steps(chance: random.Random) -> list[tuple[Act, Act]]:
    """What two residents and an organiser do, two things at a time; the first of a resident's two
    messages was sent first, whichever process comes to it first."""
    numbers = iter(range(10_000))

    def say(who: str, words: str) -> Act:
        return turn(who, f"update {next(numbers)}", words)

    lines = {who: _line(chance) for who in ("ana", "ben")}
    pairs: list[tuple[Act, Act]] = []
    while any(lines.values()):
        who = chance.choice([who for who, line in lines.items() if line])
        first = say(who, lines[who].pop(0))
        others = [other for other, line in lines.items() if line]
        drawn = chance.random()
        if drawn < 0.15:
            second = first
        elif drawn < 0.25 or not others:
            second = chance.choice((due, change(chance.choice((Status.SEEN, Status.DONE)))))
        else:
            # Mostly one resident's two messages: those are the turns that must not meet.
            other = who if lines[who] and drawn < 0.8 else chance.choice(others)
            second = say(other, lines[other].pop(0))
        pairs.append((first, second))
    return pairs


def _line(chance: random.Random) -> list[str]:
    line = [*DOOR, *REPORT]
    for _detour in range(chance.randrange(4)):
        line.insert(chance.randrange(len(line) + 1), chance.choice(DETOURS))
    if chance.random() < 0.3:
        line += [*FAREWELL, *DOOR]
    return line


async def live(folder: Path, seed: int) -> Town:
    """One seed's town, from its first step to its last."""
    chance = random.Random(seed)
    async with town(folder, chance) as (found, twins):
        for number, (first, second) in enumerate(steps(chance)):
            try:
                await found.live(first, second, twins)
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, step {number}: {error}") from error
        return found
