"""Reports, their updates and additions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, or_, select, update

from bot.domain.places import Point
from bot.domain.reports import OPEN, Status
from storage.media import Home
from storage.spans import Span, within_any
from storage.statements import insert_into
from storage.tables import Addition, Backer, Report, ReportUpdate


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as staff and services see it; `resident_id` is None once forgotten."""

    id: str
    code: str
    country: str
    resident_id: str | None
    category: str
    limited: bool
    status: Status
    status_at: datetime
    planned_for: date | None
    area: str
    point: Point | None
    detail: str
    text: str
    language: str
    channel: str
    since: str
    danger: str
    affected: int
    cleared_at: datetime | None
    merged_into: str | None
    created_at: datetime
    demo: bool
    quiet: bool
    """Who filed it wants no news in their chat."""


_ROW = select(
    Report.id,
    Report.code,
    Report.country,
    Report.resident_id,
    Report.category,
    Report.limited,
    Report.status,
    Report.status_at,
    Report.planned_for,
    Report.area,
    Report.lat,
    Report.lon,
    Report.detail,
    Report.text,
    Report.language,
    Report.channel,
    Report.since,
    Report.danger,
    Report.affected,
    Report.cleared_at,
    Report.merged_into,
    Report.created_at,
    Report.demo,
    Report.quiet,
)

_HELD = _ROW.with_for_update(key_share=True)


def _row(values: Sequence[Any]) -> ReportRow:
    (id, code, country, resident, category, limited, status, status_at, planned, area, lat, lon,
     *rest) = values  # fmt: skip
    return ReportRow(
        id,
        code,
        country,
        resident,
        category,
        limited,
        Status(status),
        status_at,
        planned,
        area,
        point_of(lat, lon),
        *rest,
    )


def point_of(lat: float | None, lon: float | None) -> Point | None:
    return None if lat is None or lon is None else Point(lat, lon)


def find_report(connection: Connection, code: str) -> ReportRow | None:
    return _one(connection, _ROW.where(Report.code == code))


def find_report_by_id(connection: Connection, id: str) -> ReportRow | None:
    return _one(connection, _ROW.where(Report.id == id))


def hold_report(connection: Connection, code: str) -> ReportRow | None:
    """A report that this transaction is going to change: nobody else changes it meanwhile."""
    return _one(connection, _HELD.where(Report.code == code))


def hold_report_by_id(connection: Connection, id: str) -> ReportRow | None:
    return _one(connection, _HELD.where(Report.id == id))


