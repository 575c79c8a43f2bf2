"""Lets one of several processes go on by one statement at a time, in an order drawn by lot."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import asyncpg

from tests.postgres_proxy import Proxy

LOOK_SECONDS = 0.002
"""After so long without a step it is asked whether somebody waits for another's rows."""

_WAITING = (
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)
_ENDS = (b"COMMIT", b"ROLLBACK")
"""What lets go of rows that others wait for."""


class Conductor:
    """Every statement and commit on the ways that are attached waits here for its turn. Of one
    process only one may be under way at a time."""

    def __init__(self, chance: random.Random, look: asyncpg.Connection) -> None:
        self._chance = chance
        self._look = look
        self._gates: dict[str, tuple[bytes, Callable[[], None]]] = {}
        self._stuck: set[str] = set()
        """Who waits for rows that another process holds."""
        self._changed: asyncio.Future[None] | None = None
        self._playing = False
        self.order = ""
        """Who went on, step by step: one letter each."""
        self.commits = ""
        """Who committed, in the order in which it was let through."""

    def attach(self, name: str, way: Proxy) -> None:
        """`name` is one letter."""
        way.gate = lambda data, go: self._arrive(name, data, go)

    async def play(self, works: Mapping[str, Coroutine[Any, Any, object]]) -> None:
        """Run these to their end, each over the way of its name. Raises what one raised."""
        self.order = self.commits = ""
        self._playing = True
        tasks: dict[str, asyncio.Task[object]] = {}
        try:
            for name, work in works.items():
                tasks[name] = asyncio.create_task(work)
                tasks[name].add_done_callback(lambda _task: self._tell())
            while await self._quiet(tasks):
                self._let_go(self._chance.choice(sorted(self._gates)))
        finally:
            # What follows, and what failed, goes on without a conductor.
            self._playing = False
            self._stuck.clear()
            for name in list(self._gates):
                self._gates.pop(name)[1]()
        await asyncio.gather(*tasks.values())

    def _let_go(self, name: str) -> None:
        data, go = self._gates.pop(name)
        self.order += name
        if any(word in data for word in _ENDS):
            self._stuck.clear()
            if _ENDS[0] in data:
                self.commits += name
        go()

    def _arrive(self, name: str, data: bytes, go: Callable[[], None]) -> None:
        if not self._playing:
            go()
            return
        assert name not in self._gates, f"{name} does two things at once"
        self._gates[name] = (data, go)
        self._stuck.discard(name)
        self._tell()

    def _tell(self) -> None:
        if self._changed is not None and not self._changed.done():
            self._changed.set_result(None)

    async def _quiet(self, tasks: Mapping[str, asyncio.Task[object]]) -> bool:
        """Wait until nobody can go on by themselves. Whether anybody is at the gate then."""
        while True:
            going = {name for name, task in tasks.items() if not task.done()}
            going -= self._gates.keys()
            if self._gates and going <= self._stuck:
                return True
            if not going and not self._gates:
                return False
            if not await self._moved() and self._gates:
                waiting = await self._look.fetchval(_WAITING)
                if waiting >= len(going):
                    self._stuck |= going

    async def _moved(self) -> bool:
        """Wait for somebody to arrive or end, a short while. Whether they did."""
        loop = asyncio.get_running_loop()
        changed = self._changed = loop.create_future()
        late = loop.call_later(LOOK_SECONDS, changed.cancel)
        try:
            await asyncio.wait([changed])
        finally:
            late.cancel()
        return not changed.cancelled()
