"""The distributed engine for later work: PgQueuer, on the PostgreSQL server that all share.

A task is taken by one process within milliseconds of its commit, and by another when that one has
shown no sign of life for `ALIVE`. The engine acknowledges a little later, so what a process had
just done when it died is done again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from bot.domain.outside import Outside
from bot.stopping import finished
from bot.work.engine import SWEEP_SECONDS, Tasks
from storage.database import Connection, Database
from storage.later import Kick
from storage.postgres_url import PostgresUrl
from storage.tasks import DIED, MOST_ATTEMPTS, TaskRow

if TYPE_CHECKING:
    from pgqueuer.models import Job
    from pgqueuer.qm import QueueManager

logger = logging.getLogger(__name__)

ALIVE = timedelta(seconds=10)
"""A process that shows no sign of life for so long has lost its tasks to the others."""

TAKEN_AT_ONCE = 5
"""Tasks of one look; twice as many run at a time in one process."""

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0

TRIM_SECONDS = 6 * 3600.0
TRIM = "trim the log of later work"


CUT = "ended at once"
"""Why a task is tried again that was under way when its process was told so twice."""


class Held(Exception):
    """A task has failed so often that it waits for the operator. Says why, as a class name."""


class PgqueuerTasks(Tasks):
    """`Tasks` over PgQueuer. Its library is loaded when it is first needed: most commands leave no
    later work."""

    def __init__(self, outside: Outside, url: PostgresUrl) -> None:
        super().__init__(outside, shared=True)
        self._url = url
        self._one_at_a_time: dict[str, asyncio.Lock] = {}

    def keep(self, connection: Connection, kicks: Sequence[Kick]) -> None:
        from storage import pgqueuer_rows

        pgqueuer_rows.put_tasks(connection, kicks)

    def list_tasks(self, connection: Connection, most: int = 100) -> list[TaskRow]:
        from storage import pgqueuer_rows

        return pgqueuer_rows.list_tasks(connection, most)

    def retry(self, connection: Connection, id: int) -> bool:
        from storage import pgqueuer_rows

        return pgqueuer_rows.retry(connection, id)

    def cancel(self, connection: Connection, id: int) -> bool:
        from storage import pgqueuer_rows

        return pgqueuer_rows.cancel(connection, id)

    def count(self, connection: Connection) -> Mapping[str, int]:
        from storage import pgqueuer_rows

        return pgqueuer_rows.count(connection)

    async def run(self, database: Database) -> None:
        from storage import pgqueuer_rows

        async def trim(_args: Any) -> None:
            await database.write(pgqueuer_rows.trim_log)

        self.register(TRIM, trim)
        self.every(TRIM_SECONDS, TRIM)
        await super().run(database)

    async def _work(self, database: Database) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            begun = self._outside.clock()
            try:
                await self._serve(database)
            except Exception as error:  # noqa: BLE001 - logged
                # The engine ends when the server does; this loop must live on.
                logger.warning("later work is not taken (%s)", type(error).__name__)
            if self._outside.clock() - begun > ALIVE:
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_SECONDS, pause * 2)

    async def _serve(self, database: Database) -> None:
        """Work over one connection, until it is lost or this is cancelled."""
        from pgqueuer.qm import QueueManager

        from storage import pgqueuer_rows
        from storage.postgres_link import connect

        await database.write(pgqueuer_rows.adopt, self._outside.clock())
        connection = await connect(self._url, patient=False)
        try:
            manager = QueueManager(
                pgqueuer_rows.queries_on(connection), pgqueuer_rows.NAMES.channel
            )
            connection.add_termination_listener(lambda _connection: manager.shutdown.set())
            for name in self._handlers:
                manager.entrypoint(name, on_failure="hold")(self._runs(database))
            await self._until_lost(manager)
        finally:
            connection.terminate()

    async def _until_lost(self, manager: QueueManager) -> None:
        running = asyncio.create_task(
            manager.run(
                dequeue_timeout=timedelta(seconds=SWEEP_SECONDS),
                batch_size=TAKEN_AT_ONCE,
                max_concurrent_tasks=2 * TAKEN_AT_ONCE,
                heartbeat_timeout=ALIVE,
                shutdown_on_listener_failure=True,
                # Nobody reads its statistics; `/metrics` counts by itself.
                log_aggregation_interval=timedelta(0),
            )
        )
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            manager.shutdown.set()
            # What was begun is brought to its end, unless this is cancelled once more.
            await finished(running)
            raise

    def _runs(self, database: Database) -> Any:
        from pgqueuer.errors import RetryRequested

        async def run(job: Job) -> None:
            try:
                async with self._one_at_a_time.setdefault(job.entrypoint, asyncio.Lock()):
                    await self._try(database, job)
            except asyncio.CancelledError:
                # The library takes a cancelled task away, as done; this one is not.
                raise RetryRequested(timedelta(0), CUT) from None

        return run

    async def _try(self, database: Database, job: Job) -> None:
        """Run a task. Raises what tells the engine to try it later, or to hold it."""
        from storage import pgqueuer_rows

        try:
            before = await database.write(pgqueuer_rows.begin, job.id)
        except Exception as error:
            logger.exception("task %s could not be begun", job.entrypoint)
            _put_off(job.attempts, type(error).__name__)
        else:
            if before is None:
                return
            if before >= MOST_ATTEMPTS:
                raise Held(DIED)
            failed = await self._call(job.entrypoint, msgspec.json.decode(job.payload or b"null"))
            if failed is not None:
                _put_off(before, failed)


def _put_off(before: int, error: str) -> None:
    """Raises what tells the engine to try again later, or to hold what failed too often."""
    from pgqueuer.errors import RetryRequested

    attempts = before + 1
    if attempts >= MOST_ATTEMPTS:
        raise Held(error)
    raise RetryRequested(timedelta(seconds=2**attempts), error)
