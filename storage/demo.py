"""Rows that the demo made: found by their mark, or by what they hang off."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, func, or_, select

from storage.tables import (
    Addition,
    Alert,
    Audit,
    Backer,
    Base,
    Consent,
    Due,
    Interaction,
    Media,
    PersonRequest,
    Report,
    ReportUpdate,
    Resident,
)

ACTOR = "demo:"
"""Who acts in the made-up town signs with this in front."""

_reports = select(Report.id).where(Report.demo)
_residents = select(Resident.id).where(Resident.demo)

_GONE: tuple[tuple[type[Base], Any], ...] = (
    (ReportUpdate, ReportUpdate.report_id.in_(_reports)),
    (Addition, Addition.report_id.in_(_reports)),
    (Backer, or_(Backer.report_id.in_(_reports), Backer.resident_id.in_(_residents))),
    (Alert, Alert.demo),
    # A real photo too, sent by whoever tried the chat and said "the same" of a made-up report.
    (Media, or_(Media.demo, Media.report_id.in_(_reports))),
    (Due, Due.subject.in_(_reports)),
    (PersonRequest, PersonRequest.demo),
    (Interaction, Interaction.demo),
    (Consent, Consent.resident_id.in_(_residents)),
    (Audit, Audit.actor.startswith(ACTOR)),
    (Report, Report.demo),
    # Somebody who tried the demo's own chat is a real browser, and is not taken away with it.
    (Resident, Resident.demo),
)


def clear(connection: Connection) -> dict[str, int]:
    """Erase them, by table."""
    return {
        table.__tablename__: connection.execute(delete(table).where(which)).rowcount
        for table, which in _GONE
    }


def count(connection: Connection, country: str) -> int:
    """How many made-up reports a country has."""
    return (
        connection.scalar(
            select(func.count()).select_from(Report).where(Report.demo, Report.country == country)
        )
        or 0
    )


def live_residents(connection: Connection) -> int:
    """Residents who are neither made up nor from a country's trial."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(Resident)
            .where(Resident.demo.is_(False), Resident.pilot.is_(False))
        )
        or 0
    )
