"""An update of Telegram on its way to a committed turn, whichever way it came in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.types import Update

from bot.domain.inbound import Inbound
from bot.handlers.updates import in_group, read_update

Take = Callable[[Inbound], Awaitable[None]]


class Intake:
    """Takes the updates of one bot. `take` commits a turn; `name` is `country/telegram`."""

    def __init__(self, bot: Bot, country: str, take: Take) -> None:
        self.name = f"{country}/telegram"
        self._bot = bot
        self._country = country
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
                input=said.what,
                language=said.language,
                ref=said.ref,
                group=said.group,
                topic=said.topic,
            )
        )
        return said.query


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
