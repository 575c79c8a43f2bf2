"""The closed circle in every two languages that live together: on no channel, in the web chat in
Chromium, and on Telegram on loopback. A channel is right to left in every run, and each of the
others in the long one."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot import app
from bot.i18n.languages import read_languages
from tests.accessible import barriers
from tests.circle import (
    ISOLATES,
    PAIRS,
    WORDS,
    AtTheShell,
    Resident,
    go_round,
    said_of,
    words_of,
)
from tests.circle_core import InTheCore, core
from tests.end_to_end import free_port
from tests.houses import LOCALES, SECRET, served
from tests.needs import need
from tests.telegram.living import Living, living

LONG = [pytest.mark.long]


@dataclass
class InTelegram:
    """A chat with the bot on loopback."""

    life: Living
    chat: int

    async def say(self, *words: str) -> None:
        await self.life.say(self.chat, *words)

    async def read(self) -> str:
        return "\n".join(self._said())

    def _said(self) -> list[str]:
        """Texts, and what stands under pictures."""
        return [item.text for item in self.life.api.messages if item.chat == self.chat]

    def pictures(self) -> list[str]:
        """What stands under each picture of ours."""
        return [
            item.text
            for item in self.life.api.messages
            if item.chat == self.chat and item.kind == "photo"
        ]


@dataclass
class InBrowser:
    """A page of the web chat in a browser profile of its own."""

    life: Living
    page: Page

    async def say(self, *words: str) -> None:
        for said in words:
            before = await self._newest(".entry")
            await self.page.fill("#text", said)
            await self.page.locator(".send").click()
            for _look in range(1000):
                # The next question: what is fleeting has gone by then.
                if await self._newest(".asks[data-open]") > before:
                    break
                await asyncio.sleep(0.02)
            else:
                raise AssertionError(f"no answer came to {said!r}")

    async def _newest(self, kind: str) -> int:
        """The number of the newest entry of a kind; 0 for none."""
        numbers = "all => Math.max(0, ...all.map(one => Number(one.dataset.n)))"
        return int(await self.page.locator(f"#log {kind}").evaluate_all(numbers))

    async def read(self) -> str:
        return await self.page.inner_text("#log")


@asynccontextmanager
async def serving(
    folder: Path, country: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Living]:
    """A running house; commands of this process are typed beside it, on its clock."""
    listen = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("BARAZA_DATA", str(folder / "data"))
    monkeypatch.setenv("BARAZA_SECRET_KEY", SECRET)
    monkeypatch.setenv("BARAZA_COUNTRIES", country)
    monkeypatch.setenv("BARAZA_WEB_LISTEN", listen)
    pages = "https://town.example"
    async with living(
        folder, country=country, BARAZA_WEB_LISTEN=listen, BARAZA_WEB_URL=pages
    ) as life:
        with patch.object(app, "outside", lambda: life.house.outside):
            yield life


@dataclass
class Served(AtTheShell):
    """A house that serves a channel, and a shell beside it."""

    life: Living

    @property
    def house(self) -> app.House:
        return self.life.house

    @property
    def country(self) -> str:
        return self.life.country

    @property
    def clock(self) -> list[datetime]:
        return self.life.clock

    async def settled(self) -> None:
        await self.life.settled()


def in_turn(gate: str) -> list[Any]:
    """Every pair; all but `gate` in the long run only."""
    return [
        pytest.param(*pair, id="-".join(pair), marks=[] if "-".join(pair) == gate else LONG)
        for pair in PAIRS
    ]


@pytest.mark.parametrize(("country", "first", "second"), PAIRS)
async def test_the_circle_is_closed_in_every_two_languages_that_live_together(
    country: str, first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with core(tmp_path / "data", country, monkeypatch) as life:
        one, other = (
            Resident(country, language, InTheCore(life, language)) for language in (first, second)
        )
        for resident in (one, other):
            await resident.chat.say("/start")
            await resident.say("door")
        await go_round(life, one, other, tmp_path)
        for resident in (one, other):
            await resident.reads("chart")


def test_every_language_of_every_country_takes_part() -> None:
    served_languages = {key: country.languages for key, country in served()[0].items()}
    assert {key: tuple(spoken) for key, spoken in WORDS.items()} == served_languages


@pytest.mark.parametrize(("country", "first", "second"), in_turn("somalia-so-ar"))
async def test_the_circle_is_closed_on_telegram(
    country: str, first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, country, monkeypatch) as life:
        chats = [InTelegram(life, 10_001), InTelegram(life, 10_002)]
        one, other = (
            Resident(country, language, chat)
            for language, chat in zip((first, second), chats, strict=True)
        )
        for resident, chat in zip((one, other), chats, strict=True):
            await life.start(chat.chat, *said_of(country, resident.language, "door"))
        await go_round(Served(life), one, other, tmp_path)
        for resident, chat in zip((one, other), chats, strict=True):
            won = words_of(country, resident.language, "won")
            assert [won in ISOLATES.sub("", text) for text in chat.pictures()] == [True]
        page = rf"https://town\.example/{country}/votes/\w+-\w+\?"
        assert re.search(page, await one.chat.read())


@pytest.mark.parametrize(("country", "first", "second"), in_turn("somalia-so-ar"))
async def test_the_circle_is_closed_in_a_browser(
    country: str, first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = need("chromium")
    async with serving(tmp_path, country, monkeypatch) as life, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox"]
        )
        pages = [await entered(browser, life, language) for language in (first, second)]
        one, other = (
            Resident(country, language, InBrowser(life, page))
            for language, page in zip((first, second), pages, strict=True)
        )
        for resident in (one, other):
            await resident.say("door")
        await go_round(Served(life), one, other, tmp_path)
        for resident, page in zip((one, other), pages, strict=True):
            await look_at_the_result(page, resident)
        await browser.close()


async def entered(browser: Browser, life: Living, language: str) -> Page:
    """A browser profile of somebody who reads this language, in the chat."""
    context = await browser.new_context(locale=language)
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(f"http://{os.environ['BARAZA_WEB_LISTEN']}/{life.country}")
    await page.locator("main .go").click()
    await expect(page.locator("html.js")).to_have_count(1)
    await expect(page.locator(".answers")).to_be_visible()
    return page


async def look_at_the_result(page: Page, resident: Resident) -> None:
    """The chart is there, and the page behind it says the same in the same language."""
    country, language = resident.country, resident.language
    chart = page.get_by_role("img", name=words_of(country, language, "chart"))
    await chart.scroll_into_view_if_needed()
    assert await chart.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1080
    link = page.get_by_role("link", name=words_of(country, language, "result"))
    await link.last.click()
    lead = page.locator(".lead")
    await expect(lead).to_be_visible()
    assert ISOLATES.sub("", await lead.inner_text()) == words_of(country, language, "won")
    turned = await page.locator("html").get_attribute("dir")
    assert turned == read_languages(LOCALES)[language].direction
    assert await barriers(page) == []
    await page.goto(f"http://{os.environ['BARAZA_WEB_LISTEN']}/{country}/votes")
    assert await barriers(page) == []
    await page.goto(f"http://{os.environ['BARAZA_WEB_LISTEN']}/{country}")
    await expect(page.locator(".answers").last).to_be_visible()
    # A button that is half under what stands below is small until one reads on.
    assert await barriers(page, "target-size") == []
