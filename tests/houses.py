"""A small house for tests: the real parts over a real file, with clock and chance handed in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.conversation import Conversations
from bot.domain.country import Country
from bot.domain.inbound import Inbound, Input
from bot.domain.outside import Outside
from bot.i18n import Speech
from bot.keys import Keys
from bot.keys.votes import VoteKeys
from bot.services.web_town import WebTown
from bot.work.tasks import EmbeddedTasks
from storage import schema
from storage.database import Database
from storage.later import Kick
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from tests import read_once
from tests.postgres import SQLITE, cluster, empty_town

LOCALES = read_once.LOCALES
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECRET = "a secret of forty signs that tests may know"


def served() -> tuple[dict[str, Country], dict[str, Speech]]:
    """The countries of the repository with their words, read once."""
    return read_once.words(read_once.countries(LOCALES / "countries"), LOCALES)


@lru_cache(maxsize=1)
def migrated_file() -> bytes:
    """An empty database at the newest revision, to be copied for each test."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        with ThreadPoolExecutor(1) as executor:
            database = SqliteDatabase(path, executor, lambda connection, kicks: None)
            database.write_now(schema.upgrade)
            database.checkpoint_now()
            database.close_now()
        return path.read_bytes()


@dataclass(slots=True)
class SmallHouse:
    """What a test of turns and services needs. The clock stands until `later`."""

    path: Path
    """Of the file on SQLite; on PostgreSQL nothing stands there."""
    database: Database
    countries: dict[str, Country]
    speeches: dict[str, Speech]
    keys: Keys
    conversations: Conversations
    outside: Outside
    tasks: EmbeddedTasks
    now: datetime = START
    kicks: list[Kick] = field(default_factory=list)
    updates: int = 0

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def inbound(
        self, input: Input, *, who: str = "ana", country: str = "uruguay", language: str = "en"
    ) -> Inbound:
        """The next update of somebody in the web chat."""
        self.updates += 1
        return Inbound(
            bot=f"{country}/web",
            country=country,
            channel="web",
            address=who,
            update=f"update {self.updates}",
            input=input,
            language=language,
            echo=True,
        )

    def take(
        self, *inputs: Input, who: str = "ana", country: str = "uruguay", language: str = "en"
    ) -> None:
        """Take one turn for each input."""
        for input in inputs:
            inbound = self.inbound(input, who=who, country=country, language=language)
            self.database.write_now(self.conversations.take_turn, inbound)

    def web_town(self) -> WebTown:
        """The house as the web chat sees it, with nobody who listens for news."""
        turn, clock = self.conversations.take_turn, self.outside.clock
        return WebTown(self.database, self.keys, turn, clock, asyncio.Event)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.write_now(
            lambda connection: [tuple(row) for row in connection.execute(text(sql))]
        )

    def count(self, sql: str) -> int:
        """The number that a statement comes to; 0 for none."""
        [(number,)] = self.rows(sql) or [(0,)]
        return int(number or 0)


@asynccontextmanager
async def open_house(folder: Path, engine: str) -> AsyncIterator[SmallHouse]:
    """`small_house` for tests that read and write in the event loop, on either database."""
    for house in small_house(folder, engine):
        yield house
        await house.database.close()


def small_house(folder: Path, engine: str = SQLITE, town: str = "") -> Iterator[SmallHouse]:
    """A house over a fresh file in a folder, or an empty database of the tests' server; closed at
    the end. `town` names a database of its own there, for a house beside those of other tests."""
    path = folder / "town.db"
    if engine == SQLITE:
        path.write_bytes(migrated_file())
    chance = random.Random(1)
    house: list[SmallHouse] = []
    outside = Outside(lambda: house[0].now, chance.randbytes)
    tasks = EmbeddedTasks(outside)
    countries, speeches = served()
    votes = VoteKeys(folder / "keys", chance.randbytes)
    keys = Keys(SECRET, random=chance.randbytes, votes=votes)
    with ThreadPoolExecutor(2) as executor:
        database: Database
        if engine == SQLITE:
            database = SqliteDatabase(path, executor, tasks.hand_over)
        else:
            database = PostgresDatabase(cluster().url(town or empty_town()), tasks.hand_over)
        conversations = Conversations(countries, speeches, keys, outside)
        house.append(
            SmallHouse(path, database, countries, speeches, keys, conversations, outside, tasks)
        )
        yield house[0]
        database.close_now()
