"""What a form said becomes turns: one for each thing said."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from starlette.datastructures import UploadFile

from bot.channels.web_forms import Given
from bot.channels.web_limits import Limits
from bot.channels.web_ports import Files, Town
from bot.channels.web_session import Sessions
from bot.domain.inbound import Attachment, Command, Inbound, Input, Location, Press, Unusable

CHANNEL = "web"


def bot_of(country: str) -> str:
    """What the web chat of a country is called wherever a bot is named."""
    return f"{country}/{CHANNEL}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose form it is. `session` is the address of the chat."""

    country: str
    session: str
    language: str

    @property
    def bot(self) -> str:
        return bot_of(self.country)


class Turns:
    """Hands what people say to the town."""

    def __init__(
        self,
        town: Town,
        files: Files,
        executor: Executor,
        sessions: Sessions,
        limits: Limits,
    ) -> None:
        self._town = town
        self._files = files
        self._executor = executor
        self._sessions = sessions
        self._limits = limits
        self._cleaning = asyncio.Semaphore(limits.cleaners)

    async def take(self, visitor: Visitor, given: Given) -> None:
        """Take the turns of one form. The same form again gives the same updates."""
        nonce = given.nonce or self._sessions.new()
        for content, said in await self._said(visitor, given, nonce):
            update = self._sessions.update(visitor.country, visitor.session, nonce, content)
            inbound = Inbound(
                bot=visitor.bot,
                country=visitor.country,
                channel=CHANNEL,
                address=visitor.session,
                update=update,
                input=said,
                language=visitor.language,
                echo=True,
            )
            await self._town.take(inbound)

    async def _said(
        self, visitor: Visitor, given: Given, nonce: str
    ) -> Sequence[tuple[str, Input]]:
        """What is said, each with what tells it from other things said under this nonce."""
        if not given.uploads or isinstance(given.input, Press | Command | Location):
            return () if given.input is None else ((given.content, given.input),)
        album = self._sessions.update(visitor.country, visitor.session, nonce, "album")
        taken = [await self._take_file(upload, album) for upload in given.uploads]
        usable = [at for at, (_, said) in enumerate(taken) if isinstance(said, Attachment)]
        if not usable or isinstance(given.input, Unusable):
            # The words are an answer even when the file is none.
            return (*taken, *(() if given.input is None else ((given.content, given.input),)))
        # With the last one: what comes before it then adds to the same answer.
        content, said = taken[usable[-1]]
        if isinstance(said, Attachment):
            taken[usable[-1]] = (content + given.words, replace(said, caption=given.words))
        return taken

    async def _take_file(self, upload: UploadFile, album: str) -> tuple[str, Input]:
        if (upload.size or 0) > self._limits.file_bytes:
            return f"{upload.filename} {upload.size}", Unusable("too_large")
        async with self._cleaning:
            data = await upload.read()
            content = hashlib.sha256(data).hexdigest()
            loop = asyncio.get_running_loop()
            taken = await loop.run_in_executor(
                self._executor, self._files.take, data, upload.content_type or ""
            )
        if isinstance(taken, Attachment):
            return content, replace(taken, album=album)
        return content, taken
