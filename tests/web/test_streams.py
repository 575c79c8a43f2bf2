"""Server-sent events: what is new, what is open, and where to begin anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bot.channels.web_streams import Streams, event
from bot.domain.inbox import Entry
from tests.web.town import Clock

CHAT = ("riverside/web", "someone")


def entry(number: int, open: bool = False, fleeting: bool = False) -> Entry:
    return Entry(number, Clock()(), False, f"text {number}", "en", open=open, fleeting=fleeting)


class Page:
    """A page that listens: `inbox` is what is kept, `events` reads the next ones."""

    def __init__(self, inbox: Sequence[Entry], after: int = 0, heartbeat: float = 60) -> None:
        self.inbox = list(inbox)
        self.streams = Streams(10, 2, heartbeat)
        self.lines = self.listen(after)

    def listen(self, after: int) -> AsyncIterator[bytes]:
        async def read(number: int) -> list[Entry]:
            return [entry for entry in self.inbox if entry.number > number]

        return self.streams.follow(
            CHAT,
            after,
            read,
            lambda entry: entry.text,
            lambda entries: f"open {[e.number for e in entries if e.open]}",
        )

    async def until_quiet(self) -> list[str]:
        """Events up to the next state or reset, without what only keeps the line."""
        found: list[str] = []
        async for chunk in self.lines:
            lines = chunk.decode().strip().split("\n")
            if lines[0].startswith(("retry", ":")):
                continue
            found.append(" | ".join(lines))
            if "event: state" in lines or "event: reset" in lines:
                break
        return found


async def test_a_new_page_hears_only_what_came_after_it() -> None:
    page = Page([entry(1), entry(2), entry(3, open=True)], after=2)
    assert await page.until_quiet() == [
        "id: 3 | event: entry | data: text 3",
        "event: state | data: open [3]",
    ]


async def test_news_comes_when_it_is_woken_and_old_questions_are_put_out() -> None:
    page = Page([entry(1, open=True)], after=1)
    await page.until_quiet()
    page.inbox = [entry(1), entry(2, open=True)]
    page.streams.wake(CHAT)
    assert await page.until_quiet() == [
        "id: 2 | event: entry | data: text 2",
        "event: state | data: open [2]",
    ]


async def test_a_wiped_chat_asks_the_page_to_begin_anew() -> None:
    page = Page([entry(1), entry(2)], after=2)
    await page.until_quiet()
    page.inbox = []
    page.streams.wake(CHAT)
    assert await page.until_quiet() == ["event: reset | data:"]


async def test_a_page_of_a_chat_that_was_wiped_meanwhile_begins_anew() -> None:
    assert await Page([entry(1)], after=7).until_quiet() == ["event: reset | data:"]


async def test_a_page_begins_anew_where_a_goodbye_came_with_the_wipe() -> None:
    page = Page([entry(1), entry(2, open=True), entry(3, fleeting=True)], after=3)
    await page.until_quiet()
    page.inbox = [entry(4)]
    page.streams.wake(CHAT)
    assert await page.until_quiet() == ["event: reset | data:"]


async def test_a_page_that_comes_back_begins_anew_where_nothing_of_it_is_kept() -> None:
    page = Page([entry(4)], after=3)
    assert await page.until_quiet() == ["event: reset | data:"]


async def test_a_fleeting_entry_that_goes_with_the_next_question_is_no_wipe() -> None:
    page = Page([entry(1), entry(2, fleeting=True)], after=2)
    await page.until_quiet()
    page.inbox = [entry(1), entry(3, open=True)]
    page.streams.wake(CHAT)
    assert (await page.until_quiet())[0] == "id: 3 | event: entry | data: text 3"


async def test_a_silent_line_shows_signs_of_life() -> None:
    page = Page([entry(1)], after=1, heartbeat=0.001)
    await page.until_quiet()
    assert await anext(page.lines) == b": still here\n\n"


async def test_the_oldest_tab_gives_way_to_one_too_many() -> None:
    page = Page([entry(1)], after=1)
    tabs = [page.lines, page.listen(1), page.listen(1)]
    for tab in tabs:
        await anext(tab)
        await anext(tab)
    with pytest.raises(StopAsyncIteration):
        await anext(tabs[0])
    assert len(page.streams) == 2


async def test_closing_ends_every_stream_and_later_ones_at_once() -> None:
    page = Page([entry(1)], after=1)
    await page.until_quiet()
    page.streams.close()
    assert await page.until_quiet() == []
    assert [chunk async for chunk in page.listen(1)] == [b"retry: 2000\n\n"]
    assert len(page.streams) == 0


async def test_a_wake_between_reading_and_waiting_is_not_lost() -> None:
    page = Page([entry(1)], after=1)
    await page.until_quiet()
    page.inbox.append(replace(entry(2)))
    page.streams.wake(CHAT)
    page.inbox.append(entry(3))
    page.streams.wake(CHAT)
    async with asyncio.timeout(1):
        assert len(await page.until_quiet()) == 3


def test_line_breaks_of_every_kind_stay_within_one_event() -> None:
    assert event("entry", "a\r\nb\rc\u2028d", 5) == (
        "id: 5\nevent: entry\ndata: a\ndata: b\ndata: c\u2028d\n\n".encode()
    )


async def test_pages_that_come_at_one_moment_are_no_more_than_there_may_be() -> None:
    streams = Streams(2, 2, 60)

    async def read(_number: int) -> list[Entry]:
        return [entry(1)]

    pages = [
        streams.follow(("riverside/web", who), 1, read, lambda one: one.text, lambda some: "")
        for who in ("ana", "beto", "caro", "dora")
    ]
    for page in pages:
        await anext(page)
    for page in pages[:2]:
        with pytest.raises(StopAsyncIteration):
            await anext(page)
    assert len(streams) == 2
