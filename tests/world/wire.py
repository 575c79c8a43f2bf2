"""Between aiogram and the world's Telegram: our own line to it, but for the sockets."""

from __future__ import annotations

from typing import Any

import msgspec
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import FormData

from bot.handlers import session
from tests.world.telegram import NotReached, Reset, Telegram, TookTooLong

TOKEN = "123456789:AAF-a_token_of_the_world_that_opens_nothing"


class Wire(session.LeanSession):
    """Writes each call and reads each answer as the product does, and makes a socket's errors."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__("http://127.0.0.1")
        self._telegram = telegram

    async def _ask(
        self,
        bot: Bot,
        name: str,
        method: TelegramMethod[Any],
        data: bytes | FormData,
        seconds: float,
    ) -> tuple[int, bytes]:
        assert isinstance(data, bytes), "nobody in the world is sent a file"
        given: dict[str, Any] = msgspec.json.decode(data)
        try:
            status, body = await self._telegram.call(name, given, seconds)
        except NotReached:
            raise session.NotReached(method, "ClientConnectorError") from None
        except Reset:
            raise TelegramNetworkError(method, "ServerDisconnectedError") from None
        except TookTooLong:
            raise TelegramNetworkError(method, "TimeoutError") from None
        self._telegram.note_answer(given.get("chat_id"), status)
        return status, body.encode()
