"""The whole bot of one country without sockets and loops, driven step by step: for many updates.

Intake, turns, outbox and sending are the real ones over a real file; the client's session hands
each call straight to the Bot API of the tests.
"""

from __future__ import annotations

import json
import random
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import InputFile
from aiohttp import FormData
from pydantic import TypeAdapter
from sqlalchemy import text
from starlette.responses import Response

from bot import app, duties
from bot.country import load_countries
from bot.domain.country import Country
from bot.domain.operations import Operation, Step
from bot.domain.outside import Outside
from bot.handlers.session import LeanSession
from bot.i18n import Speech
from bot.i18n.served import with_words
from bot.services.web_town import WebTown
from bot.settings import read_settings
from bot.telegram_bots import Telegram, telegram_bots
from bot.work.outbox import Sender
from bot.work.tasks import EmbeddedTasks
from tests.houses import SECRET, START, migrated_file
from tests.telegram.api import TOKEN, BotApi
from tests.telegram.calls import check_call
from tests.telegram.life import no_wait
from tests.telegram.refusals import Refusal
from tests.telegram.talking import Talking


class Indoors(LeanSession):
    """Our own line to the Bot API, without a network behind it."""

    def __init__(self, api: BotApi) -> None:
        super().__init__("http://127.0.0.1")
        self._behind = api

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's signature
    ) -> TelegramType:
        files: dict[str, InputFile] = {}
        given = {}
        for name, value in method.model_dump(warnings=False).items():
            prepared = self.prepare_value(value, bot=bot, files=files)
            if prepared is not None:
                given[name] = prepared
        held = {
            name: b"".join([part async for part in file.read(bot)]) for name, file in files.items()
        }
        answer = await self._respond(method, method.__api_method__, given, held)
        body = bytes(answer.body).decode()
        if answer.status_code == HTTPStatus.OK and body.startswith('{"ok":true,"result":'):
            # aiogram makes a class for each answer, which here costs more than all the rest.
            reader = _reader(method.__returning__)
            result: TelegramType = reader.validate_python(
                json.loads(body)["result"], context={"bot": bot}
            )
            return result
        failed = self.check_response(bot, method, answer.status_code, body)
        raise AssertionError(f"{answer.status_code} is no success, and no error: {failed}")

    async def _ask(
        self,
        bot: Bot,
        name: str,
        method: TelegramMethod[Any],
        data: bytes | FormData,
        seconds: float,
    ) -> tuple[int, bytes]:
        assert isinstance(data, bytes)
        answer = await self._respond(method, name, json.loads(data), {})
        return answer.status_code, bytes(answer.body)

    async def _respond(
        self,
        method: TelegramMethod[Any],
        name: str,
        given: dict[str, Any],
        files: dict[str, bytes],
    ) -> Response:
        try:
            answer = await self._behind.respond(check_call(name, given, files))
        except Refusal as refusal:
            return refusal.response()
        if not isinstance(answer, Response):
            raise TelegramNetworkError(method=method, message="the line broke")
        return answer

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        yield self._behind.files.get(url.rpartition("/")[2], b"")

    async def close(self) -> None:
        """There is nothing to close."""


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@dataclass(slots=True)
class Driven(Talking):
    """A bot that does nothing until it is told to."""

    house: app.House
    api: BotApi
    telegram: Telegram
    sender: Sender
    clock: list[datetime]

    async def take(self) -> None:
        """Fetch and take all that was said."""
        while await self.telegram.poller.poll(0):
            continue

    async def send(self) -> None:
        """Do and send whatever is due now, and take what waited for its rest long enough."""
        assert isinstance(self.house.tasks, EmbeddedTasks)
        database, waited = self.house.database, self.house.conversations.take_waited
        while (
            await self.house.tasks.run_one(database)
            or await database.write(waited) is True
            or await self.sender.send_ready()
        ):
            continue

    async def start(self, *chats: int) -> None:
        """Through the door, to the menu."""
        for chat in chats:
            await self.say(chat, "/start")
            await self.press(chat, "English", "Yes, I agree")

    def count(self, sql: str) -> int:
        """What the database says."""
        return int(self.house.database.write_now(lambda c: c.scalar(text(sql))) or 0)

    async def go(self, seconds: float = 0.0) -> None:
        """Take, send, and let so much time go by, with what falls due in it."""
        await self.take()
        await self.send()
        if seconds:
            self.clock[0] += timedelta(seconds=seconds)
            await self.send()


@cache
def _served(names: tuple[str, ...]) -> tuple[dict[str, Country], dict[str, Speech]]:
    return with_words(load_countries(app.LOCALES / "countries", names), app.LOCALES)


@asynccontextmanager
async def driven(
    folder: Path,
    country: str = "uruguay",
    before: Driven | None = None,
    rate: float | None = None,
) -> AsyncIterator[Driven]:
    """A bot over a file in a folder, for as long as the block runs.

    It goes on where one `before` it ended in the same folder. `rate` is its bot's: without one, a
    clock that stands limits nothing.
    """
    api = BotApi() if before is None else before.api
    chance = random.Random(1 if before is None else 2)
    clock = [START] if before is None else before.clock
    if before is None:
        (folder / "baraza.db").write_bytes(migrated_file())
    environ = {
        "BARAZA_SECRET_KEY": SECRET,
        "BARAZA_DATA": str(folder),
        "BARAZA_COUNTRIES": country,
        "BARAZA_TELEGRAM_TOKEN": TOKEN,
    }
    outside = Outside(lambda: clock[0], chance.randbytes)
    # Countries are read once for all tests: reading them anew costs more than a conversation.
    with (
        patch.object(app, "outside", lambda: outside),
        patch.object(app, "load_countries", lambda _folder, names: names),
        patch.object(app, "with_words", lambda names, _locales: _served(names)),
    ):
        house = app.build(read_settings(environ, None))
    town = WebTown(
        house.database,
        house.keys,
        house.conversations.take_turn,
        house.outside.clock,
        lambda: sender.next_pass(),
        house.files.settle,
    )
    bots = telegram_bots(house, town)
    [telegram] = bots.values()
    await telegram.bot.session.close()
    telegram.bot.session = Indoors(api)
    telegram.intake._wait = no_wait

    async def send(
        bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Step]:
        return await bots[bot].sender.send(bot, address, owed, language)

    sender = duties.prepare(house, send, dict.fromkeys(bots, rate))
    await house.pauses.load()
    try:
        yield Driven(house, api, telegram, sender, clock)
    finally:
        await house.database.close()
        house.executor.shutdown()
