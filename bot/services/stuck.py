"""Updates whose turn fails: tried a few times, then set aside, so that they block no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.domain.messages import _
from bot.keys import Keys
from bot.services import votes
from bot.services.news import tell_resident
from bot.services.residents import ADDRESS, find_person
from storage import stuck
from storage.database import Connection, Database
from storage.errors import is_away
from storage.later import apart

logger = logging.getLogger(__name__)

STUCK = "stuck update"
"""The keys' purpose for updates that were set aside."""

RETRY = "retry update"
"""The task that tries one of them again; its arguments are `bot` and `update`."""

TRIES = 4
"""So often is an update tried, over restarts and repeats, before it is set aside."""


SORRY = _(
    "Sorry, something went wrong here, and your last message could not be used. "
    "Please try again later."
)
"""To whoever sent an update that is set aside."""


class Away(Exception):
    """The database, the disk or the network is away: not the update's fault, and it passes."""


@contextmanager
def _told_apart() -> Iterator[None]:
    """`Away` for what the database's absence came to; a mistake is raised as it is."""
    try:
        yield
    except Exception as failure:
        if is_away(failure):
            raise Away(type(failure).__name__) from failure
        raise


class StuckBook:
    """Counts failures in the database, and keeps what was set aside, sealed."""

    def __init__(self, database: Database, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock

    async def note(
        self, bot: str, update: str, raw: bytes, address: str | None, error: Exception, most: int
    ) -> bool:
        """Count a failure of an update. Whether it is set aside now, which it is from `most` on.

        `address` is whose update it is, where that is known. Of somebody who is in a vote nothing
        is kept but the count: their words could name a choice, and this seal outlives the vote's
        key. Raises `Away` for a failure that is
        not the update's fault, and when the count itself cannot be kept.
        """
        if is_away(error):
            raise Away(type(error).__name__) from error
        with _told_apart():
            tries = await self._database.write(self._note, bot, update, raw, address, error, most)
        return tries >= most

    async def settle(self, bot: str, update: str) -> None:
        """It was taken after all. Raises `Away` when that cannot be kept: it may come again."""
        with _told_apart():
            await self._database.write(stuck.drop, bot, update)

    async def find(self, bot: str, update: str) -> bytes | None:
        """The update as it came; None when it is gone or was not kept. Raises `KeysError` when it
        cannot be opened."""
        return await self._database.write(self._find, bot, update)

    # In the transaction

    def _apologise(self, connection: Connection, bot: str, address: str) -> None:
        """Nobody is met with silence; whom we do not know yet we cannot write to."""
        try:
            with apart(connection):
                self._tell(connection, bot, address)
        except Exception as error:
            if is_away(error):
                raise
            # The update is set aside: what fails here must not bring it back.
            logger.exception("nobody was told that an update was set aside")

    def _tell(self, connection: Connection, bot: str, address: str) -> None:
        person = find_person(connection, self._keys, bot, address)
        if person is not None:
            tell_resident(
                connection, person.resident_id, (SORRY,), self._clock(), even_if_stopped=True
            )

    def _note(
        self,
        connection: Connection,
        bot: str,
        update: str,
        raw: bytes,
        address: str | None,
        error: Exception,
        most: int,
    ) -> int:
        tries = stuck.note_failure(
            connection,
            bot=bot,
            update_id=update,
            reason=type(error).__name__,
            hash=None if address is None else self._keys.find(ADDRESS, f"{bot}:{address}"),
            sealed=self._sealed(connection, bot, update, raw, address),
            key_id=self._keys.key_id,
            most=most,
            now=self._clock(),
        )
        # Once, when it is set aside (the operator may try it again any number of times), and in
        # one with it: who died in between would find it counted, and say nothing any more.
        if address is not None and tries == most:
            self._apologise(connection, bot, address)
        return tries

    def _sealed(
        self, connection: Connection, bot: str, update: str, raw: bytes, address: str | None
    ) -> bytes:
        person = None if address is None else find_person(connection, self._keys, bot, address)
        if not raw or (person is not None and votes.is_voter(connection, person.resident_id)):
            return stuck.NOTHING
        return self._keys.seal(STUCK, raw, f"{bot}:{update}".encode())

    def _find(self, connection: Connection, bot: str, update: str) -> bytes | None:
        found = stuck.sealed_update(connection, bot, update)
        if found is None or found.sealed == stuck.NOTHING:
            return None
        aad = f"{bot}:{update}".encode()
        return self._keys.open(STUCK, found.sealed, found.key_id, aad)
