"""Ends votes: closes what is over by the clock, and cleans up after what has ended.

What a transaction cannot do comes after it, in steps that may each be done again: note outside of
the database that the vote has ended, write the tables anew, destroy the key, and only then note
that it is clean, without which nothing is published.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from bot.domain.outside import Outside
from bot.keys import Keys
from bot.services import vote_course
from bot.work.erased import ErasedList
from storage import ballots, facts, votes
from storage.database import Connection, Database


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
        await self._database.write(vote_course.close_due, self._outside, self._keys)
        if await self._database.read(_to_clean):
            await asyncio.get_running_loop().run_in_executor(executor, self.clean_now)

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
