"""Draws docs/pictures: three conversations of each country, as a small phone shows them, and one
from its beginning to its end.

    python -m tests.pictures

Each is a transcript, talked through in Chromium with a running house up to its review. Named
countries are drawn alone.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, ViewportSize, async_playwright, expect

from bot.pictures import demo_photo
from tests.end_to_end import ROOT, free_port
from tests.needs import need
from tests.player import read_transcript
from tests.telegram.living import Living, living
from tests.votes.samples import begin

FOLDER = ROOT / "docs" / "pictures"
PHONE: ViewportSize = {"width": 360, "height": 720}
COLOURS = 64
"""Enough for a page of few colours, at a quarter of the size."""

SHOWN = (
    *(
        (f"{flow}-pressing-{country}-{language}", country)
        for country, language in (
            ("uruguay", "es"),
            ("kenya", "sw"),
            ("indonesia", "id"),
            ("thailand", "th"),
        )
        for flow in ("report", "idea", "vote")
    ),
    ("report-pressing-somalia-ar", "somalia"),
    ("idea-pressing-somalia-so", "somalia"),
    ("vote-pressing-somalia-ar", "somalia"),
)

WHOLE = ("report-pressing-uruguay-es", "uruguay")
"""The conversation that the README shows."""

MOMENTS: tuple[dict[str, Any], ...] = ({"press": "report"}, {"press": "!skip"}, {"press": "week"})
"""After these turns it is shown, and before it is sent."""

EDGE, DESK = 16, (216, 208, 196)


def until_the_picture(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The turns before the review is sent."""
    for number, turn in enumerate(turns):
        if turn == {"press": "send"}:
            return turns[:number]
    raise ValueError("there is nothing to show")


async def talk(life: Living, page: Page, turn: dict[str, Any]) -> None:
    """What a resident does in one turn. What a transcript expects is for other tests."""
    match turn:
        case {"say": "/start"}:
            await page.locator("main .go").click()
        case {"say": str(words)}:
            await page.fill("#text", words)
            await page.locator(".send").click()
        case {"press": str(key)}:
            await page.locator(f"#log [data-open] button[name=press][value='{key}']").last.click()
        case {"send": "photo"}:
            photo = FilePayload(
                name="a.jpg", mimeType="image/jpeg", buffer=demo_photo("bin_full", 1)
            )
            await page.set_input_files("input[name=photo]", photo)
        case {"here": [latitude, longitude]}:
            await page.context.set_geolocation({"latitude": latitude, "longitude": longitude})
            locate = page.locator("[data-locate]").last
            # Where no point is kept, the page has no button for it.
            if not await locate.is_visible():
                return
            await locate.click()
        case {"vote": str(name)}:
            country = life.house.countries[life.country]
            await life.act(begin, life.house.outside, life.house.keys, country, name)
            return
        case _:
            return
    await asyncio.sleep(0.3)
    await life.settled()
    await expect(page.locator("#log [data-open]").last).to_be_visible()


async def shots(
    browser: Browser, name: str, country: str, moments: Sequence[dict[str, Any]] = ()
) -> list[Image.Image]:
    """What stands on the screen after each of these turns, and at the review."""
    listen = f"127.0.0.1:{free_port()}"
    transcript = read_transcript(ROOT / "tests" / "transcripts" / f"{name}.json")
    found = []
    with tempfile.TemporaryDirectory() as folder:
        async with living(Path(folder), country=country, BARAZA_WEB_LISTEN=listen) as life:
            context = await browser.new_context(
                locale=transcript["language"],
                viewport=PHONE,
                reduced_motion="reduce",
                permissions=["geolocation"],
            )
            context.set_default_timeout(15_000)
            page = await context.new_page()
            await page.goto(f"http://{listen}/{country}")
            for turn in until_the_picture(transcript["turns"]):
                await talk(life, page, turn)
                if turn in moments:
                    found.append(await shot(page))
            found.append(await shot(page))
            await context.close()
    return found


async def shot(page: Page) -> Image.Image:
    await page.mouse.move(0, 0)
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    await asyncio.sleep(0.5)
    return Image.open(io.BytesIO(await page.screenshot())).convert("RGB")


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    width, height = PHONE["width"] + EDGE, PHONE["height"] + EDGE
    strip = Image.new("RGB", (width * len(pictures) + EDGE, height + EDGE), DESK)
    for number, picture in enumerate(pictures):
        strip.paste(picture, (EDGE + number * width, EDGE))
    return strip


def keep(picture: Image.Image, name: str) -> None:
    small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    file = FOLDER / f"{name}.png"
    drawn = io.BytesIO()
    small.save(drawn, "PNG", optimize=True)
    file.write_bytes(drawn.getvalue())
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(drawn.getvalue()):,} bytes\n")
    sys.stdout.flush()


async def main(wanted: list[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(need("chromium")), args=["--no-sandbox"]
        )
        for name, country in SHOWN:
            if not wanted or country in wanted:
                [picture] = await shots(browser, name, country)
                keep(picture, name.replace("-pressing", ""))
        if not wanted or WHOLE[1] in wanted:
            keep(side_by_side(await shots(browser, *WHOLE, MOMENTS)), "conversation")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
