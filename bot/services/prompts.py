"""Where the questions of each chat stand, for channels whose messages stay."""

from __future__ import annotations

from bot.keys import Keys
from bot.services.groups import move
from bot.services.residents import find_address
from storage import prompts
from storage.database import Connection, Database
from storage.prompts import Shown


class PromptBook:
    """Notes where a question was shown, until it is put out."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def note_shown(
        self, bot: str, address: str, conversation: str, serial: int, ref: str, keyboard: bool
    ) -> None:
        def note(connection: Connection) -> None:
            found = find_address(connection, self._keys, bot, address)
            if found is not None:
                prompts.note(connection, found, conversation, serial, ref, keyboard)

        await self._database.write(note)

    async def find_shown(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> list[Shown]:
        def find(connection: Connection) -> list[Shown]:
            found = find_address(connection, self._keys, bot, address)
            return [] if found is None else prompts.find(connection, found, conversation, serial)

        return await self._database.write(find)

    async def note_put_out(self, bot: str, address: str, conversation: str, serial: int) -> None:
        def put_out(connection: Connection) -> None:
            found = find_address(connection, self._keys, bot, address)
            if found is not None:
                prompts.put_out(connection, found, conversation, serial)

        await self._database.write(put_out)

    async def note_moved(self, bot: str, address: str, new: str) -> None:
        """The channel calls this group so from now on."""
        await self._database.write(move, self._keys, bot, address, new)

    async def note_lowered(self, bot: str, address: str, conversation: str, serial: int) -> None:
        def lower(connection: Connection) -> None:
            found = find_address(connection, self._keys, bot, address)
            if found is not None:
                prompts.lower(connection, found, conversation, serial)

        await self._database.write(lower)
