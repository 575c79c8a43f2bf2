"""A form of five questions in aiogram's FSM, as its documentation shows it.

`python -m benchmarks.telegram.aiogram_form HOOK_PORT API_PORT STORAGE`, `memory` or a file.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

import aiosqlite
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from benchmarks.telegram.questions import QUESTIONS, THANKS, TOKEN


class SqliteStorage(BaseStorage):
    """State and data of each chat in one row, committed at each change."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    async def opened(cls, path: str) -> SqliteStorage:
        """The storage over a file, with its table."""
        connection = await aiosqlite.connect(path)
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=FULL")
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS fsm (chat INTEGER PRIMARY KEY, state TEXT, data TEXT)"
        )
        await connection.commit()
        return cls(connection)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        await self._keep(key, "state", name)

    async def get_state(self, key: StorageKey) -> str | None:
        found = await self._read(key, "state")
        return None if found is None else str(found)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        await self._keep(key, "data", json.dumps(dict(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        found = await self._read(key, "data")
        data: dict[str, Any] = json.loads(found) if found else {}
        return data

    async def close(self) -> None:
        await self._connection.close()

    async def _keep(self, key: StorageKey, column: str, value: str | None) -> None:
        await self._connection.execute(
            f"INSERT INTO fsm (chat, {column}) VALUES (?, ?)"
            f" ON CONFLICT (chat) DO UPDATE SET {column} = excluded.{column}",
            (key.chat_id, value),
        )
        await self._connection.commit()

    async def _read(self, key: StorageKey, column: str) -> Any:
        rows = await self._connection.execute_fetchall(
            f"SELECT {column} FROM fsm WHERE chat = ?", (key.chat_id,)
        )
        return next((row[0] for row in rows), None)


class Form(StatesGroup):
    """One state a question."""

    category = State()
    story = State()
    place = State()
    since = State()
    danger = State()


STEPS = (Form.category, Form.story, Form.place, Form.since, Form.danger)


def dispatcher(storage: BaseStorage) -> Dispatcher:
    """The handlers: the command begins, each answer moves on, the last one thanks."""
    made = Dispatcher(storage=storage)

    @made.message(Command("report"))
    async def begin(message: Message, state: FSMContext) -> None:
        await state.set_state(STEPS[0])
        await message.answer(QUESTIONS[0])

    def add(at: int) -> None:
        @made.message(STEPS[at], F.text)
        async def answered(message: Message, state: FSMContext) -> None:
            await state.update_data({str(at): message.text})
            if at + 1 < len(STEPS):
                await state.set_state(STEPS[at + 1])
                await message.answer(QUESTIONS[at + 1])
            else:
                await state.get_data()
                await state.clear()
                await message.answer(THANKS)

    for at in range(len(STEPS)):
        add(at)
    return made


async def main() -> None:
    port, api, storage = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    server = TelegramAPIServer.from_base(f"http://127.0.0.1:{api}")
    bot = Bot(TOKEN, session=AiohttpSession(api=server))
    kept = MemoryStorage() if storage == "memory" else await SqliteStorage.opened(storage)
    application = web.Application()
    # Answered once it is handled, as ours is; in the background it would be acknowledged first.
    handler = SimpleRequestHandler(dispatcher(kept), bot, handle_in_background=False)
    handler.register(application, path="/hook")
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
