"""How many copies of announcements stand where, and what somebody got lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.domain.announcements import Delivery as State
from storage.tables import Announcement, Delivery


def counts(connection: Connection, announcement_id: str) -> dict[tuple[str, str, str], int]:
    """Rows by channel, state and reason."""
    rows = connection.execute(
        select(Delivery.channel, Delivery.state, Delivery.reason, func.count())
        .where(Delivery.announcement_id == announcement_id)
        .group_by(Delivery.channel, Delivery.state, Delivery.reason)
        .order_by(Delivery.channel, Delivery.state, Delivery.reason)
    )
    return {(str(row[0]), str(row[1]), str(row[2])): int(row[3]) for row in rows}


def by_state(connection: Connection, announcement_id: str) -> dict[State, int]:
    rows = connection.execute(
        select(Delivery.state, func.count())
        .where(Delivery.announcement_id == announcement_id)
        .group_by(Delivery.state)
    )
    return {State(state): int(number) for state, number in rows}


def lately_got(
    connection: Connection, residents: Sequence[str], since: datetime
) -> Mapping[str, list[datetime]]:
    """When each of these residents got announcements since then, the newest first."""
    rows = connection.execute(
        select(Delivery.resident_id, Delivery.ended_at)
        .where(
            Delivery.resident_id.in_(residents),
            Delivery.ended_at > since,
            Delivery.state.in_((State.SENT.value, State.UNKNOWN.value)),
        )
        .order_by(Delivery.ended_at.desc())
    )
    got: dict[str, list[datetime]] = {}
    for resident_id, at in rows:
        if resident_id is not None and at is not None:
            got.setdefault(resident_id, []).append(at)
    return got


def announced_lately(connection: Connection, country: str, since: datetime) -> int:
    """How many announcements of a country were being sent since then."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(Announcement)
            .where(
                Announcement.country == country,
                Announcement.started_at.is_not(None),
                Announcement.ended_at.is_(None) | (Announcement.ended_at > since),
            )
        )
        or 0
    )
