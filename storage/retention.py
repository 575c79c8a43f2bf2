"""The one sweep: what has been kept for as long as its country says, and no longer.

Rows are found first and erased by their keys then, some at a time: to look through a large town
takes seconds, and while one writes on SQLite nobody else does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Update,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot.domain.announcements import State
from storage.reports import NO_PHONE
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

Erase: TypeAlias = Delete | Update
"""A statement that erases rows, or the words in them."""

Key: TypeAlias = Sequence[Any]
"""What a row is found by again: the columns of its table's primary key."""

_Id: TypeAlias = Column[str] | Column[str | None]

# The conditions ask row by row, so that a few rows are found by their keys again, however many
# people there are.


def _resident(resident_id: _Id, country: str) -> ColumnElement[bool]:
    return exists().where(Resident.id == resident_id, Resident.country == country)


def _report(report_id: _Id, country: str) -> ColumnElement[bool]:
    return exists().where(Report.id == report_id, Report.country == country)


def _idea(idea_id: _Id, country: str) -> ColumnElement[bool]:
    return exists().where(Idea.id == idea_id, Idea.country == country)


def _address(address_id: _Id, country: str) -> ColumnElement[bool]:
    return exists().where(Address.id == address_id, _of_country(Address.bot, country))


def _of_country(bot: Column[str], country: str) -> ColumnElement[bool]:
    """Whether a bot is one of the country's. A key may hold `_`, which is any sign to LIKE."""
    return bot.startswith(f"{country}/", autoescape=True)


def _draft(before: datetime) -> ColumnElement[bool]:
    """Whether a conversation was left long ago. The menu is where everybody is."""
    return and_(Conversation.updated_at < before, Conversation.flow != "menu")


def _left(conversation_id: _Id, before: datetime) -> ColumnElement[bool]:
    """Whether something belongs to a conversation that was left long ago, or is gone."""
    return and_(
        conversation_id.is_not(None),
        not_(exists().where(Conversation.id == conversation_id, not_(_draft(before)))),
    )


def _media(country: str, voice: bool, before: datetime) -> Delete:
    """Voice notes, or everything else that was sent; what could not be kept goes with photos."""
    return delete(Media).where(
        Media.kind == "voice" if voice else Media.kind != "voice",
        Media.created_at < before,
        or_(
            _resident(Media.resident_id, country),
            _report(Media.report_id, country),
            _idea(Media.idea_id, country),
        ),
    )


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
    """Words, points and numbers go, counts stay. The period runs from the last change of state."""
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
                Report.phone.is_not(None),
            ),
        )
        .values(
            text="", shown_text=None, detail="", lat=None, lon=None, cleared_at=None, **NO_PHONE
        )
    )


def _blank(
    words: Column[str], at: Column[datetime], before: datetime, of: ColumnElement[bool]
) -> Update:
    """Words that are older go, and their rows stay."""
    return update(words.table).where(at < before, words != "", of).values({words: ""})


_OVER = [state.value for state in (State.DRAFT, State.DONE, State.CANCELLED)]


def _announced(country: str, before: datetime) -> ColumnElement[bool]:
    return and_(
        Announcement.country == country,
        Announcement.created_at < before,
        Announcement.state.in_(_OVER),
    )


