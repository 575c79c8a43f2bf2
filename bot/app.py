"""The one place where objects are made and handed to each other, and where the clock is read."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.country import country_names, load_countries
from bot.databases import make_database, make_tasks, open_folder
from bot.domain.country import Country
from bot.domain.outside import Outside
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.keys import Keys
from bot.keys.votes import FOLDER as KEYS_OF_VOTES
from bot.keys.votes import VoteKeys
from bot.settings import Settings, SettingsError, create_demo_key, read_settings, unknown_countries
from bot.work.engine import Tasks
from bot.work.erased import ErasedList, ended_votes
from bot.work.store import DiskStore
from storage import facts, schema
from storage.database import Database
from storage.errors import DatabaseError

if TYPE_CHECKING:
    from bot.conversation import Conversations
    from bot.services.pauses import Pauses
    from bot.work.files import FileKeeper

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).resolve().parent.parent / "locales"

THREADS = 4


def outside() -> Outside:
    """The real clock and the system's randomness."""
    return Outside(lambda: datetime.now(UTC), os.urandom)


def read_environment(demo: bool = False) -> Settings:
    """The settings of this process. Raises `SettingsError` with everything that is wrong."""
    there = country_names(LOCALES / "countries")
    settings = read_settings(os.environ, Path(".env"), demo, there)
    if not settings.demo:
        return settings
    open_folder(settings)
    return create_demo_key(settings, os.urandom)


@dataclass
class House:
    """Everything that one process is made of, but for its channels."""

    settings: Settings
    outside: Outside
    keys: Keys
    countries: Mapping[str, Country]
    speeches: Mapping[str, Speech]
    executor: Executor
    tasks: Tasks
    database: Database
    store: DiskStore
    erased: ErasedList
    ended: ErasedList
    """Votes that have ended, as `erased` is of people."""

    # What most commands never ask for is loaded by those that do.

    @cached_property
    def files(self) -> FileKeeper:
        """Takes in files that residents send, and erases what nobody refers to."""
        from bot.work.files import FileKeeper

        return FileKeeper(self.store)

    @cached_property
    def pauses(self) -> Pauses:
        """When channels asked for silence, as far as this process knows."""
        from bot.services.pauses import Pauses

        return Pauses(self.database, self.outside.clock, self.keys)

    @cached_property
    def conversations(self) -> Conversations:
        """What takes turns."""
        from bot.conversation import Conversations

        return Conversations(self.countries, self.speeches, self.keys, self.outside)

    async def open_file(self, name: str) -> bytes | None:
        """What the media store has under a name; None when it is gone."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.executor, self.files.open, name)

    async def is_ready(self) -> bool:
        """Whether the database answers."""
        try:
            await self.database.read(schema.revision)
        except (DBAPIError, DatabaseError):
            logger.exception("the database does not answer")
            return False
        return True

    async def gauges(self) -> Mapping[str, float] | None:
        """What the database tells of itself; None while it does not answer."""
        from storage.gauges import read_gauges

        try:
            return await self.database.read(read_gauges, self.outside.clock(), self.tasks.count)
        except (DBAPIError, DatabaseError):
            logger.warning("the database does not answer the metrics")
            return None


def served_countries(settings: Settings, locales: Path = LOCALES) -> tuple[str, ...]:
    """The keys of the countries that are served. Raises `SettingsError` for one that is none."""
    there = country_names(locales / "countries")
    if unknown := unknown_countries(settings.countries, there):
        raise SettingsError(unknown)
    return settings.countries or tuple(there)


def build(settings: Settings, locales: Path = LOCALES) -> House:
    """Make everything that commands and the server share. Touches no database yet.

    Raises `CountryError` for a broken country folder, `SettingsError` for one that is not there
    and for a data folder that will not do.
    """
    open_folder(settings)
    world = outside()
    names = served_countries(settings, locales)
    countries, speeches = with_words(load_countries(locales / "countries", names), locales)
    vote_keys = VoteKeys(settings.keys / KEYS_OF_VOTES, os.urandom)
    keys = Keys(settings.secret_key, random=os.urandom, votes=vote_keys)
    executor = ThreadPoolExecutor(THREADS, thread_name_prefix="baraza")
    tasks = make_tasks(settings, world)
    database = make_database(settings, tasks)
    return House(
        settings=settings,
        outside=world,
        keys=keys,
        countries=countries,
        speeches=speeches,
        executor=executor,
        tasks=tasks,
        database=database,
        store=DiskStore(settings.data / "media"),
        erased=ErasedList(settings.keys, keys),
        ended=ended_votes(settings.keys, keys),
    )


def bring_up(house: House, *, moved: bool = False) -> None:
    """Make sure that the tables are as this program wants them. A file is brought up to date; a
    server is used by several processes, so there `baraza db upgrade` does it, at a moment of the
    operator's choice. Raises `OldSchema`, and `Moved` unless the town may have `moved` away."""
    on_server = house.settings.postgres is not None
    house.database.write_now(schema.require if on_server else schema.upgrade)
    if not moved:
        house.database.write_now(facts.require_here)


@contextmanager
def opened(settings: Settings, locales: Path = LOCALES, *, moved: bool = False) -> Iterator[House]:
    """A house with its database up to date, for a command; closed at the end."""
    house = build(settings, locales)
    try:
        bring_up(house, moved=moved)
        yield house
    finally:
        house.database.close_now()
        house.executor.shutdown()
