"""Where the questions of each chat stand, for channels whose messages stay."""

from __future__ import annotations

from bot.keys import Keys
from bot.services.residents import find_address
from storage import prompts
from storage.database import Connection, Database


class PromptBook:
    """Notes where a question was shown, and gives it out once to be put out."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def note_shown(
        self, bot: str, address: str, conversation: str, serial: int, ref: str
    ) -> None:
        await self._database.write(self._note, bot, address, conversation, serial, ref)

    async def take_shown(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> list[str]:
        return await self._database.write(self._take, bot, address, conversation, serial)

    def _note(
        self,
        connection: Connection,
        bot: str,
        address: str,
        conversation: str,
        serial: int,
        ref: str,
    ) -> None:
        found = find_address(connection, self._keys, bot, address)
        if found is not None:
            prompts.note(connection, found, conversation, serial, ref)

    def _take(
        self, connection: Connection, bot: str, address: str, conversation: str, serial: int
    ) -> list[str]:
        found = find_address(connection, self._keys, bot, address)
        return [] if found is None else prompts.take(connection, found, conversation, serial)
