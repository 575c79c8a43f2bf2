"""What the web chat is handed: turns to take, and the sealed history of each browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.domain.inbound import Attachment, Inbound
from bot.domain.inbox import Entry
from bot.keys import Keys
from bot.services.residents import ADDRESS
from storage import addresses, inbox, outbox, residents
from storage.database import Connection, Database

INBOX = "inbox"
"""The keys' purpose for what stands in a browser's history."""

HISTORY = 200
"""Entries that a page shows at most."""

_SETTLE_SECONDS = 0.02


class WebTown:
    """Turns and inboxes over the database. `take_turn` is the conversation's."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        take_turn: Callable[[Connection, Inbound], None],
        clock: Callable[[], datetime],
        settle_file: Callable[[str], None] = lambda name: None,
    ) -> None:
        """`settle_file` is told when the turn that brought a file is over."""
        self._database = database
        self._keys = keys
        self._take_turn = take_turn
        self._clock = clock
        self._settle_file = settle_file

    async def take(self, inbound: Inbound) -> None:
        """Take one turn; it is committed when this returns. Replies come through the outbox."""
        try:
            await self._database.write(self._take_turn, inbound)
        finally:
            if isinstance(inbound.input, Attachment):
                self._settle_file(inbound.input.name)

    async def settled(self, bot: str, address: str, seconds: float) -> None:
        """Wait until nothing is owed to this address, or the time is over."""
        left = seconds
        while left > 0 and await self._database.read(self._owed, bot, address) > 0:
            await asyncio.sleep(_SETTLE_SECONDS)
            left -= _SETTLE_SECONDS

    async def entries(self, bot: str, address: str, after: int = 0) -> list[Entry]:
        """The inbox in the order of its numbers, from those above `after` on."""
        sealed = await self._database.read(self._sealed, bot, address, after)
        return [self._open(bot, item) for item in sealed]

    async def keep(
        self, bot: str, address: str, entries: Sequence[Entry], operation_id: str
    ) -> int:
        """Store new entries and return the last one's number.

        Operations come in order, and each is taken once: 0 for one that was taken before.
        """
        return await self._database.write(self._keep, bot, address, entries, operation_id)

    async def put_out(
        self, bot: str, address: str, conversation: str, serial: int, operation_id: str
    ) -> None:
        """Close a question's buttons, if it is there."""
        await self._database.write(self._put_out, bot, address, conversation, serial, operation_id)

    async def wipe(self, bot: str, address: str, operation_id: str = "") -> None:
        """Remove every entry of this address. Without an operation, at the browser's wish."""
        await self._database.write(self._wipe, bot, address, operation_id)

    async def own_data(self, bot: str, address: str) -> bytes | None:
        """Everything that is kept of whoever is behind this address, as JSON for people to read;
        None for nobody."""
        return await self._database.read(self._own_data, bot, address)

    # In the transaction

    def _address(self, connection: Connection, bot: str, address: str) -> str | None:
        for hash in self._keys.find_any(ADDRESS, f"{bot}:{address}"):
            found = addresses.find_address(connection, bot, hash)
            if found is not None:
                return found
        return None

    def _owed(self, connection: Connection, bot: str, address: str) -> int:
        found = self._address(connection, bot, address)
        return 0 if found is None else outbox.open_count(connection, found)

    def _sealed(
        self, connection: Connection, bot: str, address: str, after: int
    ) -> list[inbox.Sealed]:
        found = self._address(connection, bot, address)
        return [] if found is None else inbox.entries(connection, found, after, HISTORY)

    def _open(self, bot: str, item: inbox.Sealed) -> Entry:
        plain = self._keys.open(INBOX, item.sealed, item.key_id, bot.encode())
        entry = msgspec.json.decode(plain, type=Entry)
        return replace(entry, number=item.number, open=item.open)

    def _keep(
        self,
        connection: Connection,
        bot: str,
        address: str,
        entries: Sequence[Entry],
        operation_id: str,
    ) -> int:
        found = self._address(connection, bot, address)
        if found is None or not inbox.take_operation(connection, found, int(operation_id)):
            return 0
        number = 0
        for entry in entries:
            number = inbox.keep(
                connection,
                address_id=found,
                sealed=self._keys.seal(INBOX, msgspec.json.encode(entry), bot.encode()),
                key_id=self._keys.key_id,
                conversation=entry.conversation,
                serial=entry.serial,
                open=entry.open,
                fleeting=entry.fleeting,
                now=self._clock(),
            )
        return number

    def _put_out(
        self,
        connection: Connection,
        bot: str,
        address: str,
        conversation: str,
        serial: int,
        operation_id: str,
    ) -> None:
        found = self._address(connection, bot, address)
        if found is not None and inbox.take_operation(connection, found, int(operation_id)):
            inbox.put_out(connection, found, conversation, serial)

    def _wipe(self, connection: Connection, bot: str, address: str, operation_id: str) -> None:
        found = self._address(connection, bot, address)
        if found is None:
            return
        if not operation_id or inbox.take_operation(connection, found, int(operation_id)):
            inbox.wipe(connection, found)

    def _own_data(self, connection: Connection, bot: str, address: str) -> bytes | None:
        for hash in self._keys.find_any(ADDRESS, f"{bot}:{address}"):
            person = addresses.find_person(connection, bot, hash)
            if person is not None:
                kept = residents.kept_of(connection, person.resident_id)
                return msgspec.json.format(msgspec.json.encode(kept), indent=2)
        return None
