"""The bots that the settings name, each with what polls, what sends and what fetches for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.domain.files import Fetching
from bot.services.groups import move_in
from bot.services.stuck import StuckBook
from bot.settings import SettingsError
from bot.stopping import TAKING_SECONDS
from bot.telegram_settings import PublicHook

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.app import House
    from bot.handlers.intake import Intake
    from bot.handlers.polling import Poller
    from bot.handlers.sending import TelegramSender
    from bot.services.web_town import WebTown


HOOK_IDLE_SECONDS = 150
"""So long a connection to the web hook may rest: longer than whatever stands in front leaves it
open (nginx 60, Caddy 120). Whoever closes first while an update is on its way refuses it."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """One country's bot: what takes, what sends, and the client that both use."""

    country: str
    bot: Bot
    intake: Intake
    poller: Poller
    sender: TelegramSender
    fetch: Callable[[str, int], Coroutine[Any, Any, Fetching]]
    present: Callable[[], Coroutine[Any, Any, None]]
    hook: PublicHook | None

    async def run(self) -> None:
        """Take what comes until cancelled, and meanwhile say how the bot presents itself."""
        await asyncio.gather(self.present(), self._receive())

    async def _receive(self) -> None:
        """Poll, or have the web hook filled."""
        if self.hook is None:
            await self.poller.run()
            return
        from bot.handlers.webhook import path_of, set_hook

        url = self.hook.url + path_of(self.country)
        await set_hook(self.bot, self.intake.name, url, self.hook.secret)
        await asyncio.Event().wait()


def name_tokens(tokens: Mapping[str, str], countries: Sequence[str]) -> dict[str, str]:
    """Tokens by the country that each is of; the one of no name is the only country's.

    Raises `SettingsError` for a token of a country that is not served, or of none by name.
    """
    # A setting's name has no hyphen: `__COSTA_RICA` is of the folder `costa-rica`.
    written = {country.replace("-", "_"): country for country in countries}
    named = {written.get(country, country): token for country, token in tokens.items()}
    alone = named.pop("", None)
    if alone is not None and len(countries) == 1:
        named.setdefault(countries[0], alone)
    unknown = [country for country in named if country not in countries]
    if unknown:
        told = "BARAZA_TELEGRAM_TOKEN: no country {!r} is served."
        raise SettingsError([told.format(country) for country in unknown])
    if alone is not None and len(countries) > 1:
        told = "BARAZA_TELEGRAM_TOKEN: say for which country, as in BARAZA_TELEGRAM_TOKEN__KENYA."
        raise SettingsError([told])
    return named


def telegram_bots(house: House, town: WebTown) -> Mapping[str, Telegram]:
    """The bots of the settings by `country/telegram`.

    Raises `SettingsError` as `name_tokens` does.
    """
    tokens = name_tokens(house.settings.telegram_tokens, tuple(house.countries))
    if not tokens:
        return {}
    # aiogram takes a second and more to import: who has no token does not pay for it.
    from bot.handlers.commands import present_bot
    from bot.handlers.fetching import fetch_file
    from bot.handlers.intake import Intake
    from bot.handlers.paced import PacedBot
    from bot.handlers.polling import Poller
    from bot.handlers.sending import TelegramSender
    from bot.handlers.session import LeanSession

    moved = move_in(house.database, house.keys)
    stuck = StuckBook(house.database, house.keys, house.outside.clock)
    bots = {}
    for country, token in tokens.items():
        line = LeanSession(house.settings.telegram_api)
        bot = PacedBot(token, f"{country}/telegram", house.pauses, session=line)
        sending = TelegramSender(
            bot,
            house.speeches[country],
            moved,
            town.own_data,
            house.open_file,
            house.settings.pages_of(country),
        )
        points = house.countries[country].report.point
        intake = Intake(bot, country, town.take, stuck, points=points)
        menu = partial(present_bot, bot, house.countries[country], house.speeches[country])
        fetch = partial(fetch_file, bot)
        bots[intake.name] = Telegram(
            country,
            bot,
            intake,
            Poller(bot, intake),
            sending,
            fetch,
            menu,
            house.settings.hook,
        )
    return bots


async def serve_hook(secret: str, bots: Mapping[str, Telegram], listening: socket.socket) -> None:
    """Take what Telegram brings to the web hook, until cancelled."""
    from bot.asgi import serve
    from bot.handlers.webhook import WebHook

    intakes = {telegram.country: telegram.intake for telegram in bots.values()}
    hook = WebHook(intakes, secret)
    # Telegram has a clock of its own.
    await serve(
        hook,
        listening,
        TAKING_SECONDS,
        date_header=False,
        timeout_keep_alive=HOOK_IDLE_SECONDS,
    )
