"""The embedded engine's table: later work that must outlive the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from storage.columns import Utc
from storage.later import Kick
from storage.statements import Prepared, add_once, table_of
from storage.tables import Task

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
"""After so many a task is held for the operator, whether it failed or its process died."""
DIED = "its process died"
"""Why a task is held of which nobody heard that it failed."""


@dataclass(frozen=True, slots=True)
class Ready:
    id: int
    name: str
    args: Any
    attempts: int


def put_tasks(connection: Connection, kicks: Sequence[Kick], now: datetime) -> None:
    """Keep kicks as rows. One whose dedupe key is waiting already changes nothing, but holds that
    task back until this transaction is over: begun before, it would not see what was decided."""
    for kick in kicks:
        values = {
            "name": kick.task,
            "args": msgspec.json.encode(kick.args).decode(),
            "due_at": now + kick.delay,
            "attempts": 0,
            "held": False,
        }
        if kick.dedupe is None:
            connection.execute(insert(Task).values(**values))
            continue
        waiting = select(Task.id).where(Task.dedupe == kick.dedupe).with_for_update()
        while not add_once(connection, Task, dedupe=kick.dedupe, **values):
            # It may have been taken in between; then its key is free.
            if connection.execute(waiting).all():
                break


def take(connection: Connection, now: datetime, names: Sequence[str]) -> Ready | None:
    """Take what is due, of these names, under a lease: the one that was tried least, so that one
    which takes its process with it holds up no other.

    Its dedupe key is free again from here on, so that what is kicked while it runs is not lost.
    One at a time: of several, those that were never begun would count a death as their own.
    """
    if not names:
        return None
    least_tried, hold_all = _ready_of(tuple(names))
    found = least_tried.rows(connection, {"now": now})
    if not found:
        return None
    [[id, name, args, attempts]] = found
    if attempts >= MOST_ATTEMPTS:
        # It is the least tried: all that are left have not come back from their last time.
        hold_all.run(connection, {"now": now})
        return None
    _LEASE.run(connection, {"task": id, "lease_until": now + LEASE})
    return Ready(id, name, msgspec.json.decode(args), attempts + 1)


@cache
def _ready_of(names: tuple[str, ...]) -> tuple[Prepared, Prepared]:
    """How the least tried of these is found, and how all that were tried too often are held."""
    now = bindparam("now", type_=Utc())
    ready = (
        Task.due_at <= now,
        Task.held.is_(False),
        or_(Task.lease_until.is_(None), Task.lease_until <= now),
        Task.name.in_([literal(name) for name in names]),
    )
    least_tried = (
        select(Task.id, Task.name, Task.args, Task.attempts)
        .where(*ready)
        .order_by(Task.attempts, Task.due_at, Task.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    hold_all = (
        update(table_of(Task))
        .where(*ready, Task.attempts >= MOST_ATTEMPTS)
        .values(held=True, reason=DIED, lease_until=None)
    )
    return Prepared(least_tried), Prepared(hold_all)


_LEASE = Prepared(
    update(table_of(Task))
    .where(Task.id == bindparam("task"))
    .values(lease_until=bindparam("lease_until"), dedupe=None, attempts=Task.attempts + 1)
)


def release_all(connection: Connection) -> None:
    """What a process was at when it died is ready again. Only where no other process works."""
    _RELEASE_ALL.run(connection, {})


_RELEASE_ALL = Prepared(
    update(table_of(Task)).where(Task.lease_until.is_not(None)).values(lease_until=None)
)


def finish(connection: Connection, id: int) -> None:
    _FINISH.run(connection, {"task": id})


_FINISH = Prepared(delete(table_of(Task)).where(Task.id == bindparam("task")))


def fail(connection: Connection, id: int, attempts: int, reason: str, again_at: datetime) -> None:
    """Try again later, or hold it when it has failed too often."""
    connection.execute(
        update(Task)
        .where(Task.id == id)
        .values(
            due_at=again_at,
            lease_until=None,
            held=attempts >= MOST_ATTEMPTS,
            reason=reason,
        )
    )


def take_out(connection: Connection, now: datetime) -> list[Kick]:
    """Take away all rows that no other process is at, for another engine to keep."""
    rows = connection.execute(
        select(Task.id, Task.name, Task.args, Task.dedupe, Task.due_at)
        .where(or_(Task.lease_until.is_(None), Task.lease_until <= now))
        .order_by(Task.id)
        .with_for_update(skip_locked=True)
    ).all()
    kicks = [
        Kick(
            row.name,
            msgspec.json.decode(row.args),
            row.dedupe,
            max(timedelta(0), row.due_at - now),
        )
        for row in rows
    ]
    if rows:
        connection.execute(delete(Task).where(Task.id.in_([row.id for row in rows])))
    return kicks


def count(connection: Connection) -> dict[str, int]:
    """How many are `held` and how many `waiting`."""
    rows = connection.execute(select(Task.held, func.count()).group_by(Task.held)).all()
    counts = {bool(held): int(many) for held, many in rows}
    return {"held": counts.get(True, 0), "waiting": counts.get(False, 0)}


@dataclass(frozen=True, slots=True)
class TaskRow:
    id: int
    name: str
    due_at: datetime
    attempts: int
    held: bool
    reason: str | None


def list_tasks(connection: Connection, most: int = 100) -> list[TaskRow]:
    rows = connection.execute(
        select(Task.id, Task.name, Task.due_at, Task.attempts, Task.held, Task.reason)
        .order_by(Task.held.desc(), Task.due_at, Task.id)
        .limit(most)
    )
    return [TaskRow(*row) for row in rows]


def retry(connection: Connection, id: int, now: datetime) -> bool:
    """Run a held task again from the start of its attempts. Whether there is such a task."""
    result = connection.execute(
        update(Task)
        .where(Task.id == id)
        .values(held=False, attempts=0, due_at=now, lease_until=None, reason=None)
    )
    return result.rowcount == 1


def cancel(connection: Connection, id: int) -> bool:
    return connection.execute(delete(Task).where(Task.id == id)).rowcount == 1
