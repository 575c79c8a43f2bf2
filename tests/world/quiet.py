"""When a town is quiet: whatever is still to be done in its database, asked of it from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Montevideo")
NIGHT_FROM, NIGHT_UNTIL = time(21), time(8, 30)
"""The quiet hours of the town's country, written down once more: what must be so is not asked of
the program that is to keep it."""


def is_night(now: datetime) -> bool:
    there = now.astimezone(ZONE).time()
    return there >= NIGHT_FROM or there < NIGHT_UNTIL


def asked_at(now: datetime) -> Mapping[str, object]:
    """The values that `IS_OPEN` and `WAITING` ask about."""
    return {"now": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}", "night": is_night(now)}


_OPEN: Mapping[str, str] = {
    "outbox": "select state, coalesce(reason, '') from outbox where state in ('owed', 'sending')",
    "task": "select name, coalesce(reason, '') from task where held = 0",
    "media": "select kind, coalesce(reason, '') from media where state = 'waiting'",
    "piece": "select 'waiting', '' from piece",
    "due": "select kind, '' from due where at <= :now",
    "vote": "select status, code from vote where (status = 'open' and closes_at <= :now)"
    " or (status != 'open' and cleaned_at is null)",
    "announcement": "select state, code from announcement a where"
    " (state = 'scheduled' and start_at <= :now)"
    " or (state = 'sending' and (built = 0 or not exists"
    " (select 1 from delivery d where d.announcement_id = a.id"
    " and d.state in ('waiting', 'sending'))))",
    "delivery": "select d.state, d.reason from delivery d join announcement a"
    " on a.id = d.announcement_id where d.state = 'sending'"
    " or (d.state = 'waiting' and a.state = 'sending' and not :night"
    " and not (d.reason = 'weekly limit' and d.due_at > :now))",
}

IS_OPEN = f"select {' or '.join(f'exists ({sql})' for sql in _OPEN.values())}"
"""Whether anything is to be done now. A copy that failed waits for its next try: until then it is
not quiet."""

WAITING = " union all ".join(f"select '{name}', * from ({sql})" for name, sql in _OPEN.items())
