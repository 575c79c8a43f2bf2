"""Our own line to the Bot API: calls and exceptions as aiogram's, and no token anywhere."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetUpdates
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardRemove,
)
from starlette.responses import JSONResponse, Response

from bot.handlers import session as lean
from bot.handlers.calls import Key, Keys, SendText, TakeButtons
from bot.handlers.polling import GetRawUpdates
from bot.handlers.session import LeanSession, NotReached
from bot.telegram_http import ANSWER_SECONDS
from tests.end_to_end import free_port
from tests.telegram.api import TOKEN, BotApi, empty_answer, html_error, serving, too_many

ANA = 7_000_000_001
ROWS = [[InlineKeyboardButton(text="1. Bins", callback_data="a:1:b")]]
KEYBOARD = InlineKeyboardMarkup(inline_keyboard=ROWS)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        api.say(ANA, text="/start")
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(TOKEN, session=LeanSession(api.address)).context() as bot:
        yield bot


async def calls_of(api: BotApi, bot: Bot) -> list[object]:
    """What the server was asked for by all the kinds of calls that are made."""
    api.calls.clear()
    sent = await bot.send_message(ANA, "Ñandú <3", reply_markup=KEYBOARD)
    await bot.edit_message_reply_markup(chat_id=ANA, message_id=sent.message_id)
    await bot.send_message(ANA, "x", parse_mode=None, reply_markup=ReplyKeyboardRemove())
    await bot.send_document(ANA, BufferedInputFile(b"{}", "my-data.json"), caption="a")
    await bot.set_my_commands([BotCommand(command="help", description="Help")])
    await bot.get_updates(offset=1, timeout=0, allowed_updates=["message"])
    return [(call.method, call.given) for call in api.calls]


async def test_calls_are_the_same_as_over_aiograms_own_session(api: BotApi, bot: Bot) -> None:
    server = TelegramAPIServer.from_base(api.address)
    async with Bot(TOKEN, session=AiohttpSession(api=server)).context() as theirs:
        expected = await calls_of(api, theirs)
    found = await calls_of(api, bot)
    assert len(found) == 6
    assert [_stable(call) for call in found] == [_stable(call) for call in expected]


def _stable(call: object) -> str:
    """A call without what is drawn at random: message ids and names of attached parts."""
    assert isinstance(call, tuple)
    method, given = call
    varying = {"message_id", "document"}
    return f"{method} {sorted((key, str(given[key])) for key in given.keys() - varying)}"


async def test_defaults_of_the_bot_are_filled_in(api: BotApi) -> None:
    default = DefaultBotProperties(parse_mode="HTML", protect_content=True)
    async with Bot(TOKEN, LeanSession(api.address), default).context() as bot:
        await bot.send_message(ANA, "<b>x</b>")
    assert api.calls[-1].given["parse_mode"] == "HTML"
    assert api.calls[-1].given["protect_content"] is True


async def test_the_calls_of_every_turn_ask_for_what_aiograms_methods_do(
    api: BotApi, bot: Bot
) -> None:
    line = bot.session
    assert isinstance(line, LeanSession)
    keys = Keys([[Key("1. Bins", "a:1:b")]])
    sent = await line.call(bot, SendText(ANA, "x", reply_markup=keys))
    shown = await bot.send_message(ANA, "x", reply_markup=KEYBOARD)
    assert sent == shown.message_id - 1
    assert api.calls[-2].given == api.calls[-1].given
    assert await line.call(bot, TakeButtons(ANA, sent)) == sent
    bare = await bot.edit_message_reply_markup(chat_id=ANA, message_id=shown.message_id)
    assert isinstance(bare, Message)
    assert api.calls[-2].given.keys() == api.calls[-1].given.keys()
    me = await bot.get_me()
    assert me.is_bot


async def by_method(bot: Bot) -> int:
    return (await bot.send_message(ANA, "x")).message_id


async def by_call(bot: Bot) -> int:
    assert isinstance(bot.session, LeanSession)
    return await bot.session.call(bot, SendText(ANA, "x"))


WAYS = (by_method, by_call)
Way = Callable[[Bot], Awaitable[int]]


def answering(status: int, **body: object) -> Response:
    return JSONResponse({"ok": False, "error_code": status, **body}, status_code=status)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda: answering(400, description="Bad Request: x"), TelegramBadRequest),
        (lambda: answering(401, description="Unauthorized"), TelegramUnauthorizedError),
        (lambda: answering(403, description="Forbidden: x"), TelegramForbiddenError),
        (lambda: answering(409, description="Conflict: x"), TelegramConflictError),
        (lambda: answering(413, description="Request Entity Too Large"), TelegramEntityTooLarge),
        (lambda: answering(500, description="Internal"), TelegramServerError),
        (lambda: answering(400), TelegramBadRequest),
        (
            lambda: answering(400, description="x", parameters={"migrate_to_chat_id": -1001}),
            TelegramMigrateToChat,
        ),
        (lambda: too_many(3), TelegramRetryAfter),
        (html_error, TelegramServerError),
        (empty_answer, ClientDecodeError),
        (lambda: Response(f"<p>https://x/bot{TOKEN}/</p>", 200), ClientDecodeError),
        (lambda: Response(b"\xff\xfe", 200), ClientDecodeError),
        (lambda: Response("[]", 200), ClientDecodeError),
        (lambda: Response('{"ok": true, "result": "x"}', 200), ClientDecodeError),
    ],
)
async def test_answers_become_aiograms_exceptions(
    api: BotApi, bot: Bot, answer: object, expected: type[AiogramError]
) -> None:
    for way in WAYS:
        api.odd["sendMessage"] = [answer]  # type: ignore[list-item]
        with pytest.raises(expected) as raised:
            await way(bot)
        assert type(raised.value) is expected
        assert TOKEN not in "".join(traceback.format_exception(raised.value))
        assert await way(bot)


@pytest.mark.parametrize("how", ["reset", "half"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("way", WAYS)
async def test_a_lost_answer_is_a_network_error_without_the_token(
    api: BotApi, bot: Bot, way: Way, how: str, after: bool
) -> None:
    api.misbehave("sendMessage", how, after=after)
    with pytest.raises(TelegramNetworkError) as raised:
        await way(bot)
    assert not isinstance(raised.value, NotReached)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
    assert len(api.texts(ANA)) == int(after)


@pytest.mark.parametrize("way", WAYS)
async def test_a_hanging_server_is_left_after_a_while(
    api: BotApi, bot: Bot, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lean, "ANSWER_SECONDS", 0.05)
    api.misbehave("sendMessage", "hang")
    with pytest.raises(TelegramNetworkError):
        await way(bot)


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_there_is_told_apart_from_a_lost_answer(way: Way) -> None:
    async with Bot(TOKEN, LeanSession(f"http://127.0.0.1:{free_port()}")).context() as bot:
        with pytest.raises(NotReached) as raised:
            await way(bot)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))


def test_a_poll_may_take_as_long_as_it_asked_for() -> None:
    raw = GetRawUpdates(timeout=25, allowed_updates=[])
    assert lean._seconds(raw, uploads=False) == 25 + lean.LONG_POLL_MARGIN
    assert lean._seconds(GetUpdates(), uploads=False) == ANSWER_SECONDS


async def test_a_file_comes_whole(api: BotApi, bot: Bot) -> None:
    whole = await bot.download(api.keep_file(b"x" * 100_000))
    assert whole is not None
    assert whole.read() == b"x" * 100_000


async def test_a_file_that_is_gone_is_no_crash_and_shows_no_token(api: BotApi, bot: Bot) -> None:
    file = api.keep_file(b"x")
    path = (await bot.get_file(file)).file_path
    assert path is not None
    api.files.clear()
    with pytest.raises(AiogramError) as raised:
        await bot.download_file(path)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
