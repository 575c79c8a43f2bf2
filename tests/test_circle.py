"""The closed circle once on each channel: the web chat in Chromium, Telegram on loopback."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot import app
from tests.circle import go_round
from tests.end_to_end import free_port
from tests.houses import SECRET
from tests.needs import need
from tests.telegram.living import Living, living

ENGLISH, SPANISH = 10_001, 10_002


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


@pytest.fixture
async def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Living]:
    """A running house; commands of this process are typed beside it, on its clock."""
    listen = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BARAZA_SECRET_KEY", SECRET)
    monkeypatch.setenv("BARAZA_COUNTRIES", "uruguay")
    monkeypatch.setenv("BARAZA_WEB_LISTEN", listen)
    async with living(
        tmp_path, BARAZA_WEB_LISTEN=listen, BARAZA_WEB_URL="https://town.example"
    ) as life:
        with patch.object(app, "outside", lambda: life.house.outside):
            yield life


async def test_the_circle_is_closed_on_telegram(life: Living, tmp_path: Path) -> None:
    await life.start(ENGLISH)
    await life.start(SPANISH, "Español", "Sí, de acuerdo")
    english, spanish = InTelegram(life, ENGLISH), InTelegram(life, SPANISH)
    await go_round(life, english, spanish, tmp_path)
    assert ["Chosen: Compost bin." in text for text in english.pictures()] == [True]
    assert ["Ganó: Compostera." in text for text in spanish.pictures()] == [True]
    assert re.search(r"https://town\.example/uruguay/votes/MVD-\w+\?", await english.read())


async def test_the_circle_is_closed_in_a_browser(life: Living, tmp_path: Path) -> None:
    chromium = need("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox"]
        )
        people = []
        for locale, agree in (("en", ("English", "yes")), ("es", ("Español", "sí"))):
            context = await browser.new_context(locale=locale)
            context.set_default_timeout(20_000)
            page = await context.new_page()
            await page.goto(f"http://{os.environ['BARAZA_WEB_LISTEN']}/uruguay")
            await page.locator("main .go").click()
            await expect(page.locator("html.js")).to_have_count(1)
            await expect(page.locator(".answers")).to_be_visible()
            person = InBrowser(life, page)
            await person.say(*agree)
            people.append(person)
        await go_round(life, people[0], people[1], tmp_path)
        page = people[0].page
        chart = page.get_by_role("img", name="A bar for each option")
        await chart.scroll_into_view_if_needed()
        assert await chart.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1080
        await page.get_by_role("link", name="Result of the vote").last.click()
        await expect(page.locator(".lead")).to_have_text("Chosen: Compost bin.")
        await browser.close()
