"""Long polling by a loop of our own: an update is confirmed only when its turn is committed.

Telegram confirms what comes before the next `offset`, so the offset moves after the turns. Updates
of one chat are taken in their order; chats do not wait for each other within a batch.
"""

from __future__ import annotations

import asyncio
import logging
from itertools import groupby

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update

from bot.handlers.intake import Intake, chat_of
from bot.handlers.kinds import KINDS
from bot.stopping import finished

logger = logging.getLogger(__name__)

POLL_SECONDS = 25
AT_ONCE = 100
TRIES = 4
"""So often is an update tried that fails; then it is set aside, and blocks no other."""

WAIT_SECONDS = 1.0


class Poller:
    """Fetches the updates of one bot and hands them to its intake."""

    def __init__(self, bot: Bot, intake: Intake) -> None:
        self._bot = bot
        self._intake = intake
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until it is cancelled; the turns under way are finished then."""
        while True:
            try:
                await self.poll(POLL_SECONDS)
            except (TelegramAPIError, ClientDecodeError) as error:
                # Telegram is away or says something odd: nothing is confirmed, nothing is lost.
                logger.warning("%s: polling failed (%s)", self._intake.name, type(error).__name__)
                await asyncio.sleep(WAIT_SECONDS)

    async def poll(self, seconds: int) -> int:
        """Take one batch; how many updates. It is confirmed by the next poll."""
        updates = await self._bot.get_updates(
            offset=self._offset, timeout=seconds, limit=AT_ONCE, allowed_updates=list(KINDS)
        )
        by_chat = sorted(updates, key=lambda update: (chat_of(update), update.update_id))
        await finished(
            asyncio.gather(
                *(self._take_all(list(group)) for _id, group in groupby(by_chat, key=chat_of))
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
                    query = await self._intake.take(update)
                except Exception:
                    logger.exception("%s: update %d failed", self._intake.name, update.update_id)
                    if attempt < TRIES:
                        await asyncio.sleep(WAIT_SECONDS * attempt)
                else:
                    await self._answer(query)
                    break
            else:
                logger.error("%s: update %d is set aside", self._intake.name, update.update_id)

    async def _answer(self, query: str) -> None:
        """Take the clock off the pressed button; one that is too old needs no answer."""
        if query:
            try:
                await self._bot.answer_callback_query(query)
            except (TelegramAPIError, ClientDecodeError):
                logger.info("%s: a press could not be answered", self._intake.name)
