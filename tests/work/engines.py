"""A town's database with each engine for later work, for the contract that all of them keep."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, text

from bot.domain.outside import Outside
from bot.work.engine import Tasks
from bot.work.pgqueuer_tasks import PgqueuerTasks
from bot.work.tasks import EmbeddedTasks
from storage import pgqueuer_rows, tasks
from storage.database import Database
from storage.later import Kick
from storage.postgres import PostgresDatabase
from storage.postgres_url import read_postgres_url
from storage.sqlite import SqliteDatabase
from storage.tasks import TaskRow

FILE, SERVER, QUEUE = "embedded in a file", "embedded on a server", "pgqueuer"
ENGINES = (FILE, SERVER, QUEUE)

STUCK, DEADLY = "stuck", "deadly"
PATIENCE_SECONDS = 60.0
"""A test that has to wait so long has failed."""

LATER = {
    "sqlite": "with recursive n(i) as (select 1 union all select i + 1 from n where i < :many) "
    "insert into task (name, args, due_at, attempts, held) "
    "select :name, 'null', :at, 0, false from n",
    "postgresql": "insert into task (name, args, due_at, attempts, held) "
    "select :name, 'null', cast(:at as text)::timestamptz, 0, false "
    "from generate_series(1, :many)",
    QUEUE: "insert into pgqueuer (priority, entrypoint, payload, execute_after, status) "
    "select 0, :name, 'null', now() + interval '30 days', 'queued' "
    "from generate_series(1, :many)",
}


@dataclass(slots=True)
class Town:
    """A database and its engine, which runs from `start` on. Time passes by `later`."""

    engine: str
    database: Database
    tasks: Tasks
    now: list[datetime]
    done: list[tuple[str, Any]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    running: asyncio.Task[None] | None = None

    def note(self, name: str) -> None:
        """Register a task that only notes that it ran."""

        async def handler(args: Any) -> None:
            self.did(name, args)

        self.tasks.register(name, handler)

    def note_slowly(self, name: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Register one that says that it has begun, and ends once it may."""
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def handler(args: Any) -> None:
            begun.set()
            await go_on.wait()
            self.did(name, args)

        self.tasks.register(name, handler)
        return begun, go_on

    def did(self, name: str, args: Any = None) -> None:
        self.done.append((name, args))
        self.changed.set()

    def start(self) -> None:
        self.running = asyncio.create_task(self.tasks.run(self.database))

    async def stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError):
                await self.running
            self.running = None

    async def kick(self, *kicks: Kick) -> None:
        def put(connection: Connection) -> None:
            # A transaction that decides something, as all that kick.
            connection.execute(text("delete from meta where key = 'nothing'"))
            connection.get_execution_options()["kicks"].extend(kicks)

        await self.database.write(put)
        self.tasks.committed(list(kicks))
        self.tasks.wake()

    async def until(self, said: Callable[[], bool]) -> None:
        """Wait until what was done is so."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not said():
                self.changed.clear()
                await self.changed.wait()

    async def until_rows(self, said: Callable[[list[TaskRow]], bool]) -> list[TaskRow]:
        """Wait until the rows are so: an engine acknowledges a little after the task."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                rows = await self.rows()
                if said(rows):
                    return rows

    async def rows(self) -> list[TaskRow]:
        return await self.database.write(self.tasks.list_tasks)

    async def later(self, passed: timedelta) -> None:
        """Let time pass: for a server's clock, by moving what it is held against."""
        self.now[0] += passed
        if self.engine == QUEUE:
            await self.database.write(_shift, passed)
        self.tasks.wake()

    async def fill(self, name: str, many: int) -> None:
        """Rows that are due in a month."""
        kind = QUEUE if self.engine == QUEUE else _dialect(self.engine)
        values = {"name": name, "many": many}
        if kind != QUEUE:
            at = self.now[0] + timedelta(days=30)
            values["at"] = at.strftime("%Y-%m-%d %H:%M:%S.%f") if kind == "sqlite" else str(at)
        await self.database.write(lambda connection: connection.execute(text(LATER[kind]), values))


def _dialect(engine: str) -> str:
    return "sqlite" if engine == FILE else "postgresql"


def _shift(connection: Connection, passed: timedelta) -> None:
    connection.execute(
        text(
            "update pgqueuer set execute_after = execute_after - cast(:by as interval), "
            "heartbeat = heartbeat - cast(:by as interval)"
        ),
        {"by": passed},
    )
    pgqueuer_rows.nudge(connection)


@asynccontextmanager
async def open_town(engine: str, file: Path, url: str, at: datetime) -> AsyncIterator[Town]:
    """A town over a migrated file, or a migrated database of a server."""
    now = [at]
    outside = Outside(lambda: now[0], Random(1).randbytes)
    with ThreadPoolExecutor(2) as executor:
        made: Tasks
        database: Database
        if engine == QUEUE:
            made = PgqueuerTasks(outside, read_postgres_url(url))
        else:
            made = EmbeddedTasks(outside, shared=engine != FILE)
        if engine == FILE:
            database = SqliteDatabase(file, executor, made.hand_over, committed=made.committed)
            # As at each start of the one process that may have the file.
            database.write_now(tasks.release_all)
        else:
            database = PostgresDatabase(read_postgres_url(url), made.hand_over)
        town = Town(engine, database, made, now)
        try:
            yield town
        finally:
            await town.stop()
            await database.close()
            database.close_now()
