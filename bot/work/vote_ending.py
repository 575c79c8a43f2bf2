"""Ends votes: closes what is over by the clock, and cleans up after what has ended.

What a transaction cannot do comes after it, in steps that may each be done again: note outside of
the database that the vote has ended, write the tables anew, destroy the key, and only then note
that it is clean, without which nothing is published.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor

from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.services import vote_course
from bot.services.vote_course import Opened
from bot.work.erased import ErasedList
from storage import ballots, facts, votes
from storage.database import Connection, Database

OPENED_MOST = 1000
"""Ballots that are read at once to be opened."""


class VoteEnding:
    """`ended` is the list of votes that a restore must not open again."""

    def __init__(
        self, database: Database, keys: Keys, outside: Outside, ended: ErasedList
    ) -> None:
        self._database = database
        self._keys = keys
        self._outside = outside
        self._ended = ended

    async def run(self, executor: Executor) -> None:
        """Close and clean whatever is to be. Raises `BlockingIOError` where it must wait."""
        loop = asyncio.get_running_loop()
        if due := await self._database.read(vote_course.votes_due, self._outside):
            opened = {code: await self._open(executor, code) for code in due}
            await loop.run_in_executor(executor, self._close_now, opened)
        if await self._database.read(_to_clean):
            await loop.run_in_executor(executor, self.clean_now)

    def _close_now(self, opened: Mapping[str, Opened]) -> None:
        self._database.write_now(vote_course.close_due, self._outside, self._keys, opened)

    async def _open(self, executor: Executor, code: str) -> Opened:
        """Open a vote's ballots beside the writing. Without its key none: the close tells why."""
        loop = asyncio.get_running_loop()
        opened: dict[tuple[bytes, bytes], tuple[str, str]] = {}
        after = b""
        try:
            key = await loop.run_in_executor(executor, self._keys.votes.read, code)
        except (KeysError, OSError):
            return opened
        while some := await self._database.read(ballots.some_ballots, code, after, OPENED_MOST):
            opened |= await loop.run_in_executor(
                executor, vote_course.open_ballots, key, code, some
            )
            after = some[-1][0]
        return opened

    def open_now(self, code: str) -> Opened:
        """As `run` does before a close, for a command. Blocks."""
        try:
            key = self._keys.votes.read(code)
        except (KeysError, OSError):
            return {}
        return vote_course.open_ballots(
            key, code, self._database.read_now(ballots.read_ballots, code)
        )

    def clean_now(self) -> list[str]:
        """Clean up after every vote that has ended; their codes. Blocks.

        Raises `BlockingIOError` when somebody still needs old pages, and `OSError` for a key that
        cannot be destroyed, when all others are clean.
        """
        codes = self._database.read_now(_to_clean)
        if not codes:
            return []
        for code in codes:
            self._ended.add(code)
        if not self._database.compact_now(ballots.SECRET_TABLES):
            raise BlockingIOError("somebody still needs old pages of the database")
        clean: list[str] = []
        failed: list[OSError] = []
        for code in codes:
            try:
                self._keys.votes.destroy(code)
            except OSError as error:
                failed.append(error)
            else:
                clean.append(code)
        self._database.write_now(votes.mark_cleaned, clean, self._outside.clock())
        if failed:
            raise failed[0]
        return clean


def _to_clean(connection: Connection) -> list[str]:
    """After a restore nothing, until the operator has said what is to become of it."""
    return [] if facts.restored(connection) is not None else votes.to_clean(connection)
