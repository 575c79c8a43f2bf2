"""A house whose residents' files stand at a channel that tests make up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from bot.domain.files import NOT_FETCHED, Fetched, Fetching, Lost
from bot.domain.inbound import Attachment
from bot.work.fetching import Fetcher
from bot.work.files import FileKeeper
from tests.houses import SmallHouse
from tests.stores import MemoryStore


class AtOnce(Executor):
    """Runs in the caller's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass(slots=True)
class Channel:
    """Files by what the channel calls them; `answers` are given before what it has."""

    house: SmallHouse
    store: MemoryStore = field(default_factory=MemoryStore)
    files: dict[str, bytes] = field(default_factory=dict)
    answers: list[Fetching] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    """What happens while a file is on its way."""
    until: asyncio.Event | None = None
    """What a download waits for."""

    async def fetch(self, bot: str, file: str, most: int) -> Fetching:
        self.asked.append((bot, file))
        self.meanwhile()
        if self.until is not None:
            await self.until.wait()
        if self.answers:
            return self.answers.pop(0)
        return Fetched(self.files[file]) if file in self.files else Lost(NOT_FETCHED)

    def fetcher(self) -> Fetcher:
        house = self.house
        return Fetcher(
            house.database,
            house.keys,
            house.outside,
            FileKeeper(self.store),
            AtOnce(),
            self.fetch,
            house.conversations.lose_file,
        )

    async def fetch_all(self) -> None:
        """Fetch what is due now."""
        fetcher = self.fetcher()
        while await fetcher.fetch_next() is True:
            continue

    def photo(self, data: bytes, **more: Any) -> Attachment:
        return self._sent("photo", "image/jpeg", data, more)

    def voice(self, data: bytes, seconds: float = 5.0, **more: Any) -> Attachment:
        return self._sent("voice", "audio/ogg", data, {"seconds": seconds, **more})

    def _sent(self, kind: str, type: str, data: bytes, more: dict[str, Any]) -> Attachment:
        """A file that the channel has, as its update tells of it."""
        file = f"AgACAgQ-{len(self.files)}-secret"
        self.files[file] = data
        number = len(self.files)
        return Attachment(kind, "", type, len(data), file=file, position=number, **more)
