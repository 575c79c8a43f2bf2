"""Later work as rows of PgQueuer, an engine that many processes share on one PostgreSQL server.

Its tables are made and changed by the library. What it has no call for is said in SQL here, to
the columns that the library documents.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
import msgspec
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.db import AsyncpgDriver
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.queries import Queries
from pgqueuer.types import Channel
from sqlalchemy import Connection, text

from storage import tasks
from storage.later import Kick
from storage.tasks import TaskRow

T = TypeVar("T")

# Said in full: what is left out is taken from the environment, from variables with such names as
# FUNCTION and TRIGGER.
NAMES = DBSettings(
    prefix="",
    db_schema=None,
    channel=Channel("ch_pgqueuer"),
    function="fn_pgqueuer_changed",
    statistics_table="pgqueuer_statistics",
    queue_status_type="pgqueuer_status",
    queue_table="pgqueuer",
    queue_table_log="pgqueuer_log",
    trigger="tg_pgqueuer_changed",
    schedules_table="pgqueuer_schedules",
    durability=Durability.durable,
    widen_id=True,
)

LOG_DAYS = 7
"""So long it is kept which task ran when. Neither its arguments nor anybody's words are there."""


def queries_on(raw: asyncpg.Connection) -> Queries:
    """The library's statements on a connection of the driver's own."""
    return Queries(
        AsyncpgDriver(raw),
        QueryBuilderEnvironment(NAMES),
        QueryQueueBuilder(NAMES),
        QuerySchedulerBuilder(NAMES),
    )


def upgrade(connection: Connection) -> bool:
    """Make the engine's tables in this transaction, or bring them up to date. Whether there was
    anything to do."""
    return _ask(connection, _upgrade)


def put_tasks(connection: Connection, kicks: Sequence[Kick]) -> None:
    """Keep kicks as rows of this transaction. One whose dedupe key is waiting already changes
    nothing, but holds that task back until the transaction is over: begun before, it would not
    see what was decided."""
    once: dict[str | int, Kick] = {}
    for number, kick in enumerate(kicks):
        once.setdefault(number if kick.dedupe is None else kick.dedupe, kick)
    kept = list(once.values())

    async def put(queries: Queries) -> None:
        await queries.enqueue(
            [kick.task for kick in kept],
            [msgspec.json.encode(kick.args) for kick in kept],
            [0] * len(kept),
            [kick.delay for kick in kept],
            [kick.dedupe for kick in kept],
            # Not "skip": only what is updated is locked, and a locked row is taken by nobody.
            on_conflict="update_priority",
        )

    if kept:
        _ask(connection, put)


def adopt(connection: Connection, now: datetime) -> int:
    """Take over what stands in the embedded engine's table: a backup was restored here. How
    many."""
    kicks = tasks.take_out(connection, now)
    put_tasks(connection, kicks)
    return len(kicks)


def begin(connection: Connection, id: int) -> int | None:
    """Note that a task is begun. How often it was tried before; None for one that is gone.

    The library counts failures alone: who finds a task begun by another counts that death, and
    so says its mark, the number of this try. What is kicked from here on, while the task runs, is
    a task of its own. Waits for whoever is about to commit a kick that relies on this one.
    """
    tried: int | None = connection.scalar(
        text(
            """
            update pgqueuer job
            set dedupe_key = null, attempts = tried, headers = jsonb_build_object('begun', tried)
            from (
                select attempts + (headers -> 'begun' = to_jsonb(attempts) is true)::int as tried
                from pgqueuer where id = :id for update
            ) before
            where id = :id returning tried
            """
        ),
        {"id": id},
    )
    return tried


