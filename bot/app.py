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
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.conversation import Conversations
from bot.country import load_countries
from bot.databases import make_database, make_tasks
from bot.domain.country import Country
from bot.domain.outside import Outside
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.keys import Keys
from bot.keys.votes import FOLDER as KEYS_OF_VOTES
from bot.keys.votes import VoteKeys
from bot.services import upkeep
from bot.services.pauses import Pauses
from bot.services.residents import CLEAN_FILES
from bot.services.vote_course import END_VOTES
from bot.settings import Settings, create_demo_key, read_settings
from bot.work.engine import Tasks
from bot.work.erased import ErasedList, ended_votes
from bot.work.fetching import Fetch, Fetcher
from bot.work.files import FileKeeper
from bot.work.outbox import Rates, Send, Sender
from bot.work.rounds import Rounds
from bot.work.store import DiskStore
from bot.work.vote_ending import VoteEnding
from storage import facts, media, outbox, pieces, schema
from storage import tasks as task_rows
from storage.database import Connection, Database
from storage.errors import DatabaseError, OtherEpoch, is_away
from storage.gauges import read_gauges
from storage.residents import NOTE_ERASED

logger = logging.getLogger(__name__)

LOCALES = Path(__file__).resolve().parent.parent / "locales"

DUE, RETENTION = "due", "retention"
"""Tasks that are done again and again: what falls due, and what was kept for long enough."""

DUE_SECONDS = 15.0
RETENTION_SECONDS = 6 * 3600.0
VOTES_SECONDS = 60.0

THREADS = 4


def outside() -> Outside:
    """The real clock and the system's randomness."""
    return Outside(lambda: datetime.now(UTC), os.urandom)


def read_environment(demo: bool = False) -> Settings:
    """The settings of this process. Raises `SettingsError` with everything that is wrong."""
    settings = read_settings(os.environ, Path(".env"), demo)
    return create_demo_key(settings, os.urandom) if settings.demo else settings


@dataclass(slots=True)
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
    conversations: Conversations
    store: DiskStore
    files: FileKeeper
    erased: ErasedList
    pauses: Pauses
    ended: ErasedList
    """Votes that have ended, as `erased` is of people."""

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
        try:
            return await self.database.read(read_gauges, self.outside.clock(), self.tasks.count)
        except (DBAPIError, DatabaseError):
            logger.warning("the database does not answer the metrics")
            return None


def build(settings: Settings, locales: Path = LOCALES) -> House:
    """Make everything that commands and the server share. Touches no database yet.

    Raises `CountryError` for a broken country folder.
    """
    world = outside()
    names = settings.countries or None
    countries, speeches = with_words(load_countries(locales / "countries", names), locales)
    vote_keys = VoteKeys(settings.keys / KEYS_OF_VOTES, os.urandom)
    keys = Keys(settings.secret_key, random=os.urandom, votes=vote_keys)
    executor = ThreadPoolExecutor(THREADS, thread_name_prefix="baraza")
    tasks = make_tasks(settings, world)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = make_database(settings, executor, tasks)
    store = DiskStore(settings.data / "media")
    return House(
        settings=settings,
        outside=world,
        keys=keys,
        countries=countries,
        speeches=speeches,
        executor=executor,
        tasks=tasks,
        database=database,
        conversations=Conversations(countries, speeches, keys, world),
        store=store,
        files=FileKeeper(store),
        erased=ErasedList(settings.keys, keys),
        pauses=Pauses(database, world.clock, keys),
        ended=ended_votes(settings.keys, keys),
    )


def bring_up(house: House) -> None:
    """Make sure that the tables are as this program wants them. A file is brought up to date; a
    server is used by several processes, so there `baraza db upgrade` does it, at a moment of the
    operator's choice. Raises `OldSchema`."""
    on_server = house.settings.postgres is not None
    house.database.write_now(schema.require if on_server else schema.upgrade)


