"""A file is fetched from Telegram whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from starlette.responses import JSONResponse, Response

from bot.domain.files import NOT_FETCHED, Fetched, Fetching, Lost, NotYet
from bot.handlers import fetching
from bot.handlers.fetching import fetch_file
from bot.handlers.session import LeanSession
from bot.pictures import demo_photo
from tests.telegram.api import TOKEN, BotApi, html_error, serving, too_many
from tests.telegram.state import Odd

ANA = 7_000_000_001
PHOTO = demo_photo("bin_full", 1)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, session=LeanSession(api.address)).context() as bot:
        yield bot


@pytest.fixture
def file(api: BotApi) -> str:
    """What Telegram calls a photo that somebody sent."""
    api.photo(ANA, PHOTO)
    return str(api.updates[-1]["message"]["photo"][-1]["file_id"])


async def fetch(bot: Bot, file: str, most: int = 10_000_000) -> Fetching:
    return await fetch_file(bot, file, most)


async def test_a_photo_comes_as_it_is(bot: Bot, file: str) -> None:
    assert await fetch(bot, file) == Fetched(PHOTO)
    assert await fetch(bot, file, len(PHOTO)) == Fetched(PHOTO)


async def test_more_than_the_limit_is_not_read(bot: Bot, file: str) -> None:
    assert await fetch(bot, file, len(PHOTO) - 1) == Lost("too_large")


def refused(words: str) -> Odd:
    return lambda: JSONResponse(
        {"ok": False, "error_code": 400, "description": f"Bad Request: {words}"}, 400
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("file is too big", "too_large"),
        ("wrong file_id or the file is temporarily unavailable", NOT_FETCHED),
        ("invalid file_id", NOT_FETCHED),
    ],
)
async def test_what_telegram_refuses_is_lost(
    api: BotApi, bot: Bot, file: str, words: str, reason: str
) -> None:
    api.misbehave("getFile", refused(words))
    assert await fetch(bot, file) == Lost(reason)


@pytest.mark.parametrize("how", [html_error, "reset", "half"])
async def test_a_path_that_cannot_be_asked_for_is_asked_for_later(
    api: BotApi, bot: Bot, file: str, how: Odd | str
) -> None:
    api.misbehave("getFile", how)
    assert isinstance(await fetch(bot, file), NotYet)
    assert await fetch(bot, file) == Fetched(PHOTO)


async def test_telegrams_wish_to_be_left_alone_is_obeyed(api: BotApi, bot: Bot, file: str) -> None:
    api.misbehave("getFile", lambda: too_many(35))
    assert await fetch(bot, file) == NotYet("retry_after", 35.0)


@pytest.mark.parametrize(
    "how",
    [
        "half",
        lambda: Response("gone", 404),
        lambda: Response("away", 502),
        lambda: Response("<html><h1>Sign in to this network</h1></html>" + " " * 99),
        lambda: Response(PHOTO[:-1]),
        lambda: Response(PHOTO + b"x"),
        lambda: Response(b""),
    ],
)
async def test_a_download_that_is_not_the_whole_file_is_tried_again(
    api: BotApi, bot: Bot, file: str, how: Odd | str
) -> None:
    api.misbehave("download", how)
    assert isinstance(await fetch(bot, file), NotYet)
    assert await fetch(bot, file) == Fetched(PHOTO)


async def test_a_download_that_hangs_is_given_up_for_now(
    api: BotApi, bot: Bot, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "CHUNK_SECONDS", 0.05)
    api.misbehave("download", "hang")
    got = await fetch(bot, file)
    assert isinstance(got, NotYet)
    assert TOKEN not in got.reason
