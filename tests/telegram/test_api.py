"""The Bot API of the tests refuses what Telegram refuses, in Telegram's words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.telegram.api import TOKEN, BotApi, html_error, serving, too_many

ANA, GROUP = 7_000_000_001, -1_001_234_567_890
Answer = dict[str, Any]


class Client:
    """Calls methods with a body of JSON, as a bare bot would."""

    def __init__(self, api: BotApi, session: aiohttp.ClientSession) -> None:
        self.api = api
        self.session = session

    async def __call__(self, method: str, **given: Any) -> Answer:
        address = f"{self.api.address}/bot{TOKEN}/{method}"
        async with self.session.post(address, json=given) as answer:
            found: Answer = await answer.json()
            return found

    async def refusal(self, method: str, **given: Any) -> str:
        found = await self(method, **given)
        assert not found["ok"], found
        return str(found["description"])


@pytest.fixture
async def bot() -> AsyncIterator[Client]:
    async with serving(BotApi()) as api, aiohttp.ClientSession() as session:
        api.say(ANA, text="/start")
        yield Client(api, session)


def button(**more: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "A", **more}]]}


def bold(offset: int, length: int, kind: str = "bold", **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": length, **more}]


NESTED = bold(0, 9) + bold(2, 3, "italic")
CROSSING = bold(0, 5) + bold(3, 6, "italic")
IN_CODE = bold(0, 9, "code") + bold(2, 3)


@pytest.mark.parametrize(
    "given",
    [
        {"text": "x" * 4096},
        {"text": "🙂" * 2048},
        {"text": "a 🙂 bold", "entities": bold(5, 4)},
        {"text": "nested ok", "entities": NESTED},
        {"text": "<b>5 &lt; 6</b> <a href='https://x.example'>here</a>", "parse_mode": "HTML"},
        {"text": r"*5 \< 6*\. [here](https://x.example) `a+b`", "parse_mode": "MarkdownV2"},
        {"text": "a", "reply_markup": button(callback_data="x" * 64)},
        {"text": "a", "reply_markup": button(callback_data="ก" * 21 + "x")},
        {"text": "a", "reply_markup": button(url="https://x.example/a?b=c")},
        {"text": "a", "reply_markup": {"keyboard": [[{"text": "A", "request_location": True}]]}},
        {"text": "a", "reply_markup": {"remove_keyboard": True}},
        {"text": "a", "reply_markup": {"force_reply": True}},
        {"text": "a", "chat_id": str(ANA)},
        {"text": "5 < 6 & </b> {0}"},
    ],
)
async def test_what_telegram_takes_is_taken(bot: Client, given: dict[str, Any]) -> None:
    answer = await bot("sendMessage", **{"chat_id": ANA, **given})
    assert answer["ok"], answer
    assert len(bot.api.messages) == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "🙂" * 2049}, "message is too long"),
        ({"text": "a", "chat_id": None}, "chat_id is empty"),
        ({"text": "a", "chat_id": 5}, "chat not found"),
        ({"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "a", "disable_notification": "sometimes"}, "disable_notification"),
        ({"text": "a", "colour": "red"}, "no parameter"),
        ({"text": "a", "parse_mode": "Word"}, "unsupported parse_mode"),
        ({"text": "a", "message_thread_id": 3}, "message thread not found"),
        ({"text": "a", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ({"text": "abc", "entities": bold(-1, 2)}, "UTF-16 offset -1"),
        ({"text": "abc", "entities": bold(2, 2)}, "ends after the end"),
        ({"text": "abc", "entities": bold(1, 0)}, "ends after the end"),
        ({"text": "a🙂b", "entities": bold(2, 1)}, "inside a character"),
        ({"text": "it crosses", "entities": CROSSING}, "cross"),
        ({"text": "it's nested", "entities": IN_CODE}, "can't be nested"),
        ({"text": "abc", "entities": bold(0, 3, "text_link")}, "without url"),
        ({"text": "abc", "entities": bold(0, 3, colour=1)}, "no field"),
        ({"text": "<b>a", "parse_mode": "HTML"}, "Can't find end tag"),
        ({"text": "a</b>", "parse_mode": "HTML"}, "Unexpected end tag at byte offset 1"),
        ({"text": "á <3", "parse_mode": "HTML"}, "Unclosed start tag at byte offset 3"),
        ({"text": "<b><i>a</b></i>", "parse_mode": "HTML"}, "Unmatched end tag at byte offset 7"),
        ({"text": "<h1>a</h1>", "parse_mode": "HTML"}, 'Unsupported start tag "h1"'),
        ({"text": "a.", "parse_mode": "MarkdownV2"}, "Character '.' is reserved"),
        ({"text": "*a", "parse_mode": "MarkdownV2"}, "Can't find end of Bold entity"),
        ({"text": "a", "reply_markup": button()}, "Text buttons are unallowed"),
        ({"text": "a", "reply_markup": button(callback_data="")}, "Text buttons are unallowed"),
        ({"text": "a", "reply_markup": button(callback_data="x" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": button(callback_data="ก" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "reply_markup": button(url="x", callback_data="y")}, "exactly one action"),
        ({"text": "a", "reply_markup": button(url="ftp://x.example")}, "Wrong HTTP URL"),
        ({"text": "a", "reply_markup": button(text=" ", url="https://x.example")}, "non-empty"),
        ({"text": "a", "reply_markup": {"inline_keyboard": [[]]}}, "empty row"),
        ({"text": "a", "reply_markup": {"keyboard": []}}, "at least one button"),
        ({"text": "a", "reply_markup": {"keyboard": [[{"text": "A"}] * 9]}}, "TOO_LONG"),
        ({"text": "a", "reply_markup": {"keyboard": [[{"text": "A"}]] * 101}}, "TOO_LONG"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        ({"text": "a", "reply_markup": {}}, "object expected as reply markup"),
    ],
)
async def test_what_telegram_refuses_is_refused(
    bot: Client, given: dict[str, Any], why: str
) -> None:
    assert why in await bot.refusal("sendMessage", **{"chat_id": ANA, **given})
    assert bot.api.messages == []
    assert bot.api.refused[0][1] == 400


async def test_a_location_is_asked_for_in_private_chats_only(bot: Client) -> None:
    bot.api.say(GROUP, kind="supergroup", text="hello")
    asks = {"keyboard": [[{"text": "A", "request_location": True}]]}
    why = await bot.refusal("sendMessage", chat_id=GROUP, text="a", reply_markup=asks)
    assert "private chats only" in why


async def test_who_cannot_be_written_to_is_told_apart(bot: Client) -> None:
    api = bot.api
    for id in (1, 2, 3, -4, -5):
        api.say(id, text="hello", kind="private" if id > 0 else "group")
    api.blocked.add(1)
    api.deactivated.add(2)
    api.bots.add(3)
    api.kicked.add(-4)
    api.upgrade_group(-5, GROUP)
    said = [await bot("sendMessage", chat_id=id, text="a") for id in (1, 2, 3, -4, -5)]
    assert [(one["error_code"], one["description"]) for one in said] == [
        (403, "Forbidden: bot was blocked by the user"),
        (403, "Forbidden: user is deactivated"),
        (403, "Forbidden: bots can't send messages to bots"),
        (403, "Forbidden: bot was kicked from the group chat"),
        (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    ]
    assert said[-1]["parameters"] == {"migrate_to_chat_id": GROUP}
    assert (await bot("sendMessage", chat_id=GROUP, text="a"))["ok"]


async def test_only_what_can_be_edited_is_edited(bot: Client) -> None:
    keyboard = button(callback_data="x")
    sent = await bot("sendMessage", chat_id=ANA, text="a", reply_markup=keyboard)
    at = {"chat_id": ANA, "message_id": sent["result"]["message_id"]}
    same = await bot.refusal("editMessageText", **at, text="a", reply_markup=keyboard)
    assert "message is not modified" in same
    edited = await bot("editMessageText", **at, text="a")
    assert "reply_markup" not in edited["result"], "an edit without a keyboard takes it away"
    assert "not modified" in await bot.refusal("editMessageReplyMarkup", **at)
    assert "no caption" in await bot.refusal("editMessageCaption", **at, caption="b")
    bot.api.frozen.add(at["message_id"])
    assert "can't be edited" in await bot.refusal("editMessageText", **at, text="c")
    gone = await bot.refusal("editMessageText", chat_id=ANA, message_id=9, text="c")
    assert "message to edit not found" in gone
    letters = {"keyboard": [[{"text": "A"}]]}
    sent = await bot("sendMessage", chat_id=ANA, text="a", reply_markup=letters)
    at["message_id"] = sent["result"]["message_id"]
    assert "can't be edited" in await bot.refusal("editMessageText", **at, text="c")
    assert (await bot("deleteMessage", **at))["ok"]
    assert "message to delete not found" in await bot.refusal("deleteMessage", **at)


async def test_a_press_is_answered_once_and_in_time(bot: Client) -> None:
    data = button(callback_data="x")
    await bot("sendMessage", chat_id=ANA, text="a", reply_markup=data)
    press = bot.api.history[bot.api.press(ANA, "A")]["callback_query"]
    assert press["message"]["reply_markup"] == data
    long = await bot.refusal("answerCallbackQuery", callback_query_id=press["id"], text="x" * 201)
    assert "MESSAGE_TOO_LONG" in long
    assert (await bot("answerCallbackQuery", callback_query_id=press["id"]))["ok"]
    for id in (press["id"], "77"):
        why = await bot.refusal("answerCallbackQuery", callback_query_id=id)
        assert "query is too old" in why


async def test_files_have_their_limits(bot: Client) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(ANA))
    form.add_field("document", b"data", filename="a.json")
    async with bot.session.post(f"{bot.api.address}/bot{TOKEN}/sendDocument", data=form) as answer:
        sent = (await answer.json())["result"]
    file = await bot("getFile", file_id=sent["document"]["file_id"])
    path = file["result"]["file_path"]
    async with bot.session.get(f"{bot.api.address}/file/bot{TOKEN}/{path}") as answer:
        assert await answer.read() == b"data"
    large = bot.api.keep_file(b"x", size=20_000_001)
    assert "file is too big" in await bot.refusal("getFile", file_id=large)
    assert "wrong file_id" in await bot.refusal("getFile", file_id="nothing")
    album = [{"type": "photo", "media": large}]
    assert "wrong number" in await bot.refusal("sendMediaGroup", chat_id=ANA, media=album)
    assert "wrong number" in await bot.refusal("sendMediaGroup", chat_id=ANA, media=album * 11)
    assert len((await bot("sendMediaGroup", chat_id=ANA, media=album * 10))["result"]) == 10
    long = {"chat_id": ANA, "photo": large, "caption": "x" * 1025}
    assert "caption is too long" in await bot.refusal("sendPhoto", **long)


async def test_a_bot_presents_itself_within_the_limits(bot: Client) -> None:
    menu = [{"command": "report", "description": "Report a problem"}]
    assert (await bot("setMyCommands", commands=menu, language_code="es"))["ok"]
    assert (await bot("getMyCommands", language_code="es"))["result"] == menu
    assert (await bot("getMyCommands"))["result"] == []
    for command in ("Report", "x" * 33, "", "a-b"):
        wrong = [{"command": command, "description": "d"}]
        assert "BOT_COMMAND_INVALID" in await bot.refusal("setMyCommands", commands=wrong)
    wrong = [{"command": "a", "description": "x" * 257}]
    assert "DESCRIPTION_INVALID" in await bot.refusal("setMyCommands", commands=wrong)
    assert "too many" in await bot.refusal("setMyCommands", commands=menu * 101)
    assert "language code" in await bot.refusal("setMyName", name="a", language_code="es-UY")
    assert "too long" in await bot.refusal("setMyName", name="x" * 65)
    assert "too long" in await bot.refusal("setMyDescription", description="x" * 513)
    assert (await bot("setMyShortDescription", short_description="x" * 120))["ok"]
    assert (await bot("getMyShortDescription", language_code="sw"))["result"] == {
        "short_description": "x" * 120
    }


async def test_strangers_and_unknown_methods_are_turned_away(bot: Client) -> None:
    assert "method not found" in await bot.refusal("sendLetter", chat_id=ANA)
    for token, code in ((TOKEN[:-1] + "X", 401), ("abc", 404)):
        async with bot.session.post(f"{bot.api.address}/bot{token}/getMe") as answer:
            assert (answer.status, (await answer.json())["error_code"]) == (code, code)
    assert (await bot("GETME"))["result"]["is_bot"]


async def test_what_the_server_does_not_know_fails_the_test_that_asked() -> None:
    with pytest.raises(AssertionError, match="does not know what it does"):
        async with serving(BotApi()) as api, aiohttp.ClientSession() as session:
            assert (await Client(api, session)("logOut"))["error_code"] == 501


async def test_it_misbehaves_when_it_is_told_to(bot: Client) -> None:
    api = bot.api
    api.misbehave("sendMessage", lambda: too_many(7), chat=ANA, skip=1)
    api.say(5, text="hello")
    assert (await bot("sendMessage", chat_id=ANA, text="first"))["ok"]
    assert (await bot("sendMessage", chat_id=5, text="another chat"))["ok"]
    assert (await bot("sendMessage", chat_id=ANA, text="b"))["parameters"] == {"retry_after": 7}
    for how, after, kept in (
        ("reset", False, False), ("reset", True, True), ("half", True, True),
    ):  # fmt: skip
        api.misbehave("sendMessage", how, after=after)
        words = f"{how} {after}"
        with pytest.raises(aiohttp.ClientError):
            await bot("sendMessage", chat_id=ANA, text=words)
        assert (words in api.texts(ANA)) is kept
    api.misbehave("sendMessage", html_error)
    with pytest.raises(aiohttp.ContentTypeError):
        await bot("sendMessage", chat_id=ANA, text="c")
    api.misbehave("sendMessage", "hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await bot("sendMessage", chat_id=ANA, text="d")
    assert api.listener is not None
    async with api.listener.closed():
        with pytest.raises(aiohttp.ClientConnectionError):
            await bot("getMe")
    assert (await bot("getMe"))["ok"]


async def test_a_form_and_a_query_are_read_like_json(bot: Client) -> None:
    address = f"{bot.api.address}/bot{TOKEN}/sendMessage"
    markup = json.dumps(button(callback_data="x"))
    given = {"chat_id": str(ANA), "text": "a", "reply_markup": markup}
    async with bot.session.post(address, data=given) as answer:
        assert (await answer.json())["ok"]
    async with bot.session.get(address, params=given) as answer:
        assert (await answer.json())["ok"]
    assert [len(message.buttons) for message in bot.api.messages] == [1, 1]
