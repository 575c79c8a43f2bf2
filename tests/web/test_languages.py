"""Which language a page speaks, and what it goes on in."""

from __future__ import annotations

import re

import pytest

from bot.channels.web_pages import Pages
from tests.web.conftest import COUNTRY, Web, forms


async def test_the_page_speaks_what_the_browser_wants_until_somebody_chooses(web: Web) -> None:
    wanted = await web.client.get(f"/{COUNTRY}", headers={"accept-language": "xr, en;q=0.5"})
    assert '<html lang="xr" dir="rtl">' in wanted.text
    chosen = await web.client.get(
        f"/{COUNTRY}?language=en", headers={"accept-language": "xr, en;q=0.5"}
    )
    assert '<html lang="en" dir="ltr">' in chosen.text


@pytest.mark.parametrize("code", ["", "en_US", "zh-hans", "..", "x" * 100, "\N{SNOWMAN}", "*"])
async def test_odd_language_codes_are_no_error(web: Web, code: str) -> None:
    header = [(b"accept-language", code.encode())]
    answer = await web.client.get(f"/{COUNTRY}", params={"language": code}, headers=header)
    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text


async def test_a_chat_from_right_to_left_says_so_on_the_page_and_each_entry(web: Web) -> None:
    [form] = forms((await web.client.get(f"/{COUNTRY}?language=xr")).text)
    await web.post(form, command="start")
    page = await web.page()
    assert '<html lang="xr" dir="rtl">' in page
    assert re.search(r'class="entry bot asks"[^>]* dir="rtl"', page)


async def test_a_page_whose_own_words_fall_back_stays_in_the_language_of_the_chat(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was loaded again without end: the chat spoke another language than the page."""
    words = Pages.words
    monkeypatch.setattr(Pages, "words", lambda pages, country, _lost: words(pages, country, "en"))
    [form] = forms((await web.client.get(f"/{COUNTRY}?language=xr")).text)
    assert form.fields["language"] == "xr"
    await web.post(form, command="start")
    page = await web.page()
    assert '<html lang="en" dir="ltr">' in page
    assert 'data-language="xr"' in page
    assert "language=xr" in page
    assert "language=en" not in page
