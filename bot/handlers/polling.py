"""Long polling by a loop of our own: an update is confirmed only when its turn is committed.

Telegram confirms what comes before the next `offset`, so the offset moves after the turns. Updates
of one chat are taken in their order; chats do not wait for each other within a batch.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import replace
from io import BytesIO
from itertools import groupby

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update

from bot.domain.inbound import Attachment, Inbound, Input, Unusable
from bot.handlers.kinds import KINDS
from bot.handlers.updates import FILE_MOST, Said, ToFetch, read_update
from bot.stopping import finished

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
AT_ONCE = 100
TRIES = 4
"""So often is an update tried that fails; then it is set aside, and blocks no other."""

WAIT_SECONDS = 1.0

Take = Callable[[Inbound], Awaitable[None]]


class Poller:
    """Takes the updates of one bot. `take` commits a turn; `name` is `country/telegram`."""

    def __init__(
        self,
        bot: Bot,
        country: str,
        take_file: Callable[[bytes, str], Attachment | Unusable],
        executor: Executor,
        take: Take,
    ) -> None:
        """`take_file` cleans and keeps a file; it blocks, and is called in the executor."""
        self._bot = bot
        self._country = country
        self._name = f"{country}/telegram"
        self._take_file = take_file
        self._executor = executor
        self._take = take
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until it is cancelled; the turns under way are finished then."""
        while True:
            try:
                await self.poll(POLL_SECONDS)
            except (TelegramAPIError, ClientDecodeError) as error:
                # Telegram is away or says something odd: nothing is confirmed, nothing is lost.
                logger.warning("%s: polling failed (%s)", self._name, type(error).__name__)
                await asyncio.sleep(WAIT_SECONDS)

    async def poll(self, seconds: int) -> int:
        """Take one batch; how many updates. It is confirmed by the next poll."""
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=seconds, limit=AT_ONCE, allowed_updates=list(KINDS)
        )
        by_chat = sorted(updates, key=lambda update: (_chat(update), update.update_id))
        await finished(
            asyncio.gather(
                *(self._take_all(list(group)) for _id, group in groupby(by_chat, key=_chat))
            )
        )
        # An empty answer says that all is confirmed. The next poll then names no offset: after a
        # quiet week the ids begin anew, and an offset of before would hide what comes.
        self._offset = updates[-1].update_id + 1 if updates else None
        return len(updates)

    async def _take_all(self, updates: list[Update]) -> None:
        for update in updates:
            for attempt in range(1, TRIES + 1):
                try:
                    await self._take_one(update)
                    break
                except Exception:
                    logger.exception("%s: update %d failed", self._name, update.update_id)
                    if attempt < TRIES:
                        await asyncio.sleep(WAIT_SECONDS * attempt)
            else:
                logger.error("%s: update %d is set aside", self._name, update.update_id)

    async def _take_one(self, update: Update) -> None:
        said = read_update(update)
        if said is None:
            return
        inbound = Inbound(
            bot=self._name,
            country=self._country,
            channel="telegram",
            address=str(said.chat),
            update=str(update.update_id),
            input=await self._fetched(said.what),
            language=said.language,
        )
        await self._take(inbound)
        await self._answer(said)

    async def _answer(self, said: Said) -> None:
        """Take the clock off the pressed button; one that is too old needs no answer."""
        if said.query:
            try:
                await self._bot.answer_callback_query(said.query)
            except (TelegramAPIError, ClientDecodeError):
                logger.info("%s: a press could not be answered", self._name)

    async def _fetched(self, what: Input | ToFetch) -> Input:
        if not isinstance(what, ToFetch):
            return what
        if what.size > FILE_MOST:
            return Unusable("too_large")
        into = BytesIO()
        try:
            await self._bot.download(what.file_id, destination=into)
        except TelegramAPIError as error:
            too_big = "too big" in str(error)
            return Unusable("too_large" if too_big else "broken")
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(
            self._executor, self._take_file, into.getvalue(), what.type
        )
        if isinstance(taken, Attachment):
            return replace(taken, album=what.album, caption=what.caption)
        return taken


def _chat(update: Update) -> int:
    """Whose queue an update belongs to."""
    if update.message is not None:
        return update.message.chat.id
    if update.callback_query is not None and update.callback_query.message is not None:
        return update.callback_query.message.chat.id
    return 0
