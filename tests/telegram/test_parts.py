"""The parts of the house as processes of their own, over one PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot.serving import PARTS, SEND, TELEGRAM, WEB
from tests.end_to_end import Browser
from tests.postgres import cluster, migrated
from tests.telegram.api import BotApi, serving
from tests.telegram.residents import Resident
from tests.telegram.served import part_over, process_over, running
from tests.telegram.waiting import until

FIRST = 7_000_000_001


@pytest.mark.parametrize("part", PARTS)
def test_a_part_by_itself_is_refused_on_a_file_by_name(tmp_path: Path, part: str) -> None:
    process = process_over(tmp_path, BotApi())
    with pytest.raises(RuntimeError, match=f"`baraza run {part}` needs PostgreSQL"):
        process.told("run", part, "--demo")


@pytest.mark.parametrize("part", [TELEGRAM, SEND])
def test_a_part_of_telegram_without_a_bot_is_refused(tmp_path: Path, part: str) -> None:
    process = part_over(tmp_path, BotApi(), cluster().text_url("nowhere"), part)
    del process.more["BARAZA_TELEGRAM_TOKEN"]
    with pytest.raises(RuntimeError, match="BARAZA_TELEGRAM_TOKEN is not set"):
        process.told("run", part, "--demo")


async def test_parts_that_run_apart_are_one_house(tmp_path: Path) -> None:
    database = cluster().create(migrated())
    async with serving(BotApi()) as api:
        web, taking, sending, other = (
            part_over(tmp_path / name, api, cluster().text_url(database), part)
            for name, part in (("w", WEB), ("t", TELEGRAM), ("s1", SEND), ("s2", SEND))
        )
        async with running(web, taking, sending, other):
            resident = Resident(api, FIRST, 1)
            await resident.live()
            browser = Browser(web.port)
            await asyncio.to_thread(browser.start)
            await asyncio.to_thread(browser.say, "English")
            assert "agree" in browser.text
            # Whichever of them has the bot goes; the other takes over at once.
            await asyncio.to_thread(sending.stop)
            heard = len(api.texts(FIRST))
            api.say(FIRST, text="menu")
            await until(lambda: len(api.texts(FIRST)) > heard)
            assert other.pid
        of_replies = "select count(*) from walk where bot = 'uruguay/telegram replies'"
        assert cluster().sql(database, of_replies) == "1"
        left = "select count(*) from outbox where state in ('owed', 'sending')"
        assert cluster().sql(database, left) == "0"
        for process in (web, taking, sending, other):
            assert process.code == 0
            assert "Traceback" not in process.log()


@pytest.mark.long
async def test_a_sender_that_is_killed_is_followed_by_another(tmp_path: Path) -> None:
    database = cluster().create(migrated())
    url = cluster().text_url(database)
    async with serving(BotApi()) as api:
        taking = part_over(tmp_path / "t", api, url, TELEGRAM)
        first = part_over(tmp_path / "s1", api, url, SEND)
        async with running(taking, first):
            api.say(FIRST, text="/start")
            await until(lambda: bool(api.texts(FIRST)))
            await asyncio.to_thread(first.stop, signal.SIGKILL)
            # Its lease runs out; that is not waited for here.
            cluster().sql(database, "update walk set lease_until = lease_until - interval '1 h'")
            second = part_over(tmp_path / "s2", api, url, SEND)
            async with running(second):
                heard = len(api.texts(FIRST))
                api.press(FIRST, "English")
                await until(lambda: len(api.texts(FIRST)) > heard)
