"""Announcements: kept, found and changed. What becomes of each copy is in `storage.deliveries`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, literal, select, update

from bot.domain.announcements import Audience, Content, State, dump_content, load_content
from storage.columns import Utc
from storage.countries import Countries
from storage.statements import Prepared, add_once
from storage.tables import AnnouncedPicture, Announcement


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    """An announcement as it is stored. `reason` says why it is paused."""

    id: str
    code: str
    country: str
    kind: str
    subject: str
    content: Content
    audience: Audience
    digest: bytes
    state: State
    reason: str
    created_at: datetime
    created_by: str
    start_at: datetime | None
    start_local: str
    zone: str
    best_before: datetime | None
    built: bool
    judged: bool
    started_at: datetime | None
    ended_at: datetime | None


# SQLAlchemy counts no more than nine columns.
_ROWS: Any = select(
    Announcement.id,
    Announcement.code,
    Announcement.country,
    Announcement.kind,
    Announcement.subject,
    Announcement.content,
    Announcement.audience,
    Announcement.digest,
    Announcement.state,
    Announcement.reason,
    Announcement.created_at,
    Announcement.created_by,
    Announcement.start_at,
    Announcement.start_local,
    Announcement.zone,
    Announcement.best_before,
    Announcement.built,
    Announcement.judged,
    Announcement.started_at,
    Announcement.ended_at,
)


def _row(values: Sequence[Any]) -> AnnouncementRow:
    known = list(values)
    known[5] = load_content(msgspec.json.decode(known[5]))
    known[6] = msgspec.json.decode(known[6], type=Audience)
    known[8] = State(known[8])
    return AnnouncementRow(*known)


def add(
    connection: Connection, *, content: Content, audience: Audience, state: State, **values: Any
) -> bool:
    """Keep an announcement. False when its code is taken."""
    added = add_once(
        connection,
        Announcement,
        content=msgspec.json.encode(dump_content(content)),
        picture=content.picture.name if content.picture else "",
        audience=msgspec.json.encode(audience),
        country=audience.country,
        state=state.value,
        **values,
    )
    if added and content.picture is not None:
        for name in {name for _language, name in content.picture.versions}:
            add_once(connection, AnnouncedPicture, announcement_id=values["id"], name=name)
    return added


def find(connection: Connection, code: str) -> AnnouncementRow | None:
    return _one(connection, _ROWS.where(Announcement.code == code))


def hold(connection: Connection, code: str) -> AnnouncementRow | None:
    """One that this transaction is going to change."""
    return _one(connection, _ROWS.where(Announcement.code == code).with_for_update(key_share=True))


def hold_by_id(connection: Connection, id: str) -> AnnouncementRow | None:
    return _one(connection, _ROWS.where(Announcement.id == id).with_for_update(key_share=True))


def find_result(connection: Connection, subject: str) -> AnnouncementRow | None:
    """The announcement of a vote's result."""
    return _one(
        connection, _ROWS.where(Announcement.kind == "result", Announcement.subject == subject)
    )


def _one(connection: Connection, wanted: Select[Any]) -> AnnouncementRow | None:
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _row(row)


def list_all(
    connection: Connection, countries: Countries = (), most: int = 50
) -> list[AnnouncementRow]:
    """The newest first; no country given leaves none out."""
    wanted = _ROWS.order_by(Announcement.created_at.desc(), Announcement.id.desc()).limit(most)
    if countries:
        wanted = wanted.where(Announcement.country.in_(countries))
    return [_row(row) for row in connection.execute(wanted)]


def find_twin(
    connection: Connection, row: AnnouncementRow, first: datetime, last: datetime
) -> AnnouncementRow | None:
    """Another one with the same text to the same audience that began, or is to begin, from the
    `first` to the `last` moment."""
    found = connection.execute(
        _ROWS.where(
            Announcement.country == row.country,
            Announcement.digest == row.digest,
            Announcement.id != row.id,
            Announcement.start_at.between(first, last),
            Announcement.state.in_(_GOING),
        )
        .order_by(Announcement.start_at.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else _row(found)


_GOING = [state.value for state in (State.SCHEDULED, State.SENDING, State.PAUSED, State.DONE)]


def in_state(connection: Connection, state: State) -> list[AnnouncementRow]:
    """All in one state, in the order of their start."""
    return [_row(row) for row in _IN_STATE.rows(connection, {"now_in": state.value})]


_IN_STATE = Prepared(
    _ROWS.where(Announcement.state == bindparam("now_in")).order_by(
        Announcement.start_at, Announcement.id
    )
)


def due(connection: Connection, now: datetime) -> list[AnnouncementRow]:
    """Those whose start has come."""
    return [_row(row) for row in _DUE.rows(connection, {"now": now})]


_IS_SCHEDULED = Announcement.state == literal(State.SCHEDULED.value)
_DUE = Prepared(
    _ROWS.where(_IS_SCHEDULED, Announcement.start_at <= bindparam("now", type_=Utc()))
    .order_by(Announcement.start_at, Announcement.id)
    .with_for_update(key_share=True)
)


def next_start(connection: Connection) -> datetime | None:
    """When the next one starts; None where none is scheduled."""
    start: datetime | None = _NEXT_START.scalar(connection, {})
    return start


_NEXT_START = Prepared(select(func.min(Announcement.start_at)).where(_IS_SCHEDULED))


def change(connection: Connection, id: str, state: State, **values: Any) -> None:
    """Let it become something, with whatever else is to be known of it then. Only for one that
    this transaction holds."""
    connection.execute(
        update(Announcement).where(Announcement.id == id).values(state=state.value, **values)
    )


def change_sending(connection: Connection, id: str, state: State, **values: Any) -> bool:
    """The same of one that nobody holds. False where it is not being sent any more: an organiser
    was quicker, and what they decided stands."""
    changed = connection.execute(
        update(Announcement)
        .where(Announcement.id == id, Announcement.state == State.SENDING.value)
        .values(state=state.value, **values)
    )
    return changed.rowcount == 1


def note(connection: Connection, id: str, **values: Any) -> None:
    """Keep something of it that changes no state."""
    connection.execute(update(Announcement).where(Announcement.id == id).values(**values))
