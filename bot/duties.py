"""What a process that serves does beside taking turns: made of the house, handed what sends.

Apart from `bot.app`, so that a command which serves nothing does not load it.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

from bot.app import House
from bot.program import version
from bot.services import upkeep
from bot.services.news import tell_some
from bot.services.residents import CLEAN_FILES
from bot.services.vote_course import END_VOTES
from bot.work.fetching import Fetch, Fetcher
from bot.work.outbox import Rates, Send, Sender
from bot.work.rounds import Rounds
from bot.work.showing import put_shown
from bot.work.sweeping import sweep
from bot.work.vote_ending import VoteEnding
from storage import facts, media, outbox, pieces
from storage import tasks as task_rows
from storage.database import Connection, Database
from storage.errors import OtherEpoch, is_away
from storage.residents import NOTE_ERASED
from storage.tellings import TELL

logger = logging.getLogger(__name__)

DUE, RETENTION = "due", "retention"
"""Tasks that are done again and again: what falls due, and what was kept for long enough."""

DUE_SECONDS = 15.0
RETENTION_SECONDS = 6 * 3600.0
VOTES_SECONDS = 60.0


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
    if alone:
        database.write_now(outbox.release_all, house.outside.clock())
        database.write_now(task_rows.release_all)
    # Before anybody reads: a place or a word may be hidden that was not before.
    put_shown(database, house.countries, version())

    async def due(_args: Any) -> None:
        while await database.write(upkeep.do_due, house.outside):
            pass

    async def retention(_args: Any) -> None:
        await sweep(database, house.outside, house.countries)

    async def clean_files(_args: Any) -> None:
        await house.files.erase_unused(database, house.executor)
        if not await database.checkpoint():
            raise BlockingIOError("a reader still needs the log")

    if rates != {}:
        # Who sends for nobody need not hear of what is owed.
        tasks.wake_on(outbox.SEND, sender.wake)
    tasks.register(DUE, due)
    tasks.register(RETENTION, retention)

    async def note_erased(resident_id: Any) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(house.executor, house.erased.add, str(resident_id))

    async def end_votes(_args: Any) -> None:
        await votes_ending(house).run(house.executor)

    async def tell(_args: Any) -> None:
        await database.write(tell_some, house.outside, house.conversations.begin)

    tasks.register(TELL, tell)
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
