"""The web chat in a real browser: with scripts and without, on slow lines, by keyboard."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, Route, expect

from bot.domain.inbound import Attachment, Command, Location, Press, Text
from bot.domain.messages import Message
from bot.domain.operations import Tell
from tests.accessible import barriers
from tests.houses import served
from tests.web.conftest import COUNTRY
from tests.web.site import OpenSite, question
from tests.web.town import QUESTIONS, make_country

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTHS = (320, 1024)
PHONES = (320, 360)
MADE_UP = ("html-lang-valid", "valid-lang")
"""What axe-core says of the language that is read from right to left here."""


async def answer(page: Page, words: str, then: int) -> None:
    await page.fill("#text", words)
    await page.locator(".send").click()
    await expect(question(page, then)).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_whole_report_can_be_told(
    open_site: OpenSite, scripts: bool, tmp_path: Path
) -> None:
    picture = tmp_path / "bin.jpg"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(picture, quality=92)
    async with open_site() as site:
        page = await site.start(java_script_enabled=scripts)
        await page.get_by_role("button", name="Yes, I agree").click()
        await expect(question(page, 2)).to_be_visible()
        await page.get_by_role("button", name="Rubbish").click()
        await expect(question(page, 3)).to_be_visible()
        await answer(page, "The bin is full.\nSince <Monday>.", then=4)
        await page.get_by_role("button", name="North bank").click()
        await expect(question(page, 5)).to_be_visible()
        await page.set_input_files("input[name=photo]", picture)
        if not scripts:
            await page.locator(".send").click()
        await expect(question(page, 6)).to_be_visible()
        await page.fill("[name=day]", "2026-11-20")
        await page.locator(".send").click()
        await expect(question(page, 7)).to_be_visible()
        await answer(page, "12", then=8)
        await page.get_by_role("button", name="Send it").click()
        await expect(page.locator(".code")).to_have_text("RIV-7F3K")
        said = [inbound.input for inbound in site.web.town.taken]
        assert said[:5] == [
            Command("start"),
            Press("c1", 1, "yes"),
            Press("c1", 2, "waste"),
            Text("The bin is full.\nSince <Monday>.", "c1", 3),
            Press("c1", 4, "north"),
        ]
        photo = said[5]
        assert isinstance(photo, Attachment)
        assert said[6:] == [
            Text("2026-11-20", "c1", 6),
            Text("12", "c1", 7),
            Press("c1", 8, "send"),
        ]
        sent = site.web.files.kept[photo.name]
        # With scripts a photo is made smaller before it travels.
        with Image.open(io.BytesIO(sent)) as image:
            assert max(image.size) == (1600 if scripts else 2400)


async def test_enter_sends_shift_enter_does_not_and_a_word_being_picked_does_not(
    open_site: OpenSite,
) -> None:
    async with open_site() as site:
        page = await site.start()
        text = page.locator("#text")
        await text.fill("ha")
        await text.dispatch_event(
            "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
        )
        await text.dispatch_event(
            "keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True}
        )
        await text.press("Shift+Enter")
        await text.type("x")
        assert await text.input_value() == "ha\nx"
        await text.press("Enter")
        await expect(question(page, 2)).to_be_visible()
        assert [i.input for i in site.web.town.taken[1:]] == [Text("ha\nx", "c1", 1)]
        await expect(text).to_have_value("")


async def test_an_answer_whose_receipt_was_lost_is_sent_again_and_counts_once(
    open_site: OpenSite,
) -> None:
    async with open_site() as site:
        page = await site.start()
        tries = 0

        async def lose_the_first_receipt(route: Route) -> None:
            nonlocal tries
            tries += 1
            if tries == 1:
                # The server gets it; the browser never hears so.
                await route.fetch()
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/say*", lose_the_first_receipt)
        await page.fill("#text", "yes")
        await page.locator(".send").click()
        await expect(page.locator("#text")).to_have_value("")
        assert tries == 2
        assert [i.input for i in site.web.town.taken[1:]] == [Text("yes", "c1", 1)]
        await expect(page.locator(".mine")).to_have_count(1)


async def test_words_stay_in_the_box_when_they_cannot_be_sent(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start()
        await page.route(
            "**/say*",
            lambda route: route.fulfill(status=429, content_type="text/plain", body="Please wait"),
        )
        await page.fill("#text", "my long story")
        await page.locator(".send").click()
        await expect(page.locator("#status")).to_have_text("Please wait")
        await expect(page.locator("#text")).to_have_value("my long story")
        await page.unroute("**/say*")
        await page.locator(".send").click()
        await expect(page.locator("#text")).to_have_value("")
        assert len(site.web.town.taken) == 2


async def test_impatience_on_a_slow_line_is_one_chat(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.open()
        devtools = await page.context.new_cdp_session(page)
        await devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 400,
                "downloadThroughput": 50_000,
                "uploadThroughput": 50_000,
            },
        )
        box = await page.locator("main .go").bounding_box()
        assert box is not None
        for _ in range(4):
            # By the mouse, which does not wait for the page as a click on an element does.
            await page.mouse.click(box["x"] + 20, box["y"] + 20)
        await expect(question(page, 1)).to_be_visible()
        button = page.get_by_role("button", name="Yes, I agree")
        await button.dblclick(no_wait_after=True)
        await expect(question(page, 2)).to_be_visible()
        await page.reload()
        await expect(question(page, 2)).to_have_count(1)
        assert len(site.web.town.inboxes) == 1
        said = [i.input for i in site.web.town.taken]
        assert said == [Command("start"), Press("c1", 1, "yes")]


async def test_two_tabs_show_the_same_and_news_comes_by_itself(open_site: OpenSite) -> None:
    async with open_site() as site:
        first = await site.start()
        second = await first.context.new_page()
        await second.goto(site.url)
        await first.get_by_role("button", name="Yes, I agree").click()
        await expect(question(second, 2)).to_be_visible()
        await expect(second.get_by_role("button", name="Yes, I agree")).to_have_count(0)
        [(bot, address)] = site.web.town.inboxes
        news = Tell(Message("Your report RIV-7F3K is planned."))
        await site.web.chat.send(bot, address, [("news", news)], "en")
        for page in (first, second):
            await expect(page.locator(".code")).to_have_text("RIV-7F3K")


async def test_a_broken_line_is_told_and_made_good(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start()
        await page.route("**/events*", lambda route: route.abort())
        await page.context.set_offline(True)
        [(bot, address)] = site.web.town.inboxes
        await site.web.chat.send(bot, address, [("n", Tell(Message("Missed?")))], "en")
        site.web.chat.close()
        await expect(page.locator("#status")).to_contain_text("No connection.")
        await page.unroute("**/events*")
        await page.context.set_offline(False)
        # Streams of this chat are closed for good, so what comes is what a page load brings.
        await page.reload()
        await expect(page.get_by_text("Missed?")).to_be_visible()


async def test_a_place_can_be_shared(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start(
            geolocation={"latitude": -34.9, "longitude": -56.2}, permissions=["geolocation"]
        )
        for number in (2, 3, 4):
            await answer(page, "yes", then=number)
        await page.get_by_role("button", name="Share my location").click()
        await expect(question(page, 5)).to_be_visible()
        assert site.web.town.taken[-1].input == Location(-34.9, -56.2)


async def test_the_keyboard_alone_is_enough_and_focus_is_not_lost(open_site: OpenSite) -> None:
    async with open_site() as site:
        page = await site.start()
        await page.get_by_role("button", name="Yes, I agree").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".entry.asks:focus")).to_contain_text("Rubbish")
        await page.keyboard.press("Tab")
        focused = page.locator(":focus")
        await expect(focused).to_contain_text("Rubbish")
        await page.keyboard.press("Space")
        await expect(question(page, 3)).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["en", "xr"])
async def test_nothing_overflows_and_everything_can_be_touched(
    open_site: OpenSite, width: int, language: str
) -> None:
    async with open_site() as site:
        page = await site.open(viewport={"width": width, "height": 640})
        await page.goto(f"{site.url}?language={language}")
        await page.locator("main .go").click()
        await expect(page.locator(".answers")).to_be_visible()
        for step in range(2, len(QUESTIONS) + 1):
            await page.fill("#text", f"an_answer_without_any_space_{'x' * 60} {step}")
            await page.locator(".send").click()
            await expect(page.locator(".bot")).to_have_count(step)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
            small = await page.evaluate(
                """() => [...document.querySelectorAll('button, a, label.tool, textarea')]
                  .filter((e) => e.checkVisibility() && !e.matches('.skip'))
                  .map((e) => [e.textContent.trim(), e.getBoundingClientRect()])
                  .filter(([, box]) => box.height < 43.99 || box.width < 43.99)
                  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
            )
            assert small == []
        newest = page.locator(".bot").last
        await expect(newest).to_be_in_viewport()


