"""Lets one of several connections go on by one statement at a time, in an order drawn by lot."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import asyncpg
from sqlalchemy import event
from sqlalchemy.util import await_only

from storage import postgres_line
from storage.postgres import PostgresDatabase

LOOK_SECONDS = 0.002
"""After so long without a step it is asked whether somebody waits for another's rows."""

_WAITING = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)


class Conductor:
    """Every statement and commit of the databases that are attached waits here for its turn."""

    def __init__(self, chance: random.Random, look: asyncpg.Connection) -> None:
        self._chance = chance
        self._look = look
        self._gates: dict[str, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()
        self._playing = False
        self._names: dict[asyncpg.Connection, str] = {}
        self.order = ""
        """Who went on, step by step: one letter each."""

    def attach(self, name: str, database: PostgresDatabase) -> None:
        """Call in the event loop that the database is used in. `name` is one letter."""
        engine = database._own_engine().sync_engine

        def arrive(*_given: Any) -> None:
            await_only(self._arrive(name))

        def know(connection: Any, *_given: Any) -> None:
            self._names[connection.driver_connection] = name

        event.listen(engine, "before_cursor_execute", arrive)
        event.listen(engine, "checkout", know)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear, too, what is asked of the driver itself; to begin changes nothing for others."""
        ask = postgres_line._await

        def arrive(driver: asyncpg.Connection, answer: Awaitable[Any]) -> Any:
            if getattr(answer, "__qualname__", "") != "Transaction.start":
                await_only(self._arrive(self._names.get(driver)))
            return ask(driver, answer)

        with patch.object(postgres_line, "_await", arrive):
            yield

    async def play(self, works: Mapping[str, Coroutine[Any, Any, object]]) -> None:
        """Run these to their end, each over the database of its name. Raises what one raised."""
        self.order, self._playing = "", True
        tasks: dict[str, asyncio.Task[object]] = {}
        try:
            for name, work in works.items():
                tasks[name] = asyncio.create_task(work)
                tasks[name].add_done_callback(lambda _task: self._changed.set())
            while await self._quiet(tasks):
                name = self._chance.choice(sorted(self._gates))
                self.order += name
                self._gates.pop(name).set_result(None)
        finally:
            # What follows, and what failed, goes on without a conductor.
            self._playing = False
            for gate in self._gates.values():
                gate.set_result(None)
            self._gates.clear()
        await asyncio.gather(*tasks.values())

    async def _arrive(self, name: str | None) -> None:
        if not self._playing or name is None:
            return
        self._gates[name] = asyncio.get_running_loop().create_future()
        self._changed.set()
        await self._gates[name]

    async def _quiet(self, tasks: Mapping[str, asyncio.Task[object]]) -> bool:
        """Wait until nobody can go on by themselves. Whether anybody is at the gate then."""
        while True:
            going = [name for name in tasks if name not in self._gates and not tasks[name].done()]
            if not going:
                return bool(self._gates)
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), LOOK_SECONDS)
            except TimeoutError:
                if self._gates and await self._look.fetchval(_WAITING) >= len(going):
                    return True
