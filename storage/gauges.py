"""Numbers for whoever watches over an installation: what waits, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from storage import facts, stuck
from storage.budget import read_budgets
from storage.deliveries import IS_OPEN
from storage.owed_states import OPEN
from storage.tables import Announcement, Delivery, Due, Outbox


def read_gauges(
    connection: Connection, now: datetime, count_tasks: Callable[[Connection], Mapping[str, int]]
) -> dict[str, float]:
    """By name and state; later work is counted by its engine. Everything is found by an index of
    what is open: what was sent or done long ago is not looked at, however much of it there is."""
    gauges: dict[str, float] = {"baraza_outbox owed": 0, "baraza_outbox sending": 0}
    rows = connection.execute(
        select(Outbox.state, func.count()).where(OPEN).group_by(Outbox.state)
    )
    gauges |= {f"baraza_outbox {state}": int(count) for state, count in rows}
    oldest = connection.scalar(
        select(func.min(Outbox.created_at)).where(OPEN, Outbox.due_at <= now)
    )
    gauges["baraza_owed_seconds"] = _seconds(oldest, now)
    gauges["baraza_due"] = _count(connection, select(func.count()).where(Due.at <= now))
    gauges |= {f"baraza_tasks {state}": many for state, many in count_tasks(connection).items()}
    gauges["baraza_stuck_updates"] = stuck.count(connection)
    gauges |= {f"baraza_announcements {state}": 0 for state in ("scheduled", "sending", "paused")}
    going = select(Announcement.state, func.count()).where(Announcement.ended_at.is_(None))
    for state, count in connection.execute(going.group_by(Announcement.state)):
        gauges[f"baraza_announcements {state}"] = int(count)
    waiting = select(func.count()).select_from(Delivery).where(IS_OPEN)
    gauges["baraza_deliveries_open"] = _count(connection, waiting)
    gauges["baraza_paused"] = float(facts.restored(connection) is not None)
    budgets = read_budgets(connection).values()
    gauges["baraza_paused_bots"] = sum(budget.held for budget in budgets)
    silent = [budget.paused_until for budget in budgets if budget.paused_until is not None]
    gauges["baraza_silent_seconds"] = max(
        (max(0.0, (until - now).total_seconds()) for until in silent), default=0.0
    )
    backup = facts.last_backup(connection)
    if backup is not None:
        gauges["baraza_backup_age_seconds"] = _seconds(backup, now)
    return gauges


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _count(connection: Connection, counted: Select[int]) -> int:
    return connection.scalar(counted) or 0