async def test_what_stands_below_is_never_wider_than_a_phone_in_any_language(
    open_site: OpenSite,
) -> None:
    countries = served()[0]
    spoken = {code: key for key, country in countries.items() for code in country.languages}
    assert len(spoken) >= 7
    async with open_site(make_country(), *countries.values()) as site:
        # Something that is said in every language: a page speaks the one of what is told last.
        site.web.town.answer = lambda _inbound: [Tell(Message("What would you like to do?"))]
        page = await site.open(viewport={"width": 320, "height": 640})
        for language, country in spoken.items():
            url = f"{site.url.removesuffix(COUNTRY)}{country}?language={language}"
            await page.context.clear_cookies()
            await page.goto(url)
            await page.locator("main .go").first.click()
            await expect(page.locator(".bot")).to_be_visible()
            await expect(page.locator("html")).to_have_attribute("lang", language)
            await expect(page.locator(".menu")).to_be_visible()
            for width in PHONES:
                await page.set_viewport_size({"width": width, "height": 640})
                beyond = await page.evaluate(
                    """() => [...document.querySelectorAll('.below, .below *, html')]
                      .filter((e) => e.checkVisibility() && !e.closest('.vh, svg, input'))
                      .filter((e) => e.getBoundingClientRect().right > innerWidth + .5
                        || e.getBoundingClientRect().left < -.5
                        || e.scrollWidth > e.clientWidth + 1 && e.matches('html, form, footer'))
                      .map((e) => `${e.tagName} ${e.textContent.trim()}`)"""
                )
                assert beyond == [], (language, width)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_from_its_ground(open_site: OpenSite, scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    async with open_site() as site:
        page = await site.start(color_scheme=scheme)
        await answer(page, "hello", then=2)
        poor = await page.evaluate(CONTRAST)
        assert poor == []


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "xr")])
async def test_no_question_and_no_page_before_it_has_a_barrier(
    open_site: OpenSite, scheme: str, language: str
) -> None:
    countries = served()[0]
    async with open_site(make_country(), *countries.values()) as site:
        page = await site.open(color_scheme=scheme, viewport={"width": 360, "height": 640})
        await page.goto(site.url.removesuffix(COUNTRY))
        assert await barriers(page, *MADE_UP) == []
        await page.goto(f"{site.url}?language={language}")
        assert await barriers(page, *MADE_UP) == []
        await page.locator("main .go").click()
        await expect(page.locator(".answers")).to_be_visible()
        for step in range(2, len(QUESTIONS) + 1):
            assert await barriers(page, *MADE_UP) == [], step
            await page.fill("#text", "An answer.")
            await page.locator(".send").click()
            await expect(page.locator(".bot")).to_have_count(step)
        assert await barriers(page, *MADE_UP) == []
        await page.evaluate("document.documentElement.removeAttribute('lang')")
        [found] = await barriers(page, *MADE_UP)
        assert found.startswith("html-has-lang"), "what is wrong is seen"


CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const shine = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const seen = [...document.querySelectorAll('body *')]
    .filter((e) => e.checkVisibility() && !e.closest('svg, .vh'))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  if (seen.length < 10) return ['too little was seen'];
  return seen.map((e) => {
    const [a, b] = [shine(parse(getComputedStyle(e).color)), shine(ground(e))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.trim()];
  }).filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => `${text}: ${ratio.toFixed(2)}`);
}"""
