"""Rows that the demo made: found by their mark, or by what they hang off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)

from bot.domain.announcements import Delivery as Copy
from bot.domain.announcements import State
from storage import announcements
from storage.addresses import Person
from storage.statements import insert_into, table_of
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

    def of(column: Column[str]) -> ColumnElement[bool]:
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
    # Of a comment a line says `CODE NUMBER`.
    comment = and_(
        Audit.action.startswith("idea comment"),
        exists().where(
            Idea.demo, of(Idea.country), Audit.subject.startswith(Idea.code.concat(" "))
        ),
    )
    return (
        # A line may outlive the question to a person that it is about: then only all of them go.
        (
            Audit,
            and_(
                Audit.actor.startswith(ACTOR),
                true() if country is None else or_(Audit.subject.in_(codes), comment),
            ),
        ),
        (ReportUpdate, ReportUpdate.report_id.in_(reports)),
        (Addition, or_(Addition.report_id.in_(reports), Addition.idea_id.in_(ideas))),
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


def vote_codes(connection: Connection, country: str | None = None) -> list[str]:
    """The codes of made-up votes, of one country or of all: each may have a key."""
    wanted = select(Vote.code).where(
        Vote.demo, true() if country is None else Vote.country == country
    )
    return list(connection.scalars(wanted.order_by(Vote.code)))


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


def people(connection: Connection, country: str) -> list[Person]:
    """The made-up residents of a country, always in the same order; nobody has an address."""
    rows = connection.execute(
        select(table_of(Resident))
        .where(Resident.demo, Resident.country == country, Resident.consented_at.is_not(None))
        .order_by(Resident.id)
    )
    return [
        Person(
            address_id="",
            bot="",
            resident_id=row.id,
            country=row.country,
            language=row.language,
            language_chosen=True,
            channel=row.channel,
            consented=True,
            stopped=row.stopped_at is not None,
            demo=True,
            blocked=False,
            adult=row.adult,
        )
        for row in rows
    ]


def deliver(
    connection: Connection,
    announcement_id: str,
    to: Sequence[Person],
    refused: Collection[str],
    at: datetime,
    zone: str,
) -> None:
    """An announcement has gone out: what a real one would have left, with nobody written to."""
    rows = [
        {
            "announcement_id": announcement_id,
            "resident_id": person.resident_id,
            "address_id": None,
            "bot": f"{person.country}/{person.channel}",
            "channel": person.channel,
            "language": person.language,
            "state": (Copy.GIVEN_UP if person.resident_id in refused else Copy.SENT).value,
            "reason": "blocked" if person.resident_id in refused else "",
            "due_at": at,
            "ended_at": at,
        }
        for person in to
        if not person.stopped
    ]
    if rows:
        insert_into(Delivery).run_many(connection, rows)
    announcements.change(
        connection,
        announcement_id,
        State.DONE,
        start_at=at,
        start_local=at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M"),
        zone=zone,
        started_at=at,
        ended_at=at,
        built=True,
        judged=True,
    )
