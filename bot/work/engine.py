"""The port behind which work is done later or elsewhere: what both engines have in common.

Tasks are idempotent and look at their ledger (outbox, due rows), which alone is the truth; an
engine only says when and where. A task that has a ledger is woken in memory and needs no row of
its own.
"""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from bot.domain.outside import Outside
from bot.stopping import finished
from storage import schedules
from storage.database import Connection, Database
from storage.later import LEDGERS, Kick
from storage.tasks import TaskRow

logger = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[None]]

SWEEP_SECONDS = 15.0
"""An engine looks for what is due at least so often."""

LOOK_SECONDS = 60.0
"""So often a process looks whether it has come to be its turn, where another may have died."""


class Tasks(ABC):
    """Runs what was kicked, and what is done again and again."""

    def __init__(self, outside: Outside, *, shared: bool) -> None:
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
        """Run a registered task at start and then so often, once over all processes."""
        self._every.append((seconds, name))

    def hand_over(self, connection: Connection, kicks: list[Kick]) -> None:
        """Keep kicks in their own transaction; see `Database`."""
        kept = [kick for kick in kicks if kick.task not in LEDGERS]
        if kept:
            self.keep(connection, kept)

    def committed(self, kicks: list[Kick]) -> None:
        """After the commit, from the writer's thread."""
        if self._loop is None or self._loop.is_closed():
            return
        # In the order of the kicks: who is woken first is then no matter of chance.
        names = dict.fromkeys(kick.task for kick in kicks)
        for wake in [self._wakes[name] for name in names if name in self._wakes]:
            self._loop.call_soon_threadsafe(wake)
        if not names.keys() <= LEDGERS:
            self._loop.call_soon_threadsafe(self._woken.set)

    @property
    def awaited(self) -> frozenset[str]:
        """The tasks with a ledger that this process does: it is to hear of work for them."""
        return frozenset(self._wakes)

    def wake(self, name: str | None = None) -> None:
        """Somebody has left work for a task; None for who knows which: all look at once."""
        if name is not None:
            self._wakes[name]()
            return
        for wake in self._wakes.values():
            wake()
        self._woken.set()

    async def run(self, database: Database) -> None:
        """Work until it is cancelled; a task under way is finished then."""
        self._loop = asyncio.get_running_loop()
        loops = [
            asyncio.create_task(each)
            for each in (
                *(self._again(database, seconds, name) for seconds, name in self._every),
                self._work(database),
            )
        ]
        try:
            await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # No task group, which cancels its tasks only once: the second time must count. And not
            # `gather`, which ends with the first that does while others finish what they are at.
            while left := [loop for loop in loops if not loop.done()]:
                for loop in left:
                    loop.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.wait(left)
        for loop in loops:
            if not loop.cancelled():
                loop.result()

    @abstractmethod
    def keep(self, connection: Connection, kicks: Sequence[Kick]) -> None:
        """Keep kicks as rows. One whose dedupe key is waiting already changes nothing."""

    @abstractmethod
    def list_tasks(self, connection: Connection, most: int = 100) -> list[TaskRow]:
        """What waits, the held ones first, and at most so many."""

    @abstractmethod
    def retry(self, connection: Connection, id: int) -> bool:
        """Run a task again from the start of its attempts. Whether there is such a task."""

    @abstractmethod
    def cancel(self, connection: Connection, id: int) -> bool:
        """Take a task away. Whether there was one."""

    @abstractmethod
    def count(self, connection: Connection) -> Mapping[str, int]:
        """How many are `held` and how many `waiting`."""

    @abstractmethod
    async def _work(self, database: Database) -> None:
        """Run what is due, for ever. Whatever fails, this lives on."""

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

    async def _call(self, name: str, args: Any) -> str | None:
        """Run a handler; None, or why it failed as a class name (words may be personal)."""
        handler = self._handlers.get(name)
        if handler is None:
            return "no such task"
        try:
            await handler(args)
        except Exception as error:
            logger.exception("task %s failed", name)
            return type(error).__name__
        return None