def task_records(connection: Connection, most: int) -> Iterator[list[bytes]]:
    """What waits, as records of the embedded engine's table, behind its last number, in batches
    of at most so many: a backup has them there, and whoever starts on the restored town takes
    them up (`adopt`)."""
    rows = connection.execute(
        text(
            """
            select row_number() over (order by id) + (select coalesce(max(id), 0) from task),
                entrypoint, convert_from(payload, 'UTF8'),
                case when status in ('queued', 'picked') then dedupe_key end,
                execute_after, null, least(attempts + (status = 'failed')::int, :held_at),
                status = 'failed', null
            from pgqueuer order by 1
            """
        ),
        {"held_at": tasks.MOST_ATTEMPTS},
        execution_options={"stream_results": True, "yield_per": most},
    )
    for batch in rows.partitions(most):
        yield [msgspec.json.encode(tuple(row)) for row in batch]


def list_tasks(connection: Connection, most: int = 100) -> list[TaskRow]:
    rows = connection.execute(
        text(
            """
            select id, entrypoint, execute_after, status = 'failed' as held,
                least(attempts + (status = 'failed')::int, :held_at) as attempts,
                (
                    select log.traceback ->> 'exception_message' from pgqueuer_log log
                    where log.job_id = job.id and log.traceback is not null
                    order by log.id desc limit 1
                ) as reason
            from pgqueuer job order by (status = 'failed') desc, execute_after, id limit :most
            """
        ),
        {"most": most, "held_at": tasks.MOST_ATTEMPTS},
    )
    return [
        TaskRow(row.id, row.entrypoint, row.execute_after, row.attempts, row.held, row.reason)
        for row in rows
    ]


def retry(connection: Connection, id: int) -> bool:
    """Run a task that is held, or waits, now and from the start of its attempts. Whether there is
    such a task; one that runs just now is left alone."""
    done = connection.execute(
        text(
            "update pgqueuer set status = 'queued', attempts = 0, execute_after = now(), "
            "updated = now(), queue_manager_id = null, dedupe_key = null, "
            "headers = null where id = :id and status in ('failed', 'queued')"
        ),
        {"id": id},
    )
    if done.rowcount:
        nudge(connection)
    return done.rowcount == 1


def nudge(connection: Connection) -> None:
    """Make every process look once this is committed: the library's trigger is silent for rows
    that were changed and not added."""
    connection.execute(
        text(
            "select pg_notify(:channel, json_build_object('channel', cast(:channel as text), "
            "'operation', 'update', 'sent_at', now(), 'table', cast(:table as text), "
            "'type', 'table_changed_event')::text)"
        ),
        {"channel": NAMES.channel, "table": NAMES.queue_table},
    )


def cancel(connection: Connection, id: int) -> bool:
    """Take a task away; one that runs just now ends, and is not tried again."""
    done = connection.execute(text("delete from pgqueuer where id = :id"), {"id": id})
    return done.rowcount == 1


def count(connection: Connection) -> dict[str, int]:
    """How many are `held` and how many `waiting`."""
    rows = connection.execute(
        text("select status = 'failed' as held, count(*) as many from pgqueuer group by 1")
    )
    counts = {bool(row.held): int(row.many) for row in rows}
    return {"held": counts.get(True, 0), "waiting": counts.get(False, 0)}


def trim_log(connection: Connection) -> None:
    """Forget what ran long ago; why a task is held is kept as long as it is."""
    connection.execute(
        text(
            "delete from pgqueuer_log log where created < now() - make_interval(days => :days) "
            "and not exists (select from pgqueuer job where job.id = log.job_id)"
        ),
        {"days": LOG_DAYS},
    )


async def _upgrade(queries: Queries) -> bool:
    if not await queries.schema_is_installed():
        await queries.install()
        return True
    plan = await queries.plan_upgrade()
    for statement in plan.statements:
        await queries.driver.execute(statement)
    return bool(plan.statements)


def _ask(connection: Connection, ask: Callable[[Queries], Awaitable[T]]) -> T:
    """Ask the library something on the driver's own connection, within this transaction."""

    def on_driver(raw: asyncpg.Connection) -> Awaitable[T]:
        return ask(queries_on(raw))

    adapted: Any = connection.connection.dbapi_connection
    answer: T = adapted.run_async(on_driver)
    return answer
