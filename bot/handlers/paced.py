"""A bot that asks Telegram for nothing while Telegram wants silence."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.handlers.calls import Call
from bot.handlers.session import LeanSession

T = TypeVar("T")

APART = frozenset({"getUpdates", "setWebhook", "deleteWebhook", "getMe"})
"""Taking in goes on: who writes meanwhile is heard, and answered first when the time is over. What
is said in a group is read with our name in hand."""

OF_ITS_OWN = "setMy"
"""Methods that say how the bot presents itself have limits of their own, of hours."""


class Pauses(Protocol):
    """Who must be silent for how long; see `bot.services.pauses`."""

    def bot_seconds(self, bot: str) -> float: ...

    def chat_seconds(self, bot: str, address: str) -> float: ...

    def asked(self, bot: str, address: str) -> None: ...

    async def told(self, bot: str, address: str | None, seconds: float) -> bool: ...

    async def keep(self, bot: str) -> None: ...


class HeldBack(TelegramRetryAfter):
    """Not asked at all, or asked and refused: this chat must wait for `seconds`."""

    def __init__(self, method: TelegramMethod[Any], seconds: float) -> None:
        super().__init__(method, "held back", int(seconds) + 1)
        self.seconds = seconds


class BotHeldBack(HeldBack):
    """The whole bot must wait; that stands on the bot's row, and on nothing that is owed."""


class PacedBot(Bot):
    """`name` is `country/telegram`."""

    def __init__(self, token: str, name: str, pauses: Pauses, session: LeanSession) -> None:
        super().__init__(token, session)
        self._name = name
        self._pauses = pauses
        self.session: LeanSession

    async def __call__(self, method: TelegramMethod[T], request_timeout: int | None = None) -> T:
        """Raises `HeldBack` for whoever must wait, without asking where that is known."""
        name = method.__api_method__
        if name in APART or name.startswith(OF_ITS_OWN):
            return await super().__call__(method, request_timeout)
        chat = getattr(method, "chat_id", None)
        address = None if chat is None else str(chat)
        await self._check(method, address)
        try:
            return await super().__call__(method, request_timeout)
        except TelegramRetryAfter as error:
            raise await self._held_back(error, address) from None

    async def call(self, call: Call) -> int:
        """Make a call of every turn; the number of the message that it was about. Raises as
        other methods do."""
        address = str(call.chat_id)
        await self._check(call, address)
        try:
            return await self.session.call(self, call)
        except TelegramRetryAfter as error:
            raise await self._held_back(error, address) from None

    async def _check(self, method: Any, address: str | None) -> None:
        if (left := self._pauses.bot_seconds(self._name)) > 0:
            await self._pauses.keep(self._name)
            raise BotHeldBack(method, left)
        if address is not None:
            if (left := self._pauses.chat_seconds(self._name, address)) > 0:
                raise HeldBack(method, left)
            self._pauses.asked(self._name, address)

    async def _held_back(self, error: TelegramRetryAfter, address: str | None) -> HeldBack:
        seconds = float(error.retry_after)
        if await self._pauses.told(self._name, address, seconds):
            return BotHeldBack(error.method, seconds)
        return HeldBack(error.method, seconds)
