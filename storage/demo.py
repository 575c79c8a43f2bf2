"""Rows that the demo made: found by their mark, or by what they hang off."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import (
    Addition,
    Alert,
    Announcement,
    Audit,
    Backer,
    Base,
    Code,
    Consent,
    Delivery,
    Due,
    Idea,
    IdeaComment,
    IdeaUpdate,
    Interaction,
    Media,
    PersonRequest,
    Report,
    ReportUpdate,
    Resident,
    Supporter,
    TookPart,
    Vote,
)

ACTOR = "demo:"
"""Who acts in the made-up town signs with this in front."""


def _made_up(country: str | None) -> tuple[tuple[type[Base], ColumnElement[bool]], ...]:
    """Each table with what in it was made up, for one country or for all. Rows come before what
    they hang off."""

    def of(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return true() if country is None else column == country

    reports = select(Report.id).where(Report.demo, of(Report.country))
    ideas = select(Idea.id).where(Idea.demo, of(Idea.country))
    residents = select(Resident.id).where(Resident.demo, of(Resident.country))
    votes = select(Vote.code).where(Vote.demo, of(Vote.country))
    announced = select(Announcement.id).where(Announcement.demo, of(Announcement.country))
    codes = union_all(
        select(Announcement.code).where(Announcement.demo, of(Announcement.country)),
        select(Report.code).where(Report.demo, of(Report.country)),
        select(Idea.code).where(Idea.demo, of(Idea.country)),
        votes,
        select(PersonRequest.code).where(PersonRequest.demo, of(PersonRequest.country)),
    )
    return (
        # A line may outlive the question to a person that it is about: then only all of them go.
        (
            Audit,
            and_(
                Audit.actor.startswith(ACTOR),
                true() if country is None else Audit.subject.in_(codes),
            ),
        ),
        (ReportUpdate, ReportUpdate.report_id.in_(reports)),
        (Addition, Addition.report_id.in_(reports)),
        (Backer, or_(Backer.report_id.in_(reports), Backer.resident_id.in_(residents))),
        (IdeaUpdate, IdeaUpdate.idea_id.in_(ideas)),
        # A real browser's too, of whoever tried the chat and said something of a made-up idea.
        (
            IdeaComment,
            or_(IdeaComment.idea_id.in_(ideas), IdeaComment.resident_id.in_(residents)),
        ),
        (Supporter, or_(Supporter.idea_id.in_(ideas), Supporter.resident_id.in_(residents))),
        (Alert, and_(Alert.demo, of(Alert.country))),
        (TookPart, or_(TookPart.vote.in_(votes), TookPart.resident_id.in_(residents))),
        # A real photo too, sent by whoever tried the chat and said "the same" of a made-up report.
        (
            Media,
            or_(
                Media.resident_id.in_(residents),
                Media.report_id.in_(reports),
                Media.idea_id.in_(ideas),
            ),
        ),
        (Due, or_(*(Due.subject.in_(which) for which in (reports, ideas, votes)))),
        (PersonRequest, and_(PersonRequest.demo, of(PersonRequest.country))),
        (Interaction, and_(Interaction.demo, of(Interaction.country))),
        (Consent, Consent.resident_id.in_(residents)),
        (Delivery, Delivery.announcement_id.in_(announced)),
        (Announcement, and_(Announcement.demo, of(Announcement.country))),
        (Code, Code.code.in_(codes)),
        (Idea, and_(Idea.demo, of(Idea.country))),
        # Its options and ballots go with it.
        (Vote, and_(Vote.demo, of(Vote.country))),
        (Report, and_(Report.demo, of(Report.country))),
        # Somebody who tried the demo's own chat is a real browser, and is not taken away with it.
        (Resident, and_(Resident.demo, of(Resident.country))),
    )


def clear(connection: Connection, country: str | None = None) -> dict[str, int]:
    """Erase what was made up, of one country or of all. How many rows, by table."""
    return {
        table.__tablename__: connection.execute(delete(table).where(which)).rowcount
        for table, which in _made_up(country)
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