def _one(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> ReportRow | None:
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _row(row)


def list_reports(
    connection: Connection,
    *,
    spans: Sequence[Span] = (),
    statuses: Sequence[Status] = (),
    category: str | None = None,
    areas: Sequence[str] = (),
    danger: str | None = None,
    most: int = 50,
) -> list[ReportRow]:
    """The newest first. A day begins at another moment in each country, hence a span for each;
    nothing given leaves nothing out."""
    wanted = _ROW.order_by(Report.created_at.desc(), Report.id.desc()).limit(most)
    if spans:
        wanted = wanted.where(within_any(spans, Report.country, Report.created_at))
    if statuses:
        wanted = wanted.where(Report.status.in_([status.value for status in statuses]))
    if category is not None:
        wanted = wanted.where(Report.category == category)
    if areas:
        wanted = wanted.where(Report.area.in_(areas))
    if danger is not None:
        wanted = wanted.where(Report.danger == danger)
    return [_row(row) for row in connection.execute(wanted)]


def newest(connection: Connection) -> datetime | None:
    """When the newest report came in."""
    return connection.scalar(select(func.max(Report.created_at)))


def add_report(connection: Connection, **values: Any) -> None:
    """Store a new report under a code that was taken for it."""
    insert_into(Report).run(connection, values)


def own_reports(
    connection: Connection, resident_id: str, most: int
) -> list[tuple[str, str, Status, datetime, bool]]:
    """Code, category, status, when, and whether filed (else backed): the newest first."""
    rows = connection.execute(
        select(
            Report.code,
            Report.category,
            Report.status,
            Report.created_at,
            Report.resident_id == resident_id,
        )
        .outerjoin(Backer, and_(Backer.report_id == Report.id, Backer.resident_id == resident_id))
        .where(or_(Report.resident_id == resident_id, Backer.resident_id.is_not(None)))
        .order_by(Report.created_at.desc())
        .limit(most)
    )
    return [
        (code, category, Status(status), at, bool(filed))
        for code, category, status, at, filed in rows
    ]


NO_PHONE = {"phone": None, "key_id": None}
"""What takes a number away that somebody asked to be called at."""


def set_phone(connection: Connection, report_id: str, sealed: bytes, key_id: str) -> None:
    """Keep a number to call, sealed under the key of that id."""
    values = {"phone": sealed, "key_id": key_id}
    connection.execute(update(Report).where(Report.id == report_id).values(values))


def phone_of(connection: Connection, report_id: str) -> tuple[bytes, str] | None:
    """A number to call, sealed, and the id of the key; None where there is none."""
    wanted = select(Report.phone, Report.key_id).where(Report.id == report_id)
    return _sealed(*connection.execute(wanted).one_or_none() or (None, None))


def phones_of(connection: Connection, resident_id: str) -> dict[str, tuple[str, bytes, str]]:
    """All numbers that a resident gave, by their report's code: its id, and as above."""
    wanted = select(Report.code, Report.id, Report.phone, Report.key_id)
    rows = connection.execute(wanted.where(Report.resident_id == resident_id))
    return {
        code: (id, *sealed)
        for code, id, phone, key_id in rows
        if (sealed := _sealed(phone, key_id)) is not None
    }


def _sealed(phone: bytes | None, key_id: str | None) -> tuple[bytes, str] | None:
    return None if phone is None or key_id is None else (phone, key_id)


def set_status(
    connection: Connection,
    report_id: str,
    *,
    status: Status,
    actor: str,
    now: datetime,
    planned_for: date | None = None,
    message: str = "",
    told: int = 0,
    merged_into: str | None = None,
) -> None:
    """Change the status and keep the change with its time. Once it is closed nobody is called."""
    connection.execute(
        update(Report)
        .where(Report.id == report_id)
        .values(
            status=status.value,
            status_at=now,
            planned_for=planned_for,
            merged_into=merged_into,
            **({} if status in OPEN else NO_PHONE),
        )
    )
    add_update(
        connection,
        report_id,
        status=status,
        actor=actor,
        now=now,
        planned_for=planned_for,
        message=message,
        told=told,
    )


def add_update(
    connection: Connection,
    report_id: str,
    *,
    status: Status,
    actor: str,
    now: datetime,
    planned_for: date | None = None,
    message: str = "",
    told: int = 0,
) -> None:
    insert_into(ReportUpdate).run(
        connection,
        {
            "report_id": report_id,
            "at": now,
            "actor": actor,
            "status": status.value,
            "planned_for": planned_for,
            "message": message,
            "told": told,
        },
    )


@dataclass(frozen=True, slots=True)
class UpdateRow:
    at: datetime
    actor: str
    status: Status
    planned_for: date | None
    messages: Mapping[str, str]
    """Organisers' own words by language."""
    told: int


def updates_of(connection: Connection, report_id: str) -> list[UpdateRow]:
    """A report's changes, oldest first."""
    rows = connection.execute(
        select(
            ReportUpdate.at,
            ReportUpdate.actor,
            ReportUpdate.status,
            ReportUpdate.planned_for,
            ReportUpdate.message,
            ReportUpdate.told,
        )
        .where(ReportUpdate.report_id == report_id)
        .order_by(ReportUpdate.id)
    )
    return [
        UpdateRow(at, actor, Status(status), day, json.loads(message or "{}"), told)
        for at, actor, status, day, message, told in rows
    ]


def set_cleared(connection: Connection, report_id: str, now: datetime | None) -> None:
    """Words and photos are fit for others (or, with None, no longer)."""
    connection.execute(update(Report).where(Report.id == report_id).values(cleared_at=now))


def add_addition(connection: Connection, **values: Any) -> None:
    connection.execute(insert(Addition).values(**values))


def change_addition(connection: Connection, id: str, text: str, now: datetime) -> None:
    """Other words in the place of an addition's."""
    connection.execute(update(Addition).where(Addition.id == id).values(text=text, at=now))


def additions_of(connection: Connection, home: Home) -> list[tuple[datetime, str, str, str]]:
    """When, kind, words and language of what came later, oldest first: to a report, to an idea
    or to a comment on it."""
    rows = connection.execute(
        select(Addition.at, Addition.kind, Addition.text, Addition.language)
        .where(
            Addition.report_id == home.report_id
            if home.idea_id is None
            else and_(Addition.idea_id == home.idea_id, Addition.comment == home.comment)
        )
        .order_by(Addition.at)
    )
    return [(at, kind, text, language) for at, kind, text, language in rows]