_SWEEPS: Mapping[str, Callable[[str, datetime], tuple[Erase, ...]]] = {
    "draft": lambda country, before: (
        delete(Conversation).where(_draft(before), _resident(Conversation.resident_id, country)),
        delete(Media).where(
            _left(Media.conversation_id, before),
            _resident(Media.resident_id, country),
        ),
        update(Alert)
        .where(
            Alert.country == country,
            Alert.state == "being told",
            _left(Alert.conversation_id, before),
        )
        .values(state="not sent", conversation_id=None),
    ),
    "report": lambda country, before: (
        _report_words(country, before),
        _blank(Addition.text, Addition.at, before, _report(Addition.report_id, country)),
        _blank(
            ReportUpdate.message,
            ReportUpdate.at,
            before,
            _report(ReportUpdate.report_id, country),
        ),
        _blank(Media.caption, Media.created_at, before, _report(Media.report_id, country)),
    ),
    "idea": lambda country, before: (
        _idea_words(country, before),
        _blank(Addition.text, Addition.at, before, _idea(Addition.idea_id, country)),
        _blank(IdeaUpdate.message, IdeaUpdate.at, before, _idea(IdeaUpdate.idea_id, country)),
        _blank(Media.caption, Media.created_at, before, _idea(Media.idea_id, country)),
    ),
    "comment": lambda country, before: (
        _blank(
            IdeaComment.text,
            IdeaComment.status_at,
            before,
            _idea(IdeaComment.idea_id, country),
        ),
        _blank(
            Addition.text,
            Addition.at,
            before,
            and_(_idea(Addition.idea_id, country), Addition.comment.is_not(None)),
        ),
    ),
    "photo": lambda country, before: (_media(country, False, before),),
    "voice": lambda country, before: (_media(country, True, before),),
    "interaction": lambda country, before: (
        delete(Interaction).where(Interaction.country == country, Interaction.at < before),
    ),
    "inbox": lambda country, before: (
        delete(Inbox).where(Inbox.at < before, _address(Inbox.address_id, country)),
        delete(Outbox).where(
            Outbox.created_at < before,
            Outbox.payload.is_(None),
            _address(Outbox.address_id, country),
        ),
    ),
    "seen_update": lambda country, before: (
        delete(SeenUpdate).where(SeenUpdate.at < before, _of_country(SeenUpdate.bot, country)),
        delete(Source).where(Source.at < before, _resident(Source.resident_id, country)),
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
            exists().where(
                Vote.code == TookPart.vote, Vote.country == country, Vote.ended_at < before
            )
        ),
    ),
    "announcement": lambda country, before: (
        # Its copies first: they would go with it, all at once.
        delete(Delivery).where(
            exists().where(
                Announcement.id == Delivery.announcement_id, _announced(country, before)
            )
        ),
        delete(Announcement).where(_announced(country, before)),
    ),
    "delivery": lambda country, before: (
        update(Delivery)
        .where(
            Delivery.resident_id.is_not(None),
            Delivery.ended_at < before,
            exists().where(
                Announcement.id == Delivery.announcement_id, Announcement.country == country
            ),
        )
        .values(resident_id=None, address_id=None),
    ),
}

_OF_THE_HOUSE = frozenset({"audit"})
"""Kinds that belong to no country: `old_audit` keeps the longest term of all countries."""


def old(country: str, days: Mapping[str, int], now: datetime) -> list[tuple[str, Erase]]:
    """Kinds, each with what erases whatever is older than its days, in the order to do it in.

    Raises `KeyError` for a kind that has no sweep: a kept thing without one is a mistake.
    """
    return [
        (kind, statement)
        for kind, term in days.items()
        if kind not in _OF_THE_HOUSE
        for statement in _SWEEPS[kind](country, now - timedelta(days=term))
    ]


def old_audit(before: datetime) -> Erase:
    """What erases older audit lines."""
    return delete(Audit).where(Audit.at < before)


def find(connection: Connection, statement: Erase, most: int) -> list[Key]:
    """Keys of rows that a statement of `old` is to erase, `most` of them at most."""
    found = select(*_keys(statement)).where(_condition(statement)).limit(most)
    return list(connection.execute(found).all())


def count(connection: Connection, statement: Erase) -> int:
    """How many rows a statement of `old` would erase."""
    counted = select(func.count()).select_from(statement.table).where(_condition(statement))
    return connection.scalar(counted) or 0


def erase(connection: Connection, statement: Erase, keys: Sequence[Key]) -> int:
    """Erase those of the rows with these keys that are still to be erased. How many."""
    columns = _keys(statement)
    these = (
        columns[0].in_([key[0] for key in keys])
        if len(columns) == 1
        else tuple_(*columns).in_([tuple(key) for key in keys])
    )
    return connection.execute(statement.where(these)).rowcount


def _keys(statement: Erase) -> list[ColumnElement[Any]]:
    return list(statement.table.primary_key)


def _condition(statement: Erase) -> ColumnElement[bool]:
    """Raises `ValueError` for a statement that would erase everything."""
    if statement.whereclause is None:
        raise ValueError("a sweep without a condition")
    return statement.whereclause
