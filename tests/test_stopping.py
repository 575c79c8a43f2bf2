"""SIGTERM: no new work, what is under way is finished, nothing is lost and nothing doubled."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app import build
from bot.serving import SEND, serve
from bot.settings import read_settings
from bot.stopping import STOP_MOST, end, finished, told_to_stop, until_stopped
from storage import schema
from tests.end_to_end import Browser, Process
from tests.postgres import POSTGRES, SQLITE, cluster, migrated
from tests.telegram.api import BotApi, serving
from tests.telegram.served import part_over, process_over
from tests.telegram.waiting import until
from tests.telegram.wire import Answered, Asked

FIRST = 7_000_000_001
RESIDENTS = 20
QUESTION = "Which language do you want?"
SECONDS = 30.0


@dataclass(slots=True)
class SlowApi(BotApi):
    """A Bot API that takes its time over each message, or never answers at all."""

    slow: float = 0.0
    """Seconds between a message's arrival and its answer."""
    hangs: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first message came."""

    async def answer(self, method: str, asked: Asked) -> Answered:
        answer = await BotApi.answer(self, method, asked)
        if method == "sendMessage":
            self.begun += 1
            self.open.set()
            if self.hangs:
                await self.over.wait()
            await asyncio.sleep(self.slow)
        return answer

    def questions(self) -> list[int]:
        """How often each resident was asked for their language."""
        return [self.asked(FIRST + at) for at in range(RESIDENTS)]

    def asked(self, chat: int) -> int:
        return sum(QUESTION in text for text in self.texts(chat))


@pytest.fixture
async def api() -> AsyncIterator[SlowApi]:
    slow = SlowApi()
    async with serving(slow):
        yield slow
        slow.over.set()


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRES, marks=pytest.mark.long)])
def process(request: pytest.FixtureRequest, tmp_path: Path, api: SlowApi) -> Process:
    if request.param == SQLITE:
        return process_over(tmp_path, api)
    return part_over(tmp_path, api, cluster().text_url(cluster().create(migrated())))


async def everyone_asked(api: SlowApi) -> None:
    await until(lambda: min(api.questions()) > 0, SECONDS)


async def test_stop_under_load_loses_nothing_and_doubles_nothing(
    process: Process, api: SlowApi
) -> None:
    await asyncio.to_thread(process.start)
    browser = Browser(process.port)
    await asyncio.to_thread(browser.start)
    api.slow = 0.4
    for at in range(RESIDENTS):
        api.say(FIRST + at, text="/start")
    await asyncio.wait_for(api.open.wait(), SECONDS)
    assert await asyncio.to_thread(process.stop) < STOP_MOST
    assert process.code == 0, process.log()
    assert "Stopped. Everything said is kept" in process.last
    sent_before = sum(api.questions())
    assert sent_before > 0
    api.slow = 0.0
    await asyncio.to_thread(process.start)
    await everyone_asked(api)
    await asyncio.to_thread(browser.open)
    assert QUESTION in browser.text
    await asyncio.to_thread(process.stop)
    assert api.questions() == [1] * RESIDENTS


async def test_several_messages_to_one_person_are_put_back_where_they_are_not_begun(
    process: Process, api: SlowApi
) -> None:
    await asyncio.to_thread(process.start)
    api.slow = 1.0
    words = ("/start", "English", "yes", "report", "full bin", "back", "help", "privacy")
    for item in words:
        api.say(FIRST, text=item)
    await asyncio.wait_for(api.open.wait(), SECONDS)
    assert await asyncio.to_thread(process.stop) < STOP_MOST
    assert process.code == 0, process.log()
    before = len(api.texts(FIRST))
    api.slow = 0.0
    await asyncio.to_thread(process.start)
    api.say(FIRST, text="menu")
    await until(lambda: "What would you like to do?" in api.texts(FIRST)[before:], SECONDS)
    await asyncio.to_thread(process.stop)
    told = api.texts(FIRST)
    assert api.asked(FIRST) == 1
    assert sum("Do you agree" in text for text in told) == 1
    assert sum("What is the problem?" in text for text in told) == 2


async def test_stop_does_not_wait_for_an_answer_that_never_comes(
    process: Process, api: SlowApi
) -> None:
    await asyncio.to_thread(process.start)
    api.hangs = True
    api.say(FIRST, text="/start")
    await asyncio.wait_for(api.open.wait(), SECONDS)
    assert await asyncio.to_thread(process.stop) < STOP_MOST
    assert process.code == 0, process.log()


async def test_second_signal_ends_the_process_at_once(process: Process, api: SlowApi) -> None:
    await asyncio.to_thread(process.start)
    api.hangs = True
    api.say(FIRST, text="/start")
    await asyncio.wait_for(api.open.wait(), SECONDS)
    os.kill(process.pid, signal.SIGTERM)
    # The first one was heard when the web server answers no more.
    async with asyncio.timeout(SECONDS):
        while await _listens(process.port):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.to_thread(process.stop)
    assert process.code == -signal.SIGTERM


async def test_a_part_without_pages_can_be_stopped_as_soon_as_it_says_so(
    tmp_path: Path,
) -> None:
    house = build(
        read_settings({"BARAZA_DATA": str(tmp_path), "BARAZA_SECRET_KEY": "k" * 40}, None)
    )
    house.database.write_now(schema.upgrade)
    unheard = signal.getsignal(signal.SIGTERM)

    def ready(_address: str) -> None:
        assert signal.getsignal(signal.SIGTERM) is not unheard, "it would kill the process"
        os.kill(os.getpid(), signal.SIGTERM)

    await asyncio.wait_for(serve(house, ready, [SEND]), SECONDS)


async def _listens(port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


class Work:
    """Something under way that ends when it is let."""

    def __init__(self) -> None:
        self.begun, self.let, self.done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        await self.let.wait()
        self.done.set()

    async def loop(self) -> None:
        while True:
            await finished(self())


async def test_a_cancelled_loop_finishes_what_is_under_way() -> None:
    work = Work()
    task = asyncio.create_task(work.loop())
    await work.begun.wait()
    assert not await end([task], 0.01)
    assert not work.done.is_set()
    work.let.set()
    assert await end([task], SECONDS, ask=False)
    assert work.done.is_set()
    assert task.cancelled()


async def test_cancelled_twice_it_leaves_that_too() -> None:
    work = Work()
    task = asyncio.create_task(work.loop())
    await work.begun.wait()
    await end([task], 0)
    assert await end([task], SECONDS)
    assert task.cancelled()
    assert not work.done.is_set()


async def test_work_that_fails_at_the_stop_is_told_and_the_loop_ends_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, let = asyncio.Event(), asyncio.Event()

    async def fail() -> None:
        begun.set()
        await let.wait()
        raise ValueError("odd")

    async def loop() -> None:
        while True:
            try:
                await finished(fail())
            except ValueError:
                continue

    task = asyncio.create_task(loop())
    await begun.wait()
    await end([task], 0)
    let.set()
    assert await end([task], SECONDS, ask=False)
    assert task.cancelled()
    assert "under way at the stop failed" in caplog.text


async def test_a_loop_that_ends_by_itself_ends_the_process_with_its_reason() -> None:
    async def broken() -> None:
        raise ValueError("odd")

    async def lasting() -> None:
        await asyncio.Event().wait()

    tasks = [asyncio.create_task(broken()), asyncio.create_task(lasting())]
    with pytest.raises(ValueError, match="odd"):
        await until_stopped(asyncio.Event(), tasks)
    await end(tasks, SECONDS)


async def test_the_signal_handlers_of_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    stopped = asyncio.Event()
    with told_to_stop(stopped.set):
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stopped.wait(), SECONDS)
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    assert signal.alarm(0) == 0
