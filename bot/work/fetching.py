"""Fetches the files that residents sent, after their turns: downloads, cleans and keeps them.

The ledger is the files' own rows. A file whose row is gone meanwhile (its owner was forgotten, its
draft was left) is not kept: the next cleaning erases what was put down for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta

from bot.domain.files import (
    BYTES_MOST,
    FAILED,
    NOT_FETCHED,
    REFUSED,
    Fetched,
    Fetching,
    Lost,
    NotYet,
)
from bot.domain.inbound import Attachment
from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.services.residents import CLEAN_FILES, FILE
from bot.work.files import FileKeeper
from bot.work.receipts import backoff
from bot.work.rounds import Rounds
from storage import later, media, reports
from storage.database import Connection, Database
from storage.media import Waiting

logger = logging.getLogger(__name__)

AT_ONCE = 4
"""Files that are fetched side by side: one that hangs holds up no other."""

SECONDS_MOST = 60.0
"""So long one download may take. Shorter than the lease (`storage.media.LEASE`)."""

TRIED_FOR = timedelta(hours=24)
"""A file that could not be had for so long is given up, and its sender told."""

Fetch = Callable[[str, str, int], Awaitable[Fetching]]
"""Bot, what its channel calls the file, and how many bytes are read at most."""

GiveUp = Callable[[Connection, Waiting, str, str], None]
"""Within a transaction: the file's row, its end state and the reason. Tells its sender."""


class Fetcher:
    """Runs in a process that has the bots. Keeps nothing that the rows do not say."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        outside: Outside,
        keeper: FileKeeper,
        executor: Executor,
        fetch: Fetch,
        give_up: GiveUp,
    ) -> None:
        self._database = database
        self._keys = keys
        self._outside = outside
        self._keeper = keeper
        self._executor = executor
        self._fetch = fetch
        self._give_up = give_up
        self._rounds = [
            Rounds("fetching", self.fetch_next, outside.clock) for _number in range(AT_ONCE)
        ]

    def wake(self) -> None:
        """There may be something to fetch. Call in the event loop."""
        for rounds in self._rounds:
            rounds.wake()

    async def run(self) -> None:
        """Fetch for as long as the process lives."""
        async with asyncio.TaskGroup() as group:
            for rounds in self._rounds:
                group.create_task(rounds.run())

    async def fetch_next(self) -> bool | datetime | None:
        """Fetch one file that is due. True when there was one, else when there will be one."""
        taken = await self._database.write(_take, self._outside.clock())
        if not isinstance(taken, Waiting):
            return taken
        got = await self._have(taken)
        if isinstance(got, Attachment):
            try:
                kept = await self._database.write(_keep, taken.id, got)
            finally:
                self._keeper.settle(got.name)
            if not kept:
                # Forgotten while it was fetched: what was put down for it goes at once.
                await self._database.write(later.kick, CLEAN_FILES, dedupe=CLEAN_FILES)
        elif isinstance(got, Lost):
            state = FAILED if got.reason == NOT_FETCHED else REFUSED
            logger.info("file %s is given up (%s)", taken.id, got.reason)
            await self._database.write(self._lose, taken.id, state, got.reason)
        else:
            logger.info("file %s could not be fetched yet (%s)", taken.id, got.reason)
            wait = timedelta(seconds=got.seconds) or backoff(taken.attempts)
            due = self._outside.clock() + wait
            await self._database.write(media.put_off, taken.id, due, got.reason)
        return True

    async def _have(self, taken: Waiting) -> Attachment | Lost | NotYet:
        """Download and clean, and put it in the store."""
        got: Attachment | Lost | NotYet
        try:
            got = await self._get(taken)
        except Exception:
            logger.exception("file %s could not be taken", taken.id)
            got = NotYet("failing")
        if isinstance(got, NotYet) and self._outside.clock() - taken.created_at >= TRIED_FOR:
            return Lost(NOT_FETCHED)
        return got

    async def _get(self, taken: Waiting) -> Attachment | Lost | NotYet:
        try:
            name = self._keys.open(FILE, taken.file, taken.key_id, taken.bot.encode()).decode()
        except KeysError:
            logger.exception("what the channel calls file %s cannot be opened", taken.id)
            return Lost(NOT_FETCHED)
        most = BYTES_MOST[taken.kind]
        try:
            async with asyncio.timeout(SECONDS_MOST):
                fetched = await self._fetch(taken.bot, name, most)
        except TimeoutError:
            fetched = NotYet("slow")
        match fetched:
            case Fetched(data) if len(data) > most:
                return Lost("too_large")
            case Fetched(data):
                return await self._clean(data, taken)
            case _:
                return fetched

    async def _clean(self, data: bytes, taken: Waiting) -> Attachment | Lost:
        loop = asyncio.get_running_loop()
        kept = await loop.run_in_executor(self._executor, self._keeper.take, data, taken.type)
        if not isinstance(kept, Attachment):
            return Lost(kept.reason)
        if kept.kind != taken.kind:
            # A sound that calls itself a picture, or the other way round.
            self._keeper.settle(kept.name)
            return Lost("broken")
        return kept

    def _lose(self, connection: Connection, id: str, state: str, reason: str) -> None:
        now = media.find_waiting(connection, id)
        if now is not None:
            self._give_up(connection, now, state, reason)


def _take(connection: Connection, now: datetime) -> Waiting | datetime | None:
    return media.take_due(connection, now) or media.next_due(connection)


def _keep(connection: Connection, id: str, kept: Attachment) -> bool:
    """Whether anybody still waits for it."""
    now = media.find_waiting(connection, id)
    if now is None:
        return False
    media.keep(
        connection, id, name=kept.name, type=kept.type, size=kept.size, seconds=kept.seconds
    )
    if now.report_id is not None:
        # Nobody has looked at it: what was cleared before is not all there is now.
        reports.set_cleared(connection, now.report_id, None)
    return True
