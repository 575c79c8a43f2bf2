"""What an engine reads when it looks for work: what is ready, however much is due later."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from sqlalchemy import Connection, text

from bot.work.pgqueuer_tasks import ALIVE, TAKEN_AT_ONCE
from storage import pgqueuer_rows, tasks
from storage.later import Kick
from storage.statements import driver_of
from tests.plans import planned
from tests.work.engines import FILE, QUEUE, Town

Look = Callable[[Connection], list[str]]

SLACK = 100
"""Steps or rows that another plan for the same may cost."""

ROWS = text(
    "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) "
    "from pg_stat_xact_user_tables where relname = :name"
)


def look_of(town: Town) -> Look:
    """Takes what is ready, as the engine does."""

    def embedded(connection: Connection) -> list[str]:
        ready = tasks.take(connection, town.now[0], ["greet"])
        return [] if ready is None else [ready.name]

    def queue(connection: Connection) -> list[str]:
        limits = {QueueEntrypoint("greet"): EntrypointExecutionParameter(0)}
        jobs = pgqueuer_rows._ask(
            connection,
            lambda queries: queries.dequeue(
                TAKEN_AT_ONCE, limits, QueueManagerId(UUID(int=1)), 2 * TAKEN_AT_ONCE, ALIVE
            ),
        )
        return [job.entrypoint for job in jobs]

    return queue if town.engine == QUEUE else embedded


def cost(connection: Connection, town: Town, look: Look) -> int:
    """SQLite's steps, or the rows that a server reads, to take the one that is ready."""
    before = _rows(connection, town)
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    if town.engine == FILE:
        driver_of(connection).set_progress_handler(step, 1)
    assert look(connection) == ["greet"]
    if town.engine == FILE:
        driver_of(connection).set_progress_handler(None, 1)
    return steps + _rows(connection, town) - before


def _rows(connection: Connection, town: Town) -> int:
    if town.engine == FILE:
        return 0
    name = "pgqueuer" if town.engine == QUEUE else "task"
    return connection.scalar(ROWS, {"name": name}) or 0


@pytest.mark.parametrize("many", [2_000, pytest.param(100_000, marks=pytest.mark.long)])
async def test_a_look_reads_no_more_where_very_many_are_due_later(town: Town, many: int) -> None:
    look = look_of(town)

    def taken(connection: Connection) -> int:
        connection.execute(text("analyze"))
        return cost(connection, town, look)

    await town.kick(Kick("greet"))
    alone = await town.database.write(taken)
    await town.fill("greet", many)
    await town.kick(Kick("greet"))
    beside = await town.database.write(taken)
    assert beside <= alone + SLACK


async def test_sqlite_finds_what_is_ready_by_when_it_is_due(town: Town) -> None:
    if town.engine != FILE:
        return
    await town.fill("greet", 10)

    def plans(connection: Connection) -> list[list[str]]:
        return planned(connection, lambda one: tasks.take(one, town.now[0], ["greet"]))

    [plan, *_others] = await town.database.write(plans)
    assert any("ix_task_due_at (due_at<" in line for line in plan), plan
