"""Between aiogram and the world's Telegram: no sockets, and the errors that sockets make."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from tests.world.telegram import NotReached, Reset, Telegram, TookTooLong

_MODELS: dict[str, Any] = {}

TOKEN = "123456789:AAF-a_token_of_the_world_that_opens_nothing"


class Wire(BaseSession):
    """Carries each call over, and says what aiogram's own session would say."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's own name
    ) -> TelegramType:
        given = method.model_dump(exclude_none=True, warnings=False)
        patience = float(self.timeout if timeout is None else timeout)
        try:
            status, body = await self._telegram.call(method.__api_method__, given, patience)
        except NotReached:
            raise _network(method, "ClientConnectorError: Cannot connect to host") from None
        except Reset:
            raise _network(method, "ServerDisconnectedError: Server disconnected") from None
        except TookTooLong:
            raise _network(method, "Request timeout error") from None
        # pydantic makes the model of an answer anew, in 10 ms, unless somebody holds it.
        _MODELS.setdefault(str(method.__returning__), Response[method.__returning__])  # type: ignore[name-defined]
        return cast(TelegramType, self.check_response(bot, method, status, body).result)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram's own name
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        # Nobody sends files here yet.
        for _none in range(0):
            yield b""

    async def close(self) -> None:
        return None


def _network(method: TelegramMethod[Any], why: str) -> TelegramNetworkError:
    return TelegramNetworkError(method=method, message=why)
