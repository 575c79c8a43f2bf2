"""What the web chat is handed: turns to take, and the sealed history of each browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from bot.domain.inbound import Attachment, Inbound
from bot.domain.inbox import Entry, InboxChange
from bot.domain.operations import PutOut, Wipe
from bot.keys import Keys
from bot.keys.votes import KeyLost
from bot.services import phones
from bot.services.locked import entry_bytes, read_entry
from bot.services.residents import CLEAN_FILES, find_address, find_person
from storage import addresses, conversations, inbox, later, outbox, own_data
from storage.database import Connection, Database

INBOX = "inbox"
"""The keys' purpose for what stands in a browser's history."""

LOOK_SECONDS = 0.2
"""How often somebody who waits looks whether nothing is owed to them any more."""

HISTORY = 200
"""Entries that a page shows at most."""


class WebTown:
    """Turns and inboxes over the database. `take_turn` is the conversation's."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        take_turn: Callable[[Connection, Inbound], None],
        clock: Callable[[], datetime],
        next_pass: Callable[[], asyncio.Event],
        settle_file: Callable[[str], None] = lambda name: None,
        measure: Callable[[str], AbstractContextManager[None]] = lambda channel: nullcontext(),
    ) -> None:
        """`next_pass` tells of the outbox's; `settle_file` is told when the turn that
        brought a file is over; `measure` surrounds each turn of a channel."""
        self._database = database
        self._keys = keys
        self._take_turn = take_turn
        self._clock = clock
        self._next_pass = next_pass
        self._settle_file = settle_file
        self._measure = measure

    async def take(self, inbound: Inbound) -> None:
        """Take one turn; it is committed when this returns. Replies come through the outbox."""
        try:
            with self._measure(inbound.channel):
                await self._database.write(self._take_turn, inbound)
        finally:
            # What a channel only names has no file yet: it is fetched after the turn.
            if isinstance(inbound.input, Attachment) and inbound.input.name:
                self._settle_file(inbound.input.name)

    async def settled(self, bot: str, address: str, seconds: float) -> None:
        """Wait until nothing is owed to this address, or the time is over."""
        deadline = self._clock() + timedelta(seconds=seconds)
        while True:
            passed = self._next_pass()
            if not await self._database.read(self._owed, bot, address):
                return
            left = (deadline - self._clock()).total_seconds()
            try:
                # Another process may send it, of whose passes we do not hear.
                await asyncio.wait_for(passed.wait(), max(0.0, min(LOOK_SECONDS, left)))
            except TimeoutError:
                if left <= 0:
                    return

    async def entries(self, bot: str, address: str, after: int = 0) -> list[Entry]:
        """The inbox in the order of its numbers, from those above `after` on."""
        sealed = await self._database.read(self._sealed, bot, address, after)
        opened = (self._open(bot, item) for item in sealed)
        return [entry for entry in opened if entry is not None]

    async def keep(
        self, bot: str, address: str, changes: Sequence[tuple[str, InboxChange]]
    ) -> None:
        """Apply the changes of operations, each with the operation's id, in one transaction.

        Operations come in order, and each is taken once.
        """
        await self._database.write(self._keep, bot, address, changes)

    def put(self, connection: Connection, bot: str, address_id: str, entry: Entry) -> None:
        """Add an entry in a transaction that is under way: it stands there once that is
        committed, and only then."""
        addresses.hold_address(connection, address_id)
        self._add(connection, address_id, bot, entry)

    async def wipe(self, bot: str, address: str) -> None:
        """Remove every entry of this address, at the browser's wish."""
        await self._database.write(self._wipe, bot, address)

    async def own_data(self, bot: str, address: str) -> bytes | None:
        """Everything that is kept of whoever is behind this address, as JSON for people to read;
        None for nobody."""
        return await self._database.read(self._own_data, bot, address)

    # In the transaction

    def _address(self, connection: Connection, bot: str, address: str) -> str | None:
        return find_address(connection, self._keys, bot, address)

    def _owed(self, connection: Connection, bot: str, address: str) -> int:
        found = self._address(connection, bot, address)
        return 0 if found is None else outbox.open_count(connection, found)

    def _sealed(
        self, connection: Connection, bot: str, address: str, after: int
    ) -> list[inbox.Sealed]:
        found = self._address(connection, bot, address)
        return [] if found is None else inbox.entries(connection, found, after, HISTORY)

    def _open(self, bot: str, item: inbox.Sealed) -> Entry | None:
        """None for what was sealed with a key that is destroyed."""
        plain = self._keys.open(INBOX, item.sealed, item.key_id, bot.encode())
        entry = read_entry(plain, self._keys)
        return None if entry is None else replace(entry, number=item.number, open=item.open)

    def _keep(
        self,
        connection: Connection,
        bot: str,
        address: str,
        changes: Sequence[tuple[str, InboxChange]],
    ) -> None:
        found = self._address(connection, bot, address)
        if found is None:
            return
        for operation_id, change in changes:
            if not inbox.take_operation(connection, found, int(operation_id)):
                continue
            match change:
                case Entry():
                    self._add(connection, found, bot, change)
                case PutOut(conversation, serial):
                    inbox.put_out(connection, found, conversation, serial)
                case Wipe():
                    inbox.wipe(connection, found)

    def _add(self, connection: Connection, address_id: str, bot: str, entry: Entry) -> None:
        try:
            plain = entry_bytes(entry, self._keys)
        except KeyLost:
            return  # destroyed since it was opened to be put here
        inbox.keep(
            connection,
            address_id=address_id,
            sealed=self._keys.seal(INBOX, plain, bot.encode()),
            key_id=self._keys.key_id,
            conversation=entry.conversation,
            serial=entry.serial,
            open=entry.open,
            fleeting=entry.fleeting,
            locked=entry.lock != "",
            now=self._clock(),
        )

    def _wipe(self, connection: Connection, bot: str, address: str) -> None:
        """The browser forgets its key: what is owed to it and its drafts can reach nobody."""
        found = self._address(connection, bot, address)
        if found is None:
            return
        addresses.hold_address(connection, found)
        inbox.wipe(connection, found)
        outbox.give_up_all(connection, found, "chat ended")
        for resident_id in addresses.residents_at(connection, found):
            conversations.drop_conversations(connection, resident_id)
        later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)

    def _own_data(self, connection: Connection, bot: str, address: str) -> bytes | None:
        person = find_person(connection, self._keys, bot, address)
        if person is None:
            return None
        kept = own_data.kept_of(connection, person.resident_id)
        phones.add_phones(connection, self._keys, person.resident_id, kept["reports"])
        return msgspec.json.format(msgspec.json.encode(kept), indent=2)
