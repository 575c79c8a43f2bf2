"""The one sweep: what has been kept for as long as its country says, and no longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Select,
    Update,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.domain.announcements import State
from storage.tables import (
    Addition,
    Address,
    Alert,
    Announcement,
    Audit,
    Conversation,
    Delivery,
    Idea,
    IdeaComment,
    IdeaUpdate,
    Inbox,
    Interaction,
    Media,
    Outbox,
    PersonRequest,
    Report,
    ReportUpdate,
    Resident,
    SeenUpdate,
    Source,
    StuckUpdate,
    TookPart,
    Vote,
)


def _residents(country: str) -> Select[str]:
    return select(Resident.id).where(Resident.country == country)


def _of_country(bot: Column[str], country: str) -> ColumnElement[bool]:
    """Whether a bot is one of the country's. A key may hold `_`, which is any sign to LIKE."""
    return bot.startswith(f"{country}/", autoescape=True)


def _addresses(country: str) -> Select[str]:
    return select(Address.id).where(_of_country(Address.bot, country))


def _reports(country: str) -> Select[str]:
    return select(Report.id).where(Report.country == country)


def _media(country: str, voice: bool, before: datetime) -> Delete:
    """Voice notes, or everything else that was sent; what could not be kept goes with photos."""
    return delete(Media).where(
        Media.kind == "voice" if voice else Media.kind != "voice",
        Media.created_at < before,
        or_(
            Media.resident_id.in_(_residents(country)),
            Media.report_id.in_(_reports(country)),
            Media.idea_id.in_(_ideas(country)),
        ),
    )


def _ideas(country: str) -> Select[str]:
    return select(Idea.id).where(Idea.country == country)


def _idea_words(country: str, before: datetime) -> Update:
    """Words, name and point go, counts stay. The period runs from the last change of state."""
    return (
        update(Idea)
        .where(
            Idea.country == country,
            Idea.status_at < before,
            or_(
                Idea.text != "",
                Idea.shown_text.is_not(None),
                Idea.name != "",
                Idea.gives != "",
                Idea.lat.is_not(None),
            ),
        )
        .values(text="", shown_text=None, name="", gives="", lat=None, lon=None)
    )


def _report_words(country: str, before: datetime) -> Update:
    """Words and points go, counts stay. The period runs from the last change of state."""
    return (
        update(Report)
        .where(
            Report.country == country,
            Report.status_at < before,
            or_(
                Report.text != "",
                Report.shown_text.is_not(None),
                Report.detail != "",
                Report.lat.is_not(None),
            ),
        )
        .values(text="", shown_text=None, detail="", lat=None, lon=None, cleared_at=None)
    )


def _blank(
    words: Column[str], at: Column[datetime], before: datetime, of: ColumnElement[bool]
) -> Update:
    """Words that are older go, and their rows stay."""
    return update(words.table).where(at < before, words != "", of).values({words: ""})


_OVER = [state.value for state in (State.DRAFT, State.DONE, State.CANCELLED)]

