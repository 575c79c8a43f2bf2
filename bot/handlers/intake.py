"""An update of Telegram on its way to a committed turn, whichever way it came in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import replace
from io import BytesIO

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update

from bot.domain.inbound import Attachment, Event, Inbound, Input, Unusable
from bot.handlers.updates import FILE_MOST, ToFetch, in_group, read_update

Take = Callable[[Inbound], Awaitable[None]]


class Intake:
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
        self.name = f"{country}/telegram"
        self._bot = bot
        self._country = country
        self._take_file = take_file
        self._executor = executor
        self._take = take

    async def take(self, update: Update) -> str:
        """Take an update; its turn is committed when this returns.

        Gives the press that is to be answered now, so that the button stops waiting, or `""`.
        Raises whatever the turn raises, and then nothing has happened.
        """
        username = (await self._bot.me()).username or "" if in_group(update) else ""
        said = read_update(update, username)
        if said is None:
            return ""
        await self._take(
            Inbound(
                bot=self.name,
                country=self._country,
                channel="telegram",
                address=str(said.chat),
                update=str(update.update_id),
                input=await self._fetched(said.what),
                language=said.language,
                ref=said.ref,
                group=said.group,
                topic=said.topic,
            )
        )
        return said.query

    async def _fetched(self, what: Input | Event | ToFetch) -> Input | Event:
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


def chat_of(update: Update) -> int:
    """Whose queue an update belongs to; 0 for one that is of no chat."""
    message = update.message or update.edited_message
    if message is not None:
        return message.chat.id
    if update.callback_query is not None and update.callback_query.message is not None:
        return update.callback_query.message.chat.id
    if update.my_chat_member is not None:
        return update.my_chat_member.chat.id
    return 0
