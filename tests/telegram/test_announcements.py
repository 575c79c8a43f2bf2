"""Announcements over the Bot API on loopback: real HTTP, and whatever goes wrong there."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels import telegram_bulk
from bot.channels.telegram_bulk import TelegramBulk
from bot.channels.telegram_request import LeanRequest
from bot.domain.announcements import Content, Link, Picture, State
from bot.domain.operations import GivenUp, Receipt, RetryAt, Sent, Tried, Unknown
from bot.services import announcements
from bot.services.announcements import Changed, operation_of
from bot.services.pauses import Pauses
from bot.services.try_words import try_word
from storage import announcements as rows
from storage import budget, outbox
from storage.budget import Drawn
from storage.database import Connection
from tests.announced import COUNTRY, TELEGRAM, TEXTS, announcing, draft, people, scheduled
from tests.houses import SmallHouse, open_house
from tests.postgres import SQLITE
from tests.telegram.api import TOKEN, BotApi, html_error, server_error, serving, too_many
from tests.telegram.living import Living, living
from tests.telegram.refusals import refuse
from tests.telegram.state import Fault

CHATS = range(10_001, 10_021)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, SQLITE) as house:
        yield house


@asynccontextmanager
async def bulk_over(house: SmallHouse, api: BotApi) -> AsyncIterator[TelegramBulk]:
    async def picture(name: str) -> bytes | None:
        return b"a picture" if name == "p" * 64 else None

    for chat in CHATS:
        api.say(chat, text="/start")
    bulk = TelegramBulk(
        TELEGRAM,
        TOKEN,
        api.address,
        house.speeches[COUNTRY],
        Pauses(house.database, house.outside.clock, house.keys),
        picture,
        house.outside.clock,
    )
    async with serving(api):
        try:
            yield bulk
        finally:
            await bulk.close()


@pytest.fixture
async def api() -> BotApi:
    return BotApi()


@pytest.fixture
async def bulk(house: SmallHouse, api: BotApi) -> AsyncIterator[TelegramBulk]:
    async with bulk_over(house, api) as bulk:
        yield bulk


async def send(house: SmallHouse, bulk: TelegramBulk, chat: int = 10_001, **more: object) -> Tried:
    content = replace(Content(TEXTS), **more)  # type: ignore[arg-type]
    operation = operation_of(house.countries[COUNTRY], content)
    return await bulk.send(str(chat), operation, "es", 0)


async def test_a_text_comes_with_its_buttons_in_the_readers_language(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk
) -> None:
    link = Link("https://example.org/a", (("es", "Ver el mapa"), ("en", "See the map")))
    assert await send(house, bulk, opens="report", link=link) == Tried(Sent(), 1)
    [message] = api.messages
    assert message.text == "Desde el lunes, a las 19."
    opens, out, stop = message.buttons
    assert opens["text"].startswith("📣 ")
    assert opens["callback_data"] == "open:0:report"
    assert out == {"text": "Ver el mapa", "url": "https://example.org/a"}
    assert stop["callback_data"] == "open:0:stop"


def test_the_library_makes_no_object_of_a_message_unless_it_has_a_picture() -> None:
    sent = b'{"ok":true,"result":{"message_id":7,"date":1,"chat":{"id":1,"type":"private"}%s}}'
    assert LeanRequest.parse_json_payload(sent % b"") == {"ok": True, "result": True}
    shown = LeanRequest.parse_json_payload(sent % b',"photo":[{"file_id":"f"}]')
    assert shown["result"]["photo"] == [{"file_id": "f"}]
    assert LeanRequest.parse_json_payload(b'{"ok":true,"result":{"id":1}}')["result"] == {"id": 1}


async def test_a_picture_is_uploaded_once_and_has_the_text_below_it(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk
) -> None:
    picture = Picture("p" * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map")))
    for chat in (10_001, 10_002, 10_003):
        assert await send(house, bulk, chat, picture=picture) == Tried(Sent(), 1)
    assert [(one.kind, one.text) for one in api.messages] == [("photo", TEXTS[0][1])] * 3
    assert sum(bool(call.files) for call in api.calls) == 1


async def test_of_more_pictures_than_are_kept_in_mind_one_is_uploaded_again(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def any_picture(_name: str) -> bytes:
        return b"a picture"

    monkeypatch.setattr(telegram_bulk, "PICTURES_MOST", 1)
    monkeypatch.setattr(bulk, "_picture", any_picture)
    for name in ("p", "p", "q", "p"):
        picture = Picture(name * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map")))
        assert await send(house, bulk, picture=picture) == Tried(Sent(), 1)
    uploaded = [bool(call.files) for call in api.calls if "photo" in call.method.lower()]
    assert uploaded == [True, False, True, True]


async def test_a_text_too_long_for_a_caption_stands_beside_its_picture_as_one_announcement(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk
) -> None:
    picture = Picture("p" * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map")))
    long = (("es", "x" * 1025), ("en", "y"))
    assert await send(house, bulk, picture=picture, texts=long) == Tried(Sent(), 2)
    first, second = api.messages
    assert (first.kind, first.text, first.buttons) == ("photo", "Un mapa", [])
    assert (second.kind, second.text) == ("text", "x" * 1025)
    assert len(second.buttons) == 1
    fits = (("es", "x" * 1024), ("en", "y"))
    assert await send(house, bulk, 10_002, picture=picture, texts=fits) == Tried(Sent(), 1)


async def test_what_stands_there_already_is_not_sent_again(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk
) -> None:
    picture = Picture("p" * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map")))
    long = (("es", "x" * 1025), ("en", "y"))
    api.faults.append(Fault("sendMessage", lambda: refuse(502, "Bad Gateway")))
    tried = await send(house, bulk, picture=picture, texts=long)
    assert tried == Tried(RetryAt(3.0, "telegram failing"), 1)
    content = Content(long, picture)
    operation = operation_of(house.countries[COUNTRY], content)
    assert await bulk.send("10001", operation, "es", tried.part) == Tried(Sent(), 2)
    assert [one.kind for one in api.messages] == ["photo", "text"]


async def test_a_picture_that_is_gone_is_a_reason(house: SmallHouse, bulk: TelegramBulk) -> None:
    picture = Picture("q" * 64, "image/jpeg", (("es", "Un mapa"), ("en", "A map")))
    assert await send(house, bulk, picture=picture) == Tried(GivenUp("picture gone"), 0)


@pytest.mark.parametrize(
    ("how", "after", "receipt"),
    [
        (lambda: too_many(35), False, RetryAt(0.0, "retry_after")),
        (lambda: refuse(403, "Forbidden: bot was blocked by the user"), False, GivenUp("blocked")),
        (lambda: refuse(403, "Forbidden: user is deactivated"), False, GivenUp("deactivated")),
        (lambda: refuse(400, "Bad Request: chat not found"), False, GivenUp("chat not found")),
        (lambda: refuse(400, "Bad Request: something"), False, GivenUp("rejected")),
        (lambda: refuse(413, "Request Entity Too Large"), False, GivenUp("rejected")),
        (lambda: refuse(401, "Unauthorized"), False, RetryAt(60.0, "token refused")),
        (lambda: refuse(404, "Not Found"), False, RetryAt(60.0, "token refused")),
        (server_error, False, RetryAt(3.0, "telegram failing")),
        (html_error, True, Unknown()),
        ("reset", True, Unknown()),
        ("half", True, Unknown()),
        ("reset", False, Unknown()),
    ],
)
async def test_each_end_has_its_name(
    house: SmallHouse,
    api: BotApi,
    bulk: TelegramBulk,
    how: object,
    after: bool,
    receipt: Receipt,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    api.faults.append(Fault("sendMessage", how, after=after))  # type: ignore[arg-type]
    assert (await send(house, bulk)).receipt == receipt
    assert TOKEN not in caplog.text
    house.later(minutes=2)
    assert (await send(house, bulk, 10_002)).receipt == Sent()


async def test_a_server_that_cannot_be_reached_has_nothing_for_certain(
    house: SmallHouse, api: BotApi
) -> None:
    async with bulk_over(house, api) as bulk:
        pass
    assert (await send(house, bulk)).receipt == RetryAt(3.0, "not reached")
    assert bulk.silent_seconds() == 3.0
    house.later(seconds=3)
    assert (await send(house, bulk)).receipt == RetryAt(6.0, "not reached")
    await bulk.close()


async def test_while_telegram_wants_silence_not_one_request_is_made_also_after_a_restart(
    house: SmallHouse, api: BotApi, bulk: TelegramBulk
) -> None:
    """Case C37: in the middle, a wait of 35 s for everything; a restart during the wait."""
    people(house, 20)
    row = scheduled(house)
    api.faults.append(Fault("sendMessage", lambda: too_many(35), skip=8))

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        return outbox.draw_for_many(connection, bot, 30, most, now, extra)

    town = announcing(house, bulk, draw)
    await town.go()
    at_silence = len(api.calls)
    assert len(api.messages) < 20
    assert 9 <= at_silence <= 15, "those under way at that moment"
    for _ in range(3):
        await town.go(seconds=10)
    again = announcing(house, bulk, draw)
    await again.go(seconds=4)
    assert len(api.calls) == at_silence
    known = house.database.write_now(budget.paused, house.now)
    assert known.keys() == {TELEGRAM}
    await again.go(seconds=1)
    for _ in range(10):
        await again.go(minutes=1)
    assert town.ends(row.code) == {"sent": 20}
    assert sorted(message.chat for message in api.messages) == list(CHATS)


async def test_an_announcement_goes_out_from_the_whole_bot_and_its_buttons_work(
    tmp_path: Path,
) -> None:
    api = BotApi()
    async with living(tmp_path, api=api) as life:
        await life.start(10_001)
        await life.start(10_002, "Español", "Sí, de acuerdo")
        house = life.house
        country = house.countries[COUNTRY]
        what = draft()
        what = replace(what, content=replace(what.content, opens="report"))
        row = await life.act(announcements.keep, house.outside, "shell:ana", what)
        before = len(api.messages)
        word = try_word(house.outside, house.keys, row.code)
        await life.say(10_001, word)
        shown = [one.text for one in api.messages[before:]]
        assert shown[0] == "From Monday on, at seven.", "an organiser tries it out"
        before = len(api.messages)
        done = await life.act(
            announcements.schedule, house.outside, "shell:ana", country, row.code
        )
        assert isinstance(done, Changed)
        await until_over(life, row.code)
        told = {one.chat: one for one in api.messages[before:]}
        assert told[10_001].text == "From Monday on, at seven."
        assert told[10_002].text == "Desde el lunes, a las 19."
        await life.press(10_001, "📣 Report a problem")
        assert api.messages[-1].text == "What is the problem?"
        await life.press(10_002, told[10_002].buttons[-1]["text"])
        assert "“empezar”" in api.messages[-1].text
        stopped = await life.count("select count(*) from resident where stopped_at is not null")
        assert stopped == 1


async def until_over(life: Living, code: str) -> None:
    async with asyncio.timeout(20):
        while True:
            found = await life.house.database.read(rows.find, code)
            if found is not None and found.state is State.DONE:
                return
            await asyncio.sleep(0.01)


def test_the_library_is_loaded_when_the_first_announcement_goes_out() -> None:
    code = (
        "import bot.announcing, bot.app, sys;"
        " print([m for m in ('telegram', 'aiogram') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
