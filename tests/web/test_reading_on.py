"""Where a page stands when it is opened or comes again, in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.domain.inbound import Command
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


async def test_words_in_the_box_stay_when_another_language_is_chosen(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start()
        await page.locator("#text").fill("not sent yet")
        await page.locator(".languages button").last.click()
        await expect(page.locator(".languages")).not_to_have_attribute("aria-busy", "true")
        assert site.web.town.taken[-1].input == Command("language", "xr")
        [(bot, address)] = site.web.town.inboxes
        await site.web.chat.send(bot, address, [("n", Tell(Message("In another.")))], "xr")
        await expect(page.locator(".entry[lang=xr]").last).to_be_visible()
        await expect(page.locator("#text")).to_have_value("not sent yet")


async def test_what_a_link_came_for_is_opened_once(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start()
        await page.goto(f"{site.url}?start=poster")
        await page.get_by_role("button", name="Open the link").click()
        await expect(page.locator(".came")).to_have_count(0)
        assert site.web.town.taken[-1].input == Command("start", "poster")
        await page.reload()
        await expect(page.locator("html.js")).to_have_count(1)
        await expect(page.locator(".came")).to_have_count(0)


async def test_the_place_where_news_of_sending_is_told_is_known_before(
    open_site: OpenSite,
) -> None:
    """A live region that comes together with its words is told by few screen readers."""
    async with open_site() as site:
        page = await site.start()
        empty = await page.evaluate("""() => {
          const place = document.getElementById("status"), style = getComputedStyle(place);
          return [place.textContent, style.display, place.offsetHeight];
        }""")
        assert empty == ["", "block", 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_edge_of_the_box_can_be_seen(open_site: OpenSite, scheme: str) -> None:
    """WCAG 2.2, 1.4.11: 3 to 1."""
    async with open_site() as site:
        page = await site.start(color_scheme=scheme)
        edge, inside, around = await page.evaluate(BOX)
        assert _ratio(edge, inside) >= 3
        assert _ratio(edge, around) >= 3


BOX = """() => {
  const colour = (e, what) => getComputedStyle(e)[what].match(/[\\d.]+/g).map(Number);
  const box = document.getElementById("text");
  return [colour(box, "borderTopColor"), colour(box, "backgroundColor"),
          colour(document.querySelector(".below"), "backgroundColor")];
}"""


def _ratio(one: list[float], other: list[float]) -> float:
    low, high = sorted((_shine(one), _shine(other)))
    return (high + 0.05) / (low + 0.05)


def _shine(colour: list[float]) -> float:
    parts = [value / 255 for value in colour]
    lit = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * lit[0] + 0.7152 * lit[1] + 0.0722 * lit[2]
