"""What a process does with files: fetches those of Telegram, takes in those of browsers, and lets
the pieces of an album wait for each other."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.domain.files import Fetching
from bot.domain.inbound import Attachment, Inbound
from bot.handlers.fetching import fetch_file
from bot.work.fetching import Fetcher
from bot.work.files import FileKeeper
from bot.work.rounds import Rounds
from storage import media, pieces
from tests.world.shots import content_of
from tests.world.ways_out import KeptStore

if TYPE_CHECKING:
    from tests.world.town import Town


class Filing:
    """Made with a process's other parts, and started where somebody sends files."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.keeper = FileKeeper(KeptStore(town.outdoors))
        self._fetcher = Fetcher(
            town.database,
            town.keys,
            town.outside,
            self.keeper,
            town.executor,
            self._fetch,
            town.conversations.lose_file,
        )
        waited = partial(town.database.write, town.conversations.take_waited)
        self._pieces = Rounds("pieces", waited, town.clock)
        town.tasks.wake_on(media.FETCH, self._fetcher.wake)
        town.tasks.wake_on(pieces.PIECES, self._pieces.wake)

    def parts(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What runs for as long as the process lives."""
        self._town.database.write_now(media.release_all, self._town.clock())
        yield self._fetcher.run()
        yield self._pieces.run()

    async def post(self, inbound: Inbound) -> None:
        """What a browser sends; a file is put down before its turn."""
        web = self._town.web
        if not isinstance(inbound.input, Attachment):
            await web.take(inbound)
            return
        data = content_of(inbound.input.file) or b""
        taken = self.keeper.take(data, inbound.input.type)
        try:
            await web.take(replace(inbound, input=taken))
        finally:
            if isinstance(taken, Attachment):
                self.keeper.settle(taken.name)

    async def _fetch(self, _bot: str, file: str, most: int) -> Fetching:
        return await fetch_file(self._town.bot, file, most)
