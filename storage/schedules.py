"""What is done again and again is done once by all processes together."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from storage.statements import add_once
from storage.tables import Schedule

EARLY = 0.9
"""Clocks and loops are not exact: from so much of its time on it is this one's turn."""


def take_turn(connection: Connection, name: str, seconds: float, now: datetime) -> bool:
    """Whether it is due again, and the caller's to do: nobody else is told so for `seconds`."""
    if add_once(connection, Schedule, name=name, ran_at=now):
        return True
    due = Schedule.ran_at <= now - timedelta(seconds=seconds * EARLY)
    # What a clock that was put back left in the future would never be due.
    ahead = Schedule.ran_at > now + timedelta(seconds=seconds)
    taken = connection.execute(
        update(Schedule).where(Schedule.name == name, due | ahead).values(ran_at=now)
    )
    return taken.rowcount == 1
