"""`baraza run` with a token: polls, answers, survives a kill, and never writes the token down."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.end_to_end import Process
from tests.telegram.api import TOKEN, BotApi, html_error, serving

ANA = 7_000_000_001
SECONDS = 15.0


async def until(api: BotApi, words: str) -> None:
    """Wait until the bot has said so."""
    async with asyncio.timeout(SECONDS):
        while not any(words in text for text in api.texts(ANA)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_killed_process_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    async with serving(BotApi()) as api:
        process = Process(tmp_path / "data")
        process.more = {
            "BARAZA_COUNTRIES": "uruguay",
            "BARAZA_TELEGRAM_TOKEN": TOKEN,
            "BARAZA_TELEGRAM_API": api.address,
        }
        await asyncio.to_thread(process.start)
        api.odd["getUpdates"] = [html_error]
        api.say(ANA, text="/start")
        await until(api, "Which language do you want?")
        api.press(ANA, "English")
        await until(api, "Do you agree to start?")
        await asyncio.to_thread(process.stop, signal.SIGKILL)
        api.press(ANA, "Yes, I agree")
        await asyncio.to_thread(process.start)
        await until(api, "What would you like to do?")
        assert await asyncio.to_thread(process.stop) < 10
        assert api.texts(ANA).count("What would you like to do?") == 1
        assert TOKEN not in process.log()
        assert api.commands.keys() == {"", "es", "en"}
        assert api.commands["en"][1] == {"command": "report", "description": "Report a problem"}
        assert "polling failed" in process.log()
