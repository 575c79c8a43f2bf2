"""Copies of announcements that are not to be sent any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select, update

from bot.domain.announcements import Delivery as Ended
from bot.domain.announcements import State
from storage.deliveries import IS_WAITING
from storage.tables import Announcement, Delivery, Profile

CLOSED_MOST = 2000
"""Copies that are ended in one transaction, for which everybody waits."""

FORGOTTEN = "forgotten"
"""Why a copy was cancelled: its resident asked to be forgotten."""


def close(connection: Connection, state: Ended, reason: str, now: datetime, **which: Any) -> int:
    """End everything that waits of a `resident_id` or an `address_id`. How many."""
    mine = [getattr(Delivery, name) == value for name, value in which.items()]
    if "address_id" in which:
        # Only by their residents are copies found without looking through all that wait.
        there = select(Profile.resident_id).where(Profile.address_id == which["address_id"])
        mine.append(Delivery.resident_id.in_(there))
    closed = connection.execute(
        update(Delivery)
        .where(IS_WAITING, *mine)
        .values(state=state.value, reason=reason, ended_at=now)
    )
    return closed.rowcount


def close_some(
    connection: Connection, announcement_id: str, state: Ended, reason: str, now: datetime
) -> int:
    """End what waits of an announcement, `CLOSED_MOST` at most. How many; fewer were the last."""
    some = connection.scalars(
        select(Delivery.id)
        .where(Delivery.announcement_id == announcement_id, IS_WAITING)
        .limit(CLOSED_MOST)
    ).all()
    # By their numbers: of a query within this one a server that has not counted them since they
    # were made may think that it finds one, and go through it anew for each copy.
    closed = connection.execute(
        update(Delivery)
        .where(IS_WAITING, Delivery.id.in_(some))
        .values(state=state.value, reason=reason, ended_at=now)
    )
    return closed.rowcount


def cancelled_open(connection: Connection) -> list[str]:
    """Ids of the announcements that are cancelled, and of which copies wait."""
    wanted = select(Announcement.id).where(
        Announcement.state == State.CANCELLED.value,
        exists().where(Delivery.announcement_id == Announcement.id, IS_WAITING),
    )
    return list(connection.scalars(wanted))


def forget(connection: Connection, resident_id: str) -> None:
    """Nobody is to know that it went to them: counts stay. What waits is cancelled."""
    mine = Delivery.resident_id == resident_id
    connection.execute(
        update(Delivery)
        .where(mine, IS_WAITING)
        .values(state=Ended.CANCELLED.value, reason=FORGOTTEN, ended_at=Delivery.due_at)
    )
    connection.execute(update(Delivery).where(mine).values(resident_id=None, address_id=None))
