"""The public pages of votes, as a browser without scripts and a reader without eyes meet them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.channels import web_answers
from bot.channels.web import Limits
from bot.channels.web_limits import Rate
from bot.domain.inbound import Attachment
from bot.domain.messages import Name
from bot.domain.vote_results import Result
from bot.domain.votes import Status
from tests.votes.results import named, nobody, one_winner, vote_of, with_money
from tests.votes.results import result as result_of
from tests.web.conftest import COUNTRY, HERE
from tests.web.records import MemoryRecords
from tests.web.town import Clock, MemoryFiles, make_chat, make_country, make_town

PAGE = f"/{COUNTRY}/votes/RIV-2222"


@pytest.fixture
async def client(executor: Executor) -> AsyncIterator[httpx.AsyncClient]:
    async for client in reading(executor, MemoryRecords([with_money()])):
        yield client


async def reading(executor: Executor, records: MemoryRecords) -> AsyncIterator[httpx.AsyncClient]:
    countries = (make_country(), make_country("hillside"))
    chat = make_chat(make_town(), executor, countries=countries, records=records)
    transport = httpx.ASGITransport(chat.application())
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        yield client


async def test_a_result_is_a_page_that_anybody_may_read(client: httpx.AsyncClient) -> None:
    answer = await client.get(PAGE)

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "<script" not in answer.text
    assert "These get the money: The tree and The bench." in answer.text
    assert "Which &lt;first&gt;?" in answer.text


async def test_the_picture_has_its_words_and_a_table_beside_it(client: httpx.AsyncClient) -> None:
    page = (await client.get(PAGE)).text

    [source, alt] = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)[0]
    assert "The tree: 4 votes" in alt
    picture = await client.get(source.replace("&amp;", "&"))
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.text.startswith("<svg")
    assert re.findall(r'<th scope="row">([^<]+)</th>', page) == [
        "The tree",
        "The bench",
        "The wall",
        "Centre",
    ]
    assert page.count("<caption") == 2
    assert "Ksh\xa02,100.40" in page


async def test_everything_to_count_again_is_linked_and_there(client: httpx.AsyncClient) -> None:
    page = (await client.get(PAGE)).text

    assert "baraza tally RIV-2222.pb --method plurality --tie file" in page
    for name, type, text in (
        ("ballots.pb", "text/plain", "META\n"),
        ("ballots.csv", "text/csv", "ballot,choices\r\n"),
        ("counted.txt", "text/plain", "2222-3333\n4444-5555\n"),
    ):
        assert f'href="{PAGE}/{name}"' in page
        answer = await client.get(f"{PAGE}/{name}")
        assert answer.headers["content-type"].startswith(type)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.text.startswith(text)


async def test_a_file_is_written_once_for_all_who_ask_for_it(
    executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_answers, "GZIP_FROM", 10)
    records = MemoryRecords([with_money()])
    files = ("ballots.pb", "ballots.csv", "counted.txt")
    async for client in reading(executor, records):
        asked = [client.get(f"{PAGE}/{name}") for name in files * 5]
        answers = await asyncio.gather(*asked)
        assert {answer.headers["content-encoding"] for answer in answers} == {"gzip"}
        plain = await client.get(f"{PAGE}/{files[0]}", headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == answers[0].text
        assert len({answer.text for answer in answers}) == len(files)
    assert sorted(records.written) == ["codes", "csv", "pb"]


async def test_a_page_is_mirrored_where_the_language_is(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"{PAGE}?language=xr")).text

    assert '<html lang="xr" dir="rtl">' in page
    assert f"{PAGE}/chart.svg?language=xr" in page
    assert '<pre dir="ltr"' in page


async def test_a_result_is_one_page_of_those_that_somebody_may_read_at_once(
    executor: Executor,
) -> None:
    records = MemoryRecords([with_money()])
    chat = make_chat(make_town(), executor, records=records, limits=Limits(pages=Rate(3, 0.01)))
    transport = httpx.ASGITransport(chat.application())
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        answers = [await client.get(PAGE) for _time in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


async def test_the_index_leads_to_each_result(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/{COUNTRY}/votes")).text

    assert f'href="{PAGE}?language=en"' in page
    assert re.search(r"<small>Closed on .*2026\. The result is here\.</small>", page)
    assert "There is no vote yet." not in page
    empty = (await client.get("/hillside/votes")).text
    assert "There is no vote yet." in empty


@pytest.mark.parametrize(
    "path",
    [
        f"/{COUNTRY}/votes/RIV-3333",
        "/hillside/votes/RIV-2222",
        "/hillside/votes/RIV-2222/ballots.csv",
        f"/{COUNTRY}/votes/RIV-3333/counted.txt",
        f"/{COUNTRY}/votes/RIV-3333/chart.svg",
        f"/{COUNTRY}/votes/%00",
        f"/{COUNTRY}/votes/%00/chart.svg",
        "/nowhere/votes",
    ],
)
async def test_what_is_not_published_here_is_not_there(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "There is no such page here." in answer.text


async def test_a_code_is_read_in_small_letters_too(client: httpx.AsyncClient) -> None:
    assert (await client.get(PAGE.lower())).status_code == 200


@pytest.mark.parametrize("result", [one_winner(), nobody()])
async def test_a_vote_without_money_has_no_column_for_it(
    executor: Executor, result: Result
) -> None:
    async for client in reading(executor, MemoryRecords([result])):
        page = (await client.get(PAGE)).text
        assert '<th scope="col">Option</th>' in page
        assert "Cost" not in page


async def test_a_vote_without_a_result_tells_what_is_asked_and_when_its_result_comes(
    executor: Executor,
) -> None:
    options = (named("bench", "1500.20"), named("wall", "900", withdrawn="The wall is gone."))
    now = Clock()()
    vote = vote_of(
        *options,
        status=Status.OPEN,
        opens=now - timedelta(days=1),
        closes=now + timedelta(days=1),
        result_days=2,
    )
    async for client in reading(executor, MemoryRecords(votes=[vote])):
        page = (await client.get(PAGE)).text
        assert "Which &lt;first&gt;?" in page
        assert re.search(r"Open until .*26 Nov|Open until .*Nov.* 26", page)
        assert re.search(r"The result comes by .*28.* 2026\.", page)
        assert "The wall is gone." in page
        assert (await client.get(f"{PAGE}/ballots.csv")).status_code == 404
        listed = (await client.get(f"/{COUNTRY}/votes")).text
        assert f'href="{PAGE}?language=en"' in listed
        assert "Which &lt;first&gt;?" in listed
        assert re.search(r"<small>Open until .*\. The result comes by .*\.</small>", listed)
    for status, told in ((Status.CLOSED, "The result comes by"), (Status.WITHDRAWN, "withdrawn")):
        over = replace(vote, status=status)
        async for client in reading(executor, MemoryRecords(votes=[over])):
            page = (await client.get(PAGE)).text
            assert told in page
            assert "Open until" not in page


async def test_an_early_close_is_told_with_its_day_there_and_its_reason(
    executor: Executor,
) -> None:
    why = Name("Llueve.", (("es", "Llueve."), ("en", "It <rains>.")))
    early = vote_of(
        named("bench"),
        named("tree"),
        status=Status.CLOSED,
        early=True,
        reason=why,
        ended_at=datetime(2026, 11, 27, 2, tzinfo=UTC),
    )
    told = "This vote was closed before its date, on"
    published = replace(early, status=Status.PUBLISHED)
    result = result_of(published, ("tree", 2, True), ("bench", 1, False))
    for records in (MemoryRecords(votes=[early]), MemoryRecords([result], [published])):
        async for client in reading(executor, records):
            page = (await client.get(PAGE)).text
            assert re.search(
                rf"<p>{told} .*26.* 2026\.</p>\n<p>The reason: .*It &lt;rains&gt;", page
            )
            assert "This vote is closed." not in page
            assert "Llueve." in (await client.get(f"{PAGE}?language=xr")).text
            assert "rains" not in (await client.get(f"/{COUNTRY}/votes")).text
    async for client in reading(executor, MemoryRecords(votes=[early])):
        assert told in (await client.get(f"/{COUNTRY}/votes")).text


async def test_a_close_at_its_date_is_not_called_early(client: httpx.AsyncClient) -> None:
    page = (await client.get(PAGE)).text
    assert "before its date" not in page
    assert "The reason" not in page


async def test_the_picture_of_an_option_is_on_both_pages_and_no_other_file_is(
    executor: Executor,
) -> None:
    attached = MemoryFiles()
    taken = attached.take(b"\xff\xd8\xff a tree", "image/jpeg")
    assert isinstance(taken, Attachment)
    tree = replace(named("tree"), picture=taken.name)
    now = Clock()()
    before = vote_of(tree, named("bench"), status=Status.OPEN, opens=now, closes=now)
    after = result_of(vote_of(tree, named("bench")), ("tree", 2, True), ("bench", 1, False))
    for records in (MemoryRecords(votes=[before]), MemoryRecords([after], [after.vote])):
        chat = make_chat(
            make_town(), executor, countries=(make_country(),), records=records, files=attached
        )
        transport = httpx.ASGITransport(chat.application())
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            page = (await client.get(PAGE)).text
            [source] = re.findall(r'<img[^>]* src="([^"]+/pictures/[^"]+)"', page)
            assert source == f"{PAGE}/pictures/tree"
            answer = await client.get(source)
            assert (answer.status_code, answer.content) == (200, b"\xff\xd8\xff a tree")
            for other in ("bench", "nothing", taken.name):
                assert (await client.get(f"{PAGE}/pictures/{other}")).status_code == 404
