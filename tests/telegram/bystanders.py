"""Two residents at the menu: one to whom something odd happens, and one who must not notice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.telegram.indoors import Driven, driven
from tests.telegram.made_updates import ANA, BETO


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Driven]:
    """A bot with both of them, and the silent checks at the end."""
    async with driven(folder) as running:
        await running.start(ANA, BETO)
        yield running
        await check_silently(running)


async def check_silently(life: Driven, *chats: int) -> None:
    """Nothing waits to be confirmed, and everybody's next message is answered."""
    await life.go()
    assert life.api.updates == []
    for chat in chats or (ANA, BETO):
        heard = len(life.api.texts(chat))
        await life.say(chat, "menu")
        assert "What would you like to do?" in life.api.texts(chat)[heard:]
