"""The embedded engine for later work: a table in the same file and one loop in the one process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.outside import Outside
from bot.stopping import finished
from bot.work.engine import SWEEP_SECONDS, Tasks
from storage import tasks
from storage.database import Connection, Database
from storage.later import Kick
from storage.tasks import Ready, TaskRow

logger = logging.getLogger(__name__)


class EmbeddedTasks(Tasks):
    """`Tasks` over the town's own table."""

    def __init__(self, outside: Outside, *, shared: bool = False) -> None:
        super().__init__(outside, shared=shared)

    def keep(self, connection: Connection, kicks: Sequence[Kick]) -> None:
        tasks.put_tasks(connection, kicks, self._outside.clock())

    def list_tasks(self, connection: Connection, most: int = 100) -> list[TaskRow]:
        return tasks.list_tasks(connection, most)

    def retry(self, connection: Connection, id: int) -> bool:
        return tasks.retry(connection, id, self._outside.clock())

    def cancel(self, connection: Connection, id: int) -> bool:
        return tasks.cancel(connection, id)

    def count(self, connection: Connection) -> Mapping[str, int]:
        return tasks.count(connection)

    async def _work(self, database: Database) -> None:
        while True:
            self._woken.clear()
            try:
                worked = await self.run_one(database)
            except Exception:
                logger.exception("later work could not be taken")
                worked = False
            if not worked:
                # Not `wait_for`: up to Python 3.11 it may lose a cancellation.
                try:
                    async with asyncio.timeout(SWEEP_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def run_one(self, database: Database) -> bool:
        """Run a task that is due now. Whether there was one."""
        # What another part of the house does is left to the process that it runs in.
        ready = await database.write(tasks.take, self._outside.clock(), [*self._handlers])
        if ready is None:
            return False
        await finished(self._run(database, ready))
        return True

    async def _run(self, database: Database, task: Ready) -> None:
        error = await self._call(task.name, task.args)
        if error is None:
            await database.write(tasks.finish, task.id)
            return
        again = self._outside.clock() + timedelta(seconds=2**task.attempts)
        await database.write(tasks.fail, task.id, task.attempts, error, again)
