"""How a bot presents itself: in each language, where it differs, and harmless when refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.conversation.links import OPENS
from bot.conversation.turn import CONTROLS
from bot.handlers.commands import COMMANDS, present_bot
from bot.handlers.session import LeanSession
from tests.houses import served
from tests.telegram.api import TOKEN, BotApi, serving, too_many
from tests.telegram.life import ANA, Life, at_the_menu


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        yield api


async def present(api: BotApi) -> list[str]:
    """The methods that were called to set something."""
    countries, speeches = served()
    before = len(api.calls)
    bot = Bot(TOKEN, session=LeanSession(api.address))
    try:
        await present_bot(bot, countries["uruguay"], speeches["uruguay"])
    finally:
        await bot.session.close()
    return [call.method for call in api.calls[before:] if call.method.startswith("set")]


async def test_each_language_has_its_own_and_the_first_is_for_everybody_else(
    api: BotApi,
) -> None:
    await present(api)
    assert api.commands.keys() == {"", "es", "en"}
    assert [item["command"] for item in api.commands["es"]] == list(COMMANDS)
    assert api.commands[""] == api.commands["es"]
    assert api.profile["description", "en"].endswith("To begin, press Start.")
    assert api.profile["description", ""] != api.profile["description", "en"]
    assert api.profile["short_description", "en"]
    assert api.profile["name", ""] == "Barrio Limpio, Barrio Escuchado"


async def test_what_telegram_has_already_is_not_set_again(api: BotApi) -> None:
    assert await present(api)
    assert await present(api) == []
    api.commands["en"].pop()
    assert await present(api) == ["setMyCommands"]


async def test_a_refusal_is_logged_and_harms_nothing(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.odd["setMyName"] = [lambda: too_many(86_400)]
    await present(api)
    assert "how the bot presents itself (TelegramRetryAfter)" in caplog.text
    assert api.commands.keys() == {""}


WANTED = {
    "start", "report", "ideas", "idea", "vote", "my", "language", "help", "cancel", "back",
    "privacy", "forget", "mydata",
}  # fmt: skip


def test_every_command_is_in_the_menu_and_does_something() -> None:
    assert COMMANDS.keys() == WANTED
    assert WANTED - {"start", "mydata"} <= CONTROLS.keys() | OPENS.keys()


@pytest.mark.parametrize("command", sorted(WANTED))
async def test_every_command_is_answered_in_the_middle_of_private_help(
    life: Life, command: str
) -> None:
    await at_the_menu(life)
    await life.say(ANA, "private help")
    before = len(life.api.messages)
    await life.say(ANA, f"/{command}")
    said = life.api.messages[before:]
    assert said
    assert all("We do not know that word" not in message.text for message in said)
