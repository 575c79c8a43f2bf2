"""How a bot presents itself: command menu, name and descriptions, in each language."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import BotCommand

from bot.domain.country import Country
from bot.domain.inbound import cut
from bot.domain.messages import Message, _
from bot.i18n import Speech

logger = logging.getLogger(__name__)

COMMANDS: Mapping[str, Message] = {
    "start": _("Start"),
    "report": _("Report a problem"),
    "ideas": _("Ideas"),
    "idea": _("Propose an idea"),
    "vote": _("Vote"),
    "my": _("My things"),
    "language": _("Language"),
    "help": _("Help"),
    "privacy": _("What is kept"),
    "back": _("Back"),
    "cancel": _("Cancel"),
    "mydata": _("Give me my data"),
    "forget": _("Forget me"),
}

OF_IDEAS = frozenset({"idea", "ideas"})
"""Only where the country has ideas."""

# i18n: line. Start is the button of Telegram itself: its word there, without quotation marks.
DESCRIPTION = _(
    "Tell us about problems where you live, in your own language. To begin, press Start."
)
"""What stands in a chat that is empty still."""

ABOUT = _("Tell us about problems where you live, and get an answer. It is free.")
"""What stands on the bot's own page."""

NAME_MOST, DESCRIPTION_MOST, ABOUT_MOST = 64, 512, 120
"""Signs that Telegram takes (Bot API, `setMyName` and so on)."""

LANGUAGE_CODE_LETTERS = 2
"""Telegram knows languages by ISO 639-1 only; others see the country's first."""


async def present_bot(bot: Bot, country: Country, speech: Speech) -> None:
    """Tell Telegram what differs from what it has, once at start: these methods are strictly
    limited. Without them the chat works all the same."""
    first = country.languages[0]
    known = [code for code in country.languages if len(code) == LANGUAGE_CODE_LETTERS]
    try:
        for language, code in [(first, None), *((code, code) for code in known)]:
            await _present(bot, country, speech, language, code)
    except (TelegramAPIError, ClientDecodeError) as error:
        logger.warning(
            "%s: Telegram was not told how the bot presents itself (%s)",
            country.key,
            type(error).__name__,
        )


async def _present(
    bot: Bot, country: Country, speech: Speech, language: str, code: str | None
) -> None:
    """In one language; `code` None is for everybody else."""
    wanted = [
        (name, speech.text(label, language))
        for name, label in COMMANDS.items()
        if country.themes or name not in OF_IDEAS
    ]
    there = await bot.get_my_commands(language_code=code)
    if [(item.command, item.description) for item in there] != wanted:
        commands = [BotCommand(command=name, description=words) for name, words in wanted]
        await bot.set_my_commands(commands, language_code=code)
    description = cut(speech.text(DESCRIPTION, language), DESCRIPTION_MOST)
    if (await bot.get_my_description(language_code=code)).description != description:
        await bot.set_my_description(description, language_code=code)
    about = cut(speech.text(ABOUT, language), ABOUT_MOST)
    if (await bot.get_my_short_description(language_code=code)).short_description != about:
        await bot.set_my_short_description(about, language_code=code)
    name = cut(speech.text(country.programme, language), NAME_MOST)
    if (await bot.get_my_name(language_code=code)).name != name:
        await bot.set_my_name(name, language_code=code)
