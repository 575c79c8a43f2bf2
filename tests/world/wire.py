"""Between aiogram and the world's Telegram: our own line to it, but for the sockets."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from bot.handlers import session
from tests.world.telegram import NotReached, Reset, Telegram, TookTooLong

TOKEN = "123456789:AAF-a_token_of_the_world_that_opens_nothing"


class Wire(session.LeanSession):
    """Writes each call and reads each answer as the product does, and makes a socket's errors."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__("http://127.0.0.1")
        self._telegram = telegram

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's signature
    ) -> TelegramType:
        given: dict[str, Any] = {
            name: msgspec.to_builtins(plain)
            for name, value in vars(method).items()
            if (plain := session._plain(value, bot, [])) is not None
        }
        patience = timeout or session._seconds(method, uploads=False)
        try:
            status, body = await self._telegram.call(method.__api_method__, given, patience)
        except NotReached:
            raise session.NotReached(method, "ClientConnectorError") from None
        except Reset:
            raise TelegramNetworkError(method, "ServerDisconnectedError") from None
        except TookTooLong:
            raise TelegramNetworkError(method, "TimeoutError") from None
        self._telegram.note_answer(given.get("chat_id"), status)
        return cast(TelegramType, self._read(bot, method, status, body.encode()))
