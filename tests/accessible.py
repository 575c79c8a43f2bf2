"""What a page keeps from whom: looked over by axe-core, as people's own tools would."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""WCAG 2.2 up to AA, and what its readers recommend beside it."""


async def barriers(page: Page, *passed_over: str) -> list[str]:
    """What axe-core finds on the page as it stands, a line for each place; but for some rules."""
    run = {
        "runOnly": {"type": "tag", "values": LEVELS},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in passed_over},
    }
    # What is still fading in stands out less than it will.
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    found = await Axe().run(page, options=run)
    return [
        f"{rule['id']}: {place['html']}: {place['failureSummary']}"
        for rule in found.response["violations"]
        for place in rule["nodes"]
    ]
