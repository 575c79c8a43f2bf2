"""Addresses that are none, and mistakes of ours: what a browser reads then."""

from __future__ import annotations

from concurrent.futures import Executor

import httpx
import pytest

from tests.web.conftest import COUNTRY, HERE, Web
from tests.web.town import make_chat, make_country, make_town


async def test_an_unknown_country_is_a_kind_page(web: Web) -> None:
    answer = await web.client.get("/atlantis")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/{COUNTRY}/nothing/at/all", 404),
        ("GET", f"/{COUNTRY}/media", 404),
        ("GET", "//evil.test/x", 404),
        ("POST", f"/{COUNTRY}", 405),
        ("PUT", f"/{COUNTRY}/say/", 404),
    ],
)
async def test_every_address_that_is_none_is_a_kind_page(
    web: Web, method: str, path: str, status: int
) -> None:
    answer = await web.client.request(method, f"{HERE}{path}")
    assert answer.status_code == status
    assert "There is no such page" in answer.text
    assert f"/{COUNTRY}#end" in answer.text
    assert answer.headers["content-security-policy"]
    assert ("allow" in answer.headers) is (status == 405)


@pytest.mark.parametrize(
    ("path", "right"),
    [
        (f"/{COUNTRY}/", f"/{COUNTRY}"),
        (f"//{COUNTRY}?start=poster", f"/{COUNTRY}?start=poster"),
        (f"/{COUNTRY.title()}/votes/?language=es", f"/{COUNTRY}/votes?language=es"),
        (f"/{COUNTRY}//votes/%C3%A9%25", f"/{COUNTRY}/votes/%C3%A9%25"),
    ],
)
async def test_an_address_written_otherwise_leads_to_the_right_one(
    web: Web, path: str, right: str
) -> None:
    answer = await web.client.get(f"{HERE}{path}")
    assert answer.status_code == 307
    # A path alone: a proxy in front speaks HTTPS, and may hide the name that it is known by.
    assert answer.headers["location"] == right


async def test_with_several_countries_an_unknown_one_is_told_over_the_choice(
    executor: Executor,
) -> None:
    countries = [make_country("hills"), make_country()]
    several = make_chat(make_town(), executor, countries=countries).application()
    transport = httpx.ASGITransport(several)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        answer = await client.get("/atlantis")
        linked = await client.get("/?start=b_1")
        odd = await client.get('/?start="><b>')
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert '<a class="option" href="/hills"' in answer.text
    assert '<a class="option" href="/hills?start=b_1"' in linked.text
    assert '<a class="option" href="/hills"' in odd.text


@pytest.mark.parametrize("scripted", [True, False])
async def test_a_mistake_of_ours_is_told_in_plain_words(
    web: Web, monkeypatch: pytest.MonkeyPatch, scripted: bool
) -> None:
    await web.start()

    async def entries(*_asked: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr(web.town, "entries", entries)
    transport = httpx.ASGITransport(web.chat.application(), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=HERE, cookies=web.client.cookies
    ) as client:
        answer = await client.get(f"/{COUNTRY}", headers={"x-chat": "1"} if scripted else {})
    assert answer.status_code == 500
    assert "something went wrong here" in answer.text
    assert ("<h1>" in answer.text) is not scripted
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["connection"] == "close"