_SWEEPS: Mapping[str, Callable[[str, datetime], tuple[Delete | Update, ...]]] = {
    "draft": lambda country, before: (
        delete(Conversation).where(
            Conversation.updated_at < before,
            Conversation.flow != "menu",
            Conversation.resident_id.in_(_residents(country)),
        ),
        delete(Media).where(
            Media.conversation_id.not_in(select(Conversation.id)),
            Media.resident_id.in_(_residents(country)),
        ),
        update(Alert)
        .where(
            Alert.country == country,
            Alert.state == "being told",
            Alert.conversation_id.not_in(select(Conversation.id)),
        )
        .values(state="not sent", conversation_id=None),
    ),
    "report": lambda country, before: (
        _report_words(country, before),
        _blank(Addition.text, Addition.at, before, Addition.report_id.in_(_reports(country))),
        _blank(
            ReportUpdate.message,
            ReportUpdate.at,
            before,
            ReportUpdate.report_id.in_(_reports(country)),
        ),
        _blank(Media.caption, Media.created_at, before, Media.report_id.in_(_reports(country))),
    ),
    "idea": lambda country, before: (
        _idea_words(country, before),
        _blank(Addition.text, Addition.at, before, Addition.idea_id.in_(_ideas(country))),
        _blank(IdeaUpdate.message, IdeaUpdate.at, before, IdeaUpdate.idea_id.in_(_ideas(country))),
        _blank(Media.caption, Media.created_at, before, Media.idea_id.in_(_ideas(country))),
    ),
    "comment": lambda country, before: (
        _blank(
            IdeaComment.text,
            IdeaComment.status_at,
            before,
            IdeaComment.idea_id.in_(_ideas(country)),
        ),
        _blank(
            Addition.text,
            Addition.at,
            before,
            and_(Addition.idea_id.in_(_ideas(country)), Addition.comment.is_not(None)),
        ),
    ),
    "photo": lambda country, before: (_media(country, False, before),),
    "voice": lambda country, before: (_media(country, True, before),),
    "interaction": lambda country, before: (
        delete(Interaction).where(Interaction.country == country, Interaction.at < before),
    ),
    "inbox": lambda country, before: (
        delete(Inbox).where(Inbox.at < before, Inbox.address_id.in_(_addresses(country))),
        delete(Outbox).where(
            Outbox.created_at < before,
            Outbox.payload.is_(None),
            Outbox.address_id.in_(_addresses(country)),
        ),
    ),
    "seen_update": lambda country, before: (
        delete(SeenUpdate).where(SeenUpdate.at < before, _of_country(SeenUpdate.bot, country)),
        delete(Source).where(Source.at < before, Source.resident_id.in_(_residents(country))),
        # Those, too, that failed and were taken later, by whichever process.
        delete(StuckUpdate).where(
            _of_country(StuckUpdate.bot, country),
            or_(
                StuckUpdate.at < before,
                exists().where(
                    SeenUpdate.bot == StuckUpdate.bot,
                    SeenUpdate.update_id == StuckUpdate.update_id,
                ),
            ),
        ),
    ),
    "person_request": lambda country, before: (
        delete(PersonRequest).where(PersonRequest.country == country, PersonRequest.at < before),
    ),
    "alert": lambda country, before: (
        delete(Alert).where(Alert.country == country, Alert.at < before),
    ),
    "took_part": lambda country, before: (
        delete(TookPart).where(
            TookPart.vote.in_(
                select(Vote.code).where(Vote.country == country, Vote.ended_at < before)
            )
        ),
    ),
    "announcement": lambda country, before: (
        delete(Announcement).where(
            Announcement.country == country,
            Announcement.created_at < before,
            Announcement.state.in_(_OVER),
        ),
    ),
    "delivery": lambda country, before: (
        update(Delivery)
        .where(
            Delivery.resident_id.is_not(None),
            Delivery.ended_at < before,
            Delivery.announcement_id.in_(
                select(Announcement.id).where(Announcement.country == country)
            ),
        )
        .values(resident_id=None, address_id=None),
    ),
}

_OF_THE_HOUSE = frozenset({"audit"})
"""Kinds that belong to no country: `sweep_audit` keeps the longest term of all countries."""


def sweep(
    connection: Connection, country: str, days: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """Erase what is older than its kind's days. How many rows of each kind.

    Raises `KeyError` for a kind that has no sweep: a kept thing without one is a mistake.
    """
    gone = {}
    for kind, term in days.items():
        if kind in _OF_THE_HOUSE:
            continue
        before = now - timedelta(days=term)
        statements = _SWEEPS[kind](country, before)
        gone[kind] = sum(connection.execute(statement).rowcount for statement in statements)
    return gone


def count_old(
    connection: Connection, country: str, days: Mapping[str, int], now: datetime
) -> dict[str, int]:
    """What `sweep` would erase, and erases not: counted in a savepoint that is undone."""
    connection.exec_driver_sql("SAVEPOINT dry")
    try:
        return sweep(connection, country, days, now)
    finally:
        connection.exec_driver_sql("ROLLBACK TO dry")
        connection.exec_driver_sql("RELEASE dry")


def sweep_audit(connection: Connection, before: datetime, dry: bool) -> int:
    """Erase audit lines that are older; `dry` only counts them."""
    if dry:
        counted = select(func.count()).select_from(Audit).where(Audit.at < before)
        return connection.scalar(counted) or 0
    return connection.execute(delete(Audit).where(Audit.at < before)).rowcount
