"""The embedded engine for later work: a table in the same file and one loop in the one process.

Tasks are idempotent and look at their ledger (outbox, due rows), which alone is the truth; the
engine only says when. A task that has a ledger is woken in memory and needs no row of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot.domain.outside import Outside
from bot.stopping import finished
from storage import deliveries, media, outbox, pieces, schedules, tasks
from storage.database import Connection, Database
from storage.later import Kick
from storage.tasks import Ready

logger = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[None]]

SWEEP_SECONDS = 15.0
"""The loop looks at the table at least so often."""

LOOK_SECONDS = 60.0
"""So often a process looks whether it has come to be its turn, where another may have died."""

LEDGERS = frozenset({outbox.SEND, media.FETCH, pieces.PIECES, deliveries.ANNOUNCE})
"""Tasks that have a ledger of their own, in this process or in another: they are no rows here."""


class EmbeddedTasks:
    """Runs what was kicked, and what is done again and again."""

    def __init__(self, outside: Outside, *, shared: bool = False) -> None:
        """`shared` is for a database that other processes work on as well."""
        self._outside = outside
        self._shared = shared
        self._handlers: dict[str, Handler] = {}
        self._wakes: dict[str, Callable[[], None]] = {}
        self._every: list[tuple[float, str]] = []
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def register(self, name: str, handler: Handler) -> None:
        """A task that is kept as a row until it has run."""
        self._handlers[name] = handler

    def wake_on(self, name: str, wake: Callable[[], None]) -> None:
        """A task that has a ledger of its own: woken after the commit, and found by its sweep."""
        self._wakes[name] = wake

    def every(self, seconds: float, name: str) -> None:
        """Run a registered task at start and then so often."""
        self._every.append((seconds, name))

    def hand_over(self, connection: Connection, kicks: list[Kick]) -> None:
        """Keep kicks in their own transaction; see `Database`."""
        kept = [kick for kick in kicks if kick.task not in LEDGERS]
        if kept:
            tasks.put_tasks(connection, kept, self._outside.clock())

    def committed(self, kicks: list[Kick]) -> None:
        """After the commit, from the writer's thread."""
        if self._loop is None or self._loop.is_closed():
            return
        names = {kick.task for kick in kicks}
        for wake in [self._wakes[name] for name in names if name in self._wakes]:
            self._loop.call_soon_threadsafe(wake)
        if not names <= LEDGERS:
            self._loop.call_soon_threadsafe(self._woken.set)

    def wake(self) -> None:
        """Another process has left work, we do not know which: all look at once."""
        for wake in self._wakes.values():
            wake()
        self._woken.set()

    async def run(self, database: Database) -> None:
        """Work until it is cancelled; a task under way is finished then."""
        self._loop = asyncio.get_running_loop()
        # No task group: that one cancels its tasks only once, and the second time must count.
        await asyncio.gather(
            *(self._again(database, seconds, name) for seconds, name in self._every),
            self._work(database),
        )

    async def _again(self, database: Database, seconds: float, name: str) -> None:
        while True:
            if not self._shared or await self._is_ours(database, seconds, name):
                await finished(self._call(name, None))
            await asyncio.sleep(min(seconds, LOOK_SECONDS) if self._shared else seconds)

    async def _is_ours(self, database: Database, seconds: float, name: str) -> bool:
        """Whether it is due, and no other process does it."""
        try:
            now = self._outside.clock()
            return await database.write(schedules.take_turn, name, seconds, now)
        except Exception:
            # The loop must live on: it is asked again.
            logger.exception("%s could not be begun", name)
            return False

    async def _work(self, database: Database) -> None:
        while True:
            self._woken.clear()
            try:
                worked = await self.run_ready(database)
            except Exception:
                logger.exception("later work could not be taken")
                worked = 0
            if not worked:
                # Not `wait_for`: up to Python 3.11 it may lose a cancellation.
                try:
                    async with asyncio.timeout(SWEEP_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def run_ready(self, database: Database) -> int:
        """Run what is due now. How many tasks were taken."""
        # What another part of the house does is left to the process that it runs in.
        names = [*self._handlers, *LEDGERS]
        ready = await database.write(tasks.take, self._outside.clock(), names=names)
        for task in ready:
            await finished(self._run(database, task))
        return len(ready)

    async def _run(self, database: Database, task: Ready) -> None:
        error = await self._call(task.name, task.args)
        if error is None:
            await database.write(tasks.finish, task.id)
            return
        again = self._outside.clock() + timedelta(seconds=2**task.attempts)
        await database.write(tasks.fail, task.id, task.attempts, error, again)

    async def _call(self, name: str, args: Any) -> str | None:
        """Run a handler; None, or why it failed as a class name (words may be personal)."""
        if name in LEDGERS:
            # A row of a release that kept them here.
            return None
        handler = self._handlers.get(name)
        if handler is None:
            return "no such task"
        try:
            await handler(args)
        except Exception as error:
            logger.exception("task %s failed", name)
            return type(error).__name__
        return None
