"""People who talk with a bot of the tests, and wait for the answer each time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from tests.telegram.api import BotApi


class Talking(ABC):
    """A bot over the Bot API of the tests."""

    __slots__ = ()

    api: BotApi

    @abstractmethod
    async def go(self) -> None:
        """Let everything come that is to come of what was said."""

    async def say(self, chat: int, *words: str, **more: Any) -> None:
        for item in words:
            self.api.say(chat, text=item, **more)
            await self.go()

    async def press(self, chat: int, *labels: str) -> None:
        """Press the newest button with that in its label."""
        for label in labels:
            self.api.press(chat, label)
            await self.go()
