"""Between aiogram and the world's Telegram: our own line to it, but for the sockets."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any

import msgspec
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramServerError
from aiogram.methods import GetFile, TelegramMethod
from aiohttp import FormData

from bot.handlers import session
from tests.world.answers import NotReached, Reset, TookTooLong
from tests.world.telegram import Telegram

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

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        method: TelegramMethod[Any] = GetFile(file_id="")
        path = url.rpartition(f"{TOKEN}/")[2]
        try:
            status, data = await self._telegram.load(path, timeout)
        except NotReached:
            raise session.NotReached(method, "ClientConnectorError") from None
        except Reset:
            raise TelegramNetworkError(method, "ServerDisconnectedError") from None
        except TookTooLong:
            raise TelegramNetworkError(method, "TimeoutError") from None
        if status >= HTTPStatus.BAD_REQUEST:
            raise TelegramServerError(method, f"the file is not given out ({status})")
        for at in range(0, len(data), chunk_size):
            yield data[at : at + chunk_size]
