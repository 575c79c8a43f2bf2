"""Later work outlives the process that does it, and the server that keeps it."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.later import Kick
from storage.tasks import DIED, LEASE, MOST_ATTEMPTS
from tests.postgres import cluster
from tests.work.conftest import NOW
from tests.work.engines import DEADLY, FILE, QUEUE, SERVER, STUCK, Town, open_town

MANY = 100_000


async def test_what_a_killed_process_was_at_is_taken_over(place: tuple[str, str]) -> None:
    engine, where = place
    async with open_town(engine, Path(where), where, NOW) as town:
        await town.kick(Kick(STUCK, "left"))
    process = await begin(engine, where, NOW)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        assert await process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGKILL)
    assert await process.wait() == -signal.SIGKILL
    async with open_town(engine, Path(where), where, NOW) as town:
        town.note(STUCK)
        assert [row.name for row in await town.rows()] == [STUCK]
        await town.later(LEASE)
        town.start()
        await town.until_rows(lambda rows: not rows)
        assert town.done == [(STUCK, "left")]


async def begin(engine: str, where: str, now: datetime) -> asyncio.subprocess.Process:
    """A process of its own that takes tasks."""
    words = ("-m", "tests.work.engine_process", engine, where, now.isoformat())
    return await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE)


async def tried(town: Town, times: int) -> None:
    """As if the one task had been tried so often."""
    table = "pgqueuer" if town.engine == QUEUE else "task"
    await town.database.write(
        lambda connection: connection.execute(text(f"update {table} set attempts = {times}"))
    )


@pytest.mark.parametrize(
    "deaths", [1, pytest.param(MOST_ATTEMPTS, marks=pytest.mark.long)], ids=["last", "all"]
)
async def test_a_task_that_kills_its_process_is_held_in_the_end_and_others_go_on(
    place: tuple[str, str], deaths: int
) -> None:
    engine, where = place
    if engine == SERVER and deaths == 1:
        # The same statements as in a file; all its deaths are a long test.
        return
    now = NOW
    async with open_town(engine, Path(where), where, now) as town:
        await town.kick(Kick(DEADLY))
        await tried(town, MOST_ATTEMPTS - deaths)
    for death in range(deaths):
        process = await begin(engine, where, now)
        async with asyncio.timeout(60):
            assert await process.wait() == -signal.SIGKILL, death
        now += LEASE
        async with open_town(engine, Path(where), where, now) as town:
            (row,) = await town.rows()
            assert not row.held
            await town.later(LEASE)
            now = town.now[0]
    async with open_town(engine, Path(where), where, now) as town:
        town.note(DEADLY)
        town.note("greet")
        await town.kick(Kick("greet"))
        town.start()
        await town.until_rows(lambda rows: [row.held for row in rows] == [True])
        (row,) = await town.rows()
        assert (row.name, row.attempts, row.reason) == (DEADLY, MOST_ATTEMPTS, DIED)
        assert town.done == [("greet", None)]
        assert await town.database.write(town.tasks.retry, row.id)
        town.tasks.wake()
        await town.until_rows(lambda rows: not rows)
        assert town.done == [("greet", None), (DEADLY, None)]


async def test_a_servers_restart_loses_nothing_and_work_goes_on(town: Town) -> None:
    if town.engine == FILE:
        # There is no server.
        return
    begun, go_on = town.note_slowly("slow")
    town.note("greet")
    town.start()
    await town.kick(Kick("slow", "under way"), Kick("greet", "later", delay=timedelta(days=1)))
    await begun.wait()
    await asyncio.to_thread(cluster().stop)
    go_on.set()
    await town.until(lambda: bool(town.done))
    # In this thread: the server ends with the one that has started it.
    cluster().start()
    await town.kick(Kick("greet", "after"))
    await town.later(LEASE)
    await town.until(lambda: ("greet", "after") in town.done)
    await town.later(LEASE)
    rows = await town.until_rows(lambda rows: len(rows) == 1)
    assert rows[0].name == "greet"
    assert {args for _name, args in town.done} == {"under way", "after"}