@contextmanager
def opened(settings: Settings, locales: Path = LOCALES) -> Iterator[House]:
    """A house with its database up to date, for a command; closed at the end."""
    house = build(settings, locales)
    try:
        bring_up(house)
        yield house
    finally:
        house.database.close_now()
        house.executor.shutdown()


def prepare(house: House, send: Send, rates: Rates | None = None) -> Sender:
    """Register what the process does beside taking turns. `send` takes an operation to a channel,
    for the bots among `rates`.

    What an earlier process was at when it died is owed again: at once where there is only one
    process, on a server when its lease runs out.
    """
    database, tasks = house.database, house.tasks
    alone = house.settings.postgres is None
    holder = "" if alone else house.outside.random(8).hex()
    sender = Sender(database, house.keys, house.outside, send, rates, holder)
    if house.settings.postgres is None:
        database.write_now(outbox.release_all, house.outside.clock())
        database.write_now(task_rows.release_all)

    async def due(_args: Any) -> None:
        while await database.write(upkeep.do_due, house.outside):
            pass

    async def retention(_args: Any) -> None:
        await database.write(upkeep.sweep, house.outside, house.countries, False)

    async def clean_files(_args: Any) -> None:
        await house.files.erase_unused(database, house.executor)
        if not await database.checkpoint():
            raise BlockingIOError("a reader still needs the log")

    tasks.wake_on(outbox.SEND, sender.wake)
    tasks.register(DUE, due)
    tasks.register(RETENTION, retention)

    async def note_erased(resident_id: Any) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(house.executor, house.erased.add, str(resident_id))

    async def end_votes(_args: Any) -> None:
        await votes_ending(house).run(house.executor)

    tasks.register(CLEAN_FILES, clean_files)
    tasks.register(END_VOTES, end_votes)
    tasks.register(NOTE_ERASED, note_erased)
    tasks.every(DUE_SECONDS, DUE)
    tasks.every(RETENTION_SECONDS, RETENTION)
    # What a death left uncleaned is found at the start.
    tasks.every(VOTES_SECONDS, END_VOTES)
    return sender


def votes_ending(house: House) -> VoteEnding:
    """What closes votes by the clock and cleans what has ended, for the server and commands."""
    return VoteEnding(house.database, house.keys, house.outside, house.ended)


async def watch_epoch(database: Database) -> None:
    """Raises `OtherEpoch` once the database was restored: what this process remembers is over.
    A database that is away for a while is waited for."""
    known: str | None = None
    while True:
        try:
            epoch, restored = await database.read(_read_epoch)
        except Exception as error:
            if not is_away(error):
                raise
            logger.warning("the epoch cannot be read (%s)", type(error).__name__)
        else:
            if known is None and restored:
                logger.warning("restored, so nothing is sent: baraza outbox resume")
            if known not in (None, epoch):
                raise OtherEpoch
            known = epoch
        await asyncio.sleep(DUE_SECONDS)


def _read_epoch(connection: Connection) -> tuple[str, bool]:
    """Which one it is, and whether it was restored and is silent still."""
    return facts.read_epoch(connection), facts.restored(connection) is not None


def prepare_pieces(house: House) -> Rounds:
    """Register that what waits for its rest is taken when none comes."""
    take = partial(house.database.write, house.conversations.take_waited)
    rounds = Rounds("pieces", take, house.outside.clock)
    house.tasks.wake_on(pieces.PIECES, rounds.wake)
    return rounds


def prepare_fetching(house: House, fetch: Fetch) -> Fetcher:
    """Register that files are fetched after their turns. `fetch` asks the channel for one."""
    lose = house.conversations.lose_file
    fetcher = Fetcher(
        house.database, house.keys, house.outside, house.files, house.executor, fetch, lose
    )
    if house.settings.postgres is None:
        house.database.write_now(media.release_all, house.outside.clock())
    house.tasks.wake_on(media.FETCH, fetcher.wake)
    return fetcher
