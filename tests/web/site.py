"""A web chat in a real browser, over a town in memory."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.domain.country import Country
from tests.needs import need
from tests.web.conftest import COUNTRY, Web, make_web
from tests.web.town import QUESTIONS


@dataclass
class Site:
    web: Web
    browser: Browser
    url: str

    async def open(self, **more: Any) -> Page:
        """A new browser profile with the welcome page; what goes wrong in it fails the test."""
        context = await self.browser.new_context(**{"locale": "en", **more})
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        await page.goto(self.url)
        return page

    async def start(self, **more: Any) -> Page:
        page = await self.open(**more)
        await page.locator("main .go").click()
        await expect(page.locator(".answers")).to_be_visible()
        if more.get("java_script_enabled", True):
            # Before the script is there, forms are plain ones, which is another test.
            await expect(page.locator("html.js")).to_have_count(1)
        return page


OpenSite = Callable[..., AbstractAsyncContextManager[Site]]


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Chromium: to start it takes longer than most tests do, so that a module shares one."""
    chromium = need("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(chromium), args=["--no-sandbox"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(executor: Executor, browser: Browser, *countries: Country) -> AsyncIterator[Site]:
    """A served chat, and a browser to open it in. Its profiles end with it."""
    web = make_web(executor, secure=False, countries=countries)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(web.chat.application(), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/{COUNTRY}"
        try:
            yield Site(web, browser, url)
        finally:
            for profile in browser.contexts:
                await profile.close()
            web.chat.close()
            server.should_exit = True
            await serving
            await web.client.aclose()


def question(page: Page, number: int) -> Any:
    return page.get_by_text(QUESTIONS[number - 1].line.source, exact=True)
