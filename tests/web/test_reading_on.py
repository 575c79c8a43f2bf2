"""Where a page stands when it is opened or comes again, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.domain.messages import Message
from bot.domain.operations import PutOut, Tell
from tests.web.site import OpenSite, question
from tests.web.town import QUESTIONS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_in_another_language_stands_at_what_is_asked(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start(viewport={"width": 360, "height": 640})
        [(bot, address)] = site.web.town.inboxes
        told = [(f"told {n}", Tell(Message(f"Line {n}."))) for n in range(30)]
        await site.web.chat.send(bot, address, told, "en")
        await expect(page.get_by_text("Line 29.")).to_be_attached()
        await page.get_by_role("button", name="Yes, I agree").click()
        await expect(question(page, 2)).to_be_visible()
        await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        again = (("out", PutOut("c1", 2)), ("asked", QUESTIONS[1]))
        await site.web.chat.send(bot, address, again, "xr")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator(".answers button").last).to_be_in_viewport()


async def test_a_page_opened_later_stands_at_the_news_below_the_question(
    open_site: OpenSite,
) -> None:
    async with open_site() as site:
        page = await site.start(viewport={"width": 360, "height": 480})
        await page.get_by_role("button", name="Yes, I agree").click()
        await expect(question(page, 2)).to_be_visible()
        await page.goto("about:blank")
        [(bot, address)] = site.web.town.inboxes
        news = Tell(Message("Your report RIV-7F3K is planned."))
        await site.web.chat.send(bot, address, [("news", news)], "en")
        await page.goto(site.url)
        await expect(page.locator(".code")).to_be_in_viewport()
