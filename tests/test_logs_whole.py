"""Whole conversations at debug, and everything failing: no log line knows any person."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end import Browser, Process
from tests.telegram.api import TOKEN, BotApi, empty_answer, html_error, serving
from tests.telegram.waiting import until

ANA = 7_012_345_678
SECRET = "asecretofthetestsoffortysignsandmore1234"
WORDS = "palabrasquenadiemasescribe"
PLACE = "esquinaquenadiemasnombra"
NAME, SURNAME, USER = "Nombrequenadietiene", "Apellidezdelmonte", "usuariadeprueba"
NUMBER = "099123456"
LATITUDE, LONGITUDE = -34.912345, -56.187654
PLANTED = (
    WORDS,
    PLACE,
    NAME,
    SURNAME,
    USER,
    NUMBER,
    str(ANA),
    str(LATITUDE),
    str(LONGITUDE),
    TOKEN,
    TOKEN.partition(":")[2],
    SECRET,
)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with serving(BotApi()) as api:
        yield api


def damage(process: Process, *statements: str) -> None:
    """Change the database behind the process's back."""
    with closing(sqlite3.connect(process.data / "baraza.db", timeout=20)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def say(browser: Browser, words: str) -> None:
    """In the web chat, whose answer may be an error."""
    try:
        browser.say(words)
    except RuntimeError:
        browser.open()


async def test_no_log_line_knows_a_person_whatever_fails(tmp_path: Path, api: BotApi) -> None:
    process = Process(tmp_path / "data")
    process.settle()
    # Tables are made at the start: that is what speaks at this level.
    (tmp_path / "data" / "baraza.db").unlink()
    process.more |= {
        "BARAZA_LOG": "debug",
        "BARAZA_SECRET_KEY": SECRET,
        "BARAZA_TELEGRAM_TOKEN": TOKEN,
        "BARAZA_TELEGRAM_API": api.address,
    }
    await asyncio.to_thread(process.start)
    who: dict[str, Any] = {
        "id": ANA, "is_bot": False, "first_name": NAME, "last_name": SURNAME, "username": USER,
        "language_code": "en",
    }  # fmt: skip
    sent: dict[str, Any] = {"from": who}

    # On Telegram: a whole report, with a server that answers oddly in between.
    api.odd["sendMessage"] = [html_error, empty_answer]
    for words in ("/start", "English", "yes", "report", "full bin", f"{WORDS} {NUMBER}"):
        api.say(ANA, text=words, **sent)
    api.say(ANA, location={"latitude": LATITUDE, "longitude": LONGITUDE}, **sent)
    contact = {"phone_number": f"+598{NUMBER}", "first_name": NAME, "user_id": ANA}
    api.say(ANA, contact=contact, **sent)
    await until(lambda: len(api.texts(ANA)) > 6)

    # In the web chat: the database refuses, then the conversation cannot be read.
    browser = Browser(process.port)
    await asyncio.to_thread(browser.start)
    for words in ("English", "yes", "report", "full bin"):
        await asyncio.to_thread(say, browser, words)
    damage(
        process,
        "create trigger refuse before insert on interaction "
        "begin select raise(abort, 'the tests refuse'); end",
    )
    await asyncio.to_thread(say, browser, f"{WORDS} {PLACE}")
    api.say(ANA, text=f"{PLACE} {WORDS}", **sent)
    await until(lambda: process.log().count("the tests refuse") >= 2)
    damage(process, "drop trigger refuse")
    damage(
        process,
        # What it stands at is looked up by this name: the error repeats it.
        f"update conversation set flow = '{WORDS}' where flow != 'menu'",
        "insert into outbox (address_id, language, payload, state, priority, created_at, due_at, "
        f"attempts) select id, 'en', cast('{{\"{WORDS}\": 1}}' as blob), 'owed', 0, "
        "'2026-11-25T00:00:00.000000Z', '2026-11-25T00:00:00.000000Z', 0 from address",
    )
    await asyncio.to_thread(say, browser, WORDS)
    await until(lambda: "cannot be read" in process.log())

    # An update that is none, and a token in an address that is away.
    api.queue({"message": {"message_id": WORDS, "from": who, "text": f"{NAME} {NUMBER}"}})
    await until(lambda: process.log().count("polling failed") + process.log().count("aside") > 0)
    await asyncio.to_thread(process.stop)

    written = process.log() + process.last
    assert '"level": "debug"' in written
    assert written.count("Traceback") > 4
    cookie = browser._cookie.partition("=")[2]
    for planted in (*PLANTED, cookie):
        assert planted not in written, planted
