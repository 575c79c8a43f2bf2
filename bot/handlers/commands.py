"""The command menu of a bot, in each of its country's languages."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import BotCommand

from bot.domain.country import Country
from bot.domain.messages import Message, _
from bot.i18n import Speech

logger = logging.getLogger(__name__)

COMMANDS: Mapping[str, Message] = {
    "report": _("Report a problem"),
    "my": _("My things"),
    "language": _("Language"),
    "help": _("Help"),
    "privacy": _("What is kept"),
    "back": _("Back"),
    "cancel": _("Cancel"),
    "mydata": _("Give me my data"),
    "forget": _("Forget me"),
}

LANGUAGE_CODE_LETTERS = 2
"""Telegram knows languages by ISO 639-1 only; others see the country's first."""


async def set_commands(bot: Bot, country: Country, speech: Speech) -> None:
    """Tell Telegram the menu, once at start. Without it the chat works all the same."""
    first = country.languages[0]
    known = [code for code in country.languages if len(code) == LANGUAGE_CODE_LETTERS]
    try:
        for language, code in [(first, None), *((code, code) for code in known)]:
            commands = [
                BotCommand(command=name, description=speech.text(label, language))
                for name, label in COMMANDS.items()
            ]
            await bot.set_my_commands(commands, language_code=code)
    except (TelegramAPIError, ClientDecodeError) as error:
        logger.warning("%s: the command menu was not set (%s)", country.key, type(error).__name__)
