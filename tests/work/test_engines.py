"""The contract of later work, which each engine keeps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.domain.outside import Outside
from bot.work.tasks import EmbeddedTasks
from storage.later import LEDGERS, Kick
from storage.tasks import MOST_ATTEMPTS, TaskRow
from tests.work.conftest import NOW
from tests.work.engines import FILE, QUEUE, Town, open_town

MANY = 100_000


def failed(town: Town, attempts: int) -> Callable[[list[TaskRow]], bool]:
    """Whether the one task has failed so often, and waits for its next time."""

    def said(rows: list[TaskRow]) -> bool:
        (row,) = rows
        # A server counts the time by itself, and an attempt only once it has failed.
        waits = town.engine == QUEUE or row.due_at > town.now[0]
        return waits and row.attempts == attempts and row.reason is not None

    return said


async def test_a_task_runs_once_with_its_arguments_and_is_gone(town: Town) -> None:
    town.note("greet")
    town.start()
    args = {"who": "ana", "words": ["‘mbe", "ไทย"], "none": None}
    await town.kick(Kick("greet", args), Kick("greet"))
    await town.until(lambda: len(town.done) == 2)
    assert sorted(town.done, key=str) == sorted([("greet", args), ("greet", None)], key=str)
    await town.until_rows(lambda rows: not rows)


async def test_a_roll_back_takes_the_wish_back(town: Town) -> None:
    def fail(connection: Connection) -> None:
        connection.get_execution_options()["kicks"].append(Kick("greet", "never"))
        raise LookupError("mine")

    def fail_after(connection: Connection) -> None:
        town.tasks.hand_over(connection, [Kick("greet", "never")])
        raise LookupError("mine")

    for wrong in (fail, fail_after):
        with pytest.raises(LookupError, match="mine"):
            await town.database.write(wrong)
    assert await town.rows() == []
    town.note("greet")
    town.start()
    await town.kick(Kick("greet", "now"))
    await town.until(lambda: bool(town.done))
    assert town.done == [("greet", "now")]


async def test_a_delayed_task_waits_for_its_time(town: Town) -> None:
    town.note("greet")
    await town.kick(Kick("greet", "later", delay=timedelta(hours=1)))
    town.start()
    await town.kick(Kick("greet", "at once"))
    await town.until(lambda: bool(town.done))
    assert town.done == [("greet", "at once")]
    await town.until_rows(lambda rows: len(rows) == 1)
    await town.later(timedelta(minutes=59))
    await town.kick(Kick("greet", "before"))
    await town.until(lambda: len(town.done) == 2)
    assert town.done[1:] == [("greet", "before")]
    await town.until_rows(lambda rows: len(rows) == 1)
    await town.later(timedelta(minutes=2))
    await town.until(lambda: len(town.done) == 3)
    assert town.done[2:] == [("greet", "later")]


async def test_of_one_key_there_waits_one(town: Town) -> None:
    town.note("greet")
    await town.kick(Kick("greet", "1", dedupe="key"), Kick("greet", "2", dedupe="key"))
    await town.kick(Kick("greet", "3", dedupe="key"), Kick("greet", "4", dedupe="other"))
    assert [row.name for row in await town.rows()] == ["greet", "greet"]
    town.start()
    await town.until(lambda: len(town.done) == 2)
    await town.until_rows(lambda rows: not rows)
    assert sorted(town.done) == [("greet", "1"), ("greet", "4")]


async def test_what_is_kicked_while_its_like_runs_is_not_lost(town: Town) -> None:
    begun, go_on = town.note_slowly("slow")
    town.start()
    await town.kick(Kick("slow", "1", dedupe="key"))
    await begun.wait()
    await town.kick(Kick("slow", "2", dedupe="key"))
    go_on.set()
    await town.until(lambda: len(town.done) == 2)
    assert town.done == [("slow", "1"), ("slow", "2")]


async def test_a_task_does_not_begin_before_a_kick_that_relies_on_it(town: Town) -> None:
    if town.engine == FILE:
        # There is one writer; nothing stands between two statements of one transaction.
        return
    seen: list[str | None] = []

    async def look(_args: object) -> None:
        found = await town.database.read(
            lambda connection: connection.scalar(text("select value from meta where key = 'k'"))
        )
        seen.append(found)
        town.did("look")

    town.tasks.register("look", look)
    await town.kick(Kick("look", dedupe="key"))

    def decide(connection: Connection) -> None:
        connection.execute(text("insert into meta (key, value) values ('k', 'decided')"))
        town.tasks.hand_over(connection, [Kick("look", dedupe="key")])
        town.start()
        # A younger task is through before this is committed.
        while not town.done:
            connection.execute(text("select 1"))

    town.note("greet")
    await town.kick(Kick("greet"))
    await town.database.write(decide)
    town.tasks.wake()
    await town.until(lambda: len(town.done) == 2)
    assert town.done == [("greet", None), ("look", None)]
    assert seen == ["decided"]


async def test_what_is_done_every_so_often_is_done_once_by_all(
    place: tuple[str, str], town: Town
) -> None:
    engine, where = place
    if engine == FILE:
        town.note("sweep")
        town.tasks.every(60, "sweep")
        town.start()
        await town.until(lambda: bool(town.done))
        assert town.done == [("sweep", None)]
        return
    async with open_town(engine, Path(where), where, NOW) as other:
        for each in (town, other):
            each.note("sweep")
            each.note("last")
            each.tasks.every(60, "sweep")
            each.start()
        await town.until(lambda: True)
        for each in (town, other):
            await each.kick(Kick("last"))
        async with asyncio.timeout(30):
            while [*town.done, *other.done].count(("last", None)) < 2:
                await asyncio.wait(
                    [asyncio.create_task(each.changed.wait()) for each in (town, other)],
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for each in (town, other):
                    each.changed.clear()
        assert [*town.done, *other.done].count(("sweep", None)) == 1


async def test_a_task_that_fails_is_tried_again_later_each_time_and_then_held(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(_args: object) -> None:
        town.did("fail")
        raise LookupError("a resident's words")

    town.tasks.register("fail", fail)
    town.start()
    await town.kick(Kick("fail", "args"))
    for attempt in range(1, MOST_ATTEMPTS):
        (row,) = await town.until_rows(failed(town, attempt))
        assert len(town.done) == attempt
        assert (row.held, row.reason) == (False, "LookupError")
        await town.later(timedelta(seconds=2**attempt))
    await town.until(lambda: len(town.done) == MOST_ATTEMPTS)
    (row,) = await town.until_rows(lambda rows: rows[0].held)
    assert (row.name, row.attempts, row.reason) == ("fail", MOST_ATTEMPTS, "LookupError")
    assert await town.database.write(town.tasks.count) == {"held": 1, "waiting": 0}
    await town.later(timedelta(days=1))
    town.note("other")
    assert len(town.done) == MOST_ATTEMPTS


async def test_a_held_task_runs_again_when_the_operator_says_so(town: Town) -> None:
    well: list[object] = []

    async def fail(args: object) -> None:
        town.did("fail")
        if not well:
            raise LookupError
        well.append(args)

    town.tasks.register("fail", fail)
    town.start()
    await town.kick(Kick("fail", "args", dedupe="key"))
    for attempt in range(1, MOST_ATTEMPTS):
        await town.until_rows(failed(town, attempt))
        await town.later(timedelta(seconds=2**attempt))
    (row,) = await town.until_rows(lambda rows: rows[0].held)
    assert not await town.database.write(town.tasks.retry, row.id + 1)
    well.append("well")
    assert await town.database.write(town.tasks.retry, row.id)
    town.tasks.wake()
    await town.until_rows(lambda rows: not rows)
    assert well == ["well", "args"]


async def test_a_cancelled_task_never_runs(town: Town) -> None:
    town.note("greet")
    await town.kick(Kick("greet", "cancelled"), Kick("greet", "kept"))
    first = min(row.id for row in await town.rows())
    assert await town.database.write(town.tasks.cancel, first)
    assert not await town.database.write(town.tasks.cancel, first)
    town.start()
    await town.until_rows(lambda rows: not rows)
    assert town.done == [("greet", "kept")]


async def test_a_stop_finishes_what_is_under_way_and_leaves_the_rest(town: Town) -> None:
    begun, go_on = town.note_slowly("slow")
    town.note("sweep")
    town.tasks.every(60, "sweep")
    town.start()
    await town.until(lambda: bool(town.done))
    await town.kick(Kick("slow", "1"))
    await begun.wait()
    stopping = asyncio.create_task(town.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert town.done == [("sweep", None), ("slow", "1")]
    assert await town.rows() == []


async def test_an_end_at_once_leaves_what_was_under_way_to_be_done_again(town: Town) -> None:
    begun = asyncio.Event()

    async def stuck(_args: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    town.tasks.register("stuck", stuck)
    town.start()
    await town.kick(Kick("stuck", "1"))
    await begun.wait()
    assert town.running is not None
    while not town.running.done():
        # Each signal that comes asks once more.
        town.running.cancel()
        await asyncio.wait([town.running], timeout=0.05)
    assert [row.name for row in await town.rows()] == ["stuck"]


@pytest.mark.parametrize("many", [5_000, pytest.param(MANY, marks=pytest.mark.long)])
async def test_many_that_wait_do_not_hold_up_one_that_is_ready(town: Town, many: int) -> None:
    await town.fill("greet", many)
    town.note("greet")
    town.start()
    await town.kick(Kick("greet", "first"))
    await town.until(lambda: bool(town.done))
    begun = time.perf_counter()
    await town.kick(Kick("greet", "second"))
    await town.until(lambda: len(town.done) == 2)
    print(f"{town.engine}: began after {1000 * (time.perf_counter() - begun):.1f} ms")  # noqa: T201
    assert town.done == [("greet", "first"), ("greet", "second")]
    counted = await town.database.write(town.tasks.count)
    assert counted["held"] == 0
    assert many <= counted["waiting"] <= many + 2


async def test_what_a_backup_brought_is_run_by_the_server_engine(town: Town) -> None:
    if town.engine != QUEUE:
        return
    brought = EmbeddedTasks(Outside(lambda: NOW, lambda count: b"\0" * count))
    kicks = [Kick("greet", "near", dedupe="key"), Kick("greet", "far", delay=timedelta(days=2))]
    await town.database.write(lambda connection: brought.hand_over(connection, kicks))
    town.note("greet")
    town.start()
    await town.until(lambda: bool(town.done))
    assert town.done == [("greet", "near")]
    assert await town.database.write(brought.list_tasks) == []
    (left,) = await town.until_rows(lambda rows: len(rows) == 1)
    assert not left.held


async def test_what_was_kicked_first_is_woken_first(town: Town) -> None:
    ledgers = sorted(LEDGERS)
    for name in ledgers:
        town.tasks.wake_on(name, partial(town.did, name))
    town.start()
    await asyncio.sleep(0)
    orders = (ledgers, ledgers[::-1])
    for order in orders:
        town.tasks.committed([Kick(name) for name in (*order, *ledgers)])
    await town.until(lambda: len(town.done) == 2 * len(ledgers))
    assert town.done == [(name, None) for order in orders for name in order]
