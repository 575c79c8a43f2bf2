"""Forgetting a resident, handing over what is kept, and requests for a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, literal, select, update

from storage import stuck, unsent
from storage.columns import Utc
from storage.conversations import LOCKED
from storage.countries import Countries
from storage.later import kick
from storage.reports import NO_PHONE
from storage.statements import Prepared, add_once, table_of
from storage.tables import (
    Addition,
    Alert,
    Announcement,
    Backer,
    Base,
    Consent,
    Conversation,
    Delivery,
    Due,
    Idea,
    IdeaComment,
    Inbox,
    Interaction,
    Media,
    Outbox,
    PersonRequest,
    Piece,
    Profile,
    Report,
    Resident,
    Source,
    Supporter,
    TookPart,
)

NOTE_ERASED = "note erased"
"""The task that notes an erasure outside of the database."""

FORGOTTEN = ""
"""Stands for whoever was forgotten in counts that stay."""


def forget(connection: Connection, resident_id: str, address_id: str | None) -> None:
    """Erase a resident: their words, places, files and history; counts stay, of nobody.

    The address itself stays until the farewell is sent: see `addresses.drop_address`. That they
    were erased is noted outside of the database, for the day when an older one is restored.
    """
    connection.execute(
        update(Report)
        .where(Report.resident_id == resident_id)
        .values(
            resident_id=None,
            text="",
            shown_text=None,
            detail="",
            lat=None,
            lon=None,
            cleared_at=None,
            **NO_PHONE,
        )
    )
    connection.execute(
        update(Idea)
        .where(Idea.resident_id == resident_id)
        .values(
            resident_id=None,
            text="",
            shown_text=None,
            name="",
            gives="",
            lat=None,
            lon=None,
            cleared_at=None,
        )
    )
    connection.execute(
        update(IdeaComment)
        .where(IdeaComment.resident_id == resident_id)
        .values(resident_id=None, text="")
    )
    own = select(Media.report_id).where(Media.resident_id == resident_id)
    connection.execute(update(Report).where(Report.id.in_(own)).values(cleared_at=None))
    connection.execute(delete(Media).where(Media.resident_id == resident_id))
    connection.execute(
        update(Addition)
        .where(Addition.resident_id == resident_id)
        .values(resident_id=None, text="")
    )
    connection.execute(
        update(Alert)
        .where(Alert.resident_id == resident_id)
        .values(resident_id=None, conversation_id=None)
    )
    connection.execute(
        update(PersonRequest)
        .where(PersonRequest.resident_id == resident_id)
        .values(resident_id=None, words="", answered_at=func.coalesce(
            PersonRequest.answered_at, PersonRequest.at
        ))
    )  # fmt: skip
    connection.execute(
        update(Interaction)
        .where(Interaction.resident_id == resident_id)
        .values(resident_id=FORGOTTEN)
    )
    for table, column in _GONE:
        connection.execute(delete(table).where(column == resident_id))
    if address_id is not None:
        stuck.forget(connection, address_id)
        connection.execute(
            update(Outbox).where(Outbox.resident_id == resident_id).values(resident_id=None)
        )
    connection.execute(delete(Resident).where(Resident.id == resident_id))
    # Whoever makes copies holds their residents: what was made meanwhile is there by now.
    unsent.forget(connection, resident_id)
    if address_id is not None:
        connection.execute(delete(Inbox).where(Inbox.address_id == address_id))
    kick(connection, NOTE_ERASED, resident_id)


_GONE: tuple[tuple[type[Base], Any], ...] = (
    (Backer, Backer.resident_id),
    (Supporter, Supporter.resident_id),
    (Conversation, Conversation.resident_id),
    (Consent, Consent.resident_id),
    (Profile, Profile.resident_id),
    (Piece, Piece.resident_id),
    (Source, Source.resident_id),
    (TookPart, TookPart.resident_id),
)


def kept_of(connection: Connection, resident_id: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of a resident, by table, for `/mydata`.

    What belongs to a report tells its `code`, to an idea that as `idea`; a draft's state is the
    JSON it is stored as, but for the ids of files, which are internal. What is sealed is added by
    who has the keys.
    """
    files = connection.scalars(select(Media.id).where(Media.resident_id == resident_id)).all()
    found: dict[str, list[dict[str, Any]]] = {}
    for name, kind, column in KEPT:
        table = table_of(kind)
        wanted = select(*(item for item in table.columns if item.name not in _INTERNAL))
        if "report_id" in table.columns:
            of = Report.id == table.columns["report_id"]
            wanted = wanted.add_columns(Report.code).outerjoin(Report, of)
        if "announcement_id" in table.columns:
            wanted = wanted.add_columns(Announcement.code).join(Announcement)
        if "idea_id" in table.columns:
            of = Idea.id == table.columns["idea_id"]
            wanted = wanted.add_columns(Idea.code.label("idea")).outerjoin(Idea, of)
        rows = connection.execute(wanted.where(column == resident_id))
        found[name] = [
            {
                key: _read_state(value, files) if isinstance(value, bytes) else value
                for key, value in row._mapping.items()
            }
            for row in rows
        ]
    return found


def _read_state(state: bytes, files: Iterable[str]) -> Any:
    if state.startswith(LOCKED):
        return "sealed"
    for id in files:
        state = state.replace(id.encode(), b"a file")
    return json.loads(state)


_INTERNAL = {
    "id", "resident_id", "report_id", "idea_id", "conversation_id", "foreground", "demo", "bot",
    "file", "key_id", "attempts", "due_at", "position", "late", "announcement_id", "address_id",
    "part", "fence", "phone",
}  # fmt: skip

KEPT: tuple[tuple[str, type[Base], Any], ...] = (
    ("resident", Resident, Resident.id),
    ("consents", Consent, Consent.resident_id),
    ("reports", Report, Report.resident_id),
    ("reports backed", Backer, Backer.resident_id),
    ("additions", Addition, Addition.resident_id),
    ("ideas", Idea, Idea.resident_id),
    ("ideas backed or followed", Supporter, Supporter.resident_id),
    ("comments on ideas", IdeaComment, IdeaComment.resident_id),
    ("photos and voice", Media, Media.resident_id),
    ("dangers told", Alert, Alert.resident_id),
    ("questions to a person", PersonRequest, PersonRequest.resident_id),
    ("announcements", Delivery, Delivery.resident_id),
    ("answers", Interaction, Interaction.resident_id),
    ("votes taken part in", TookPart, TookPart.resident_id),
    ("under way", Conversation, Conversation.resident_id),
)
"""What is handed over: a name for people, and where it stands. The channel's own address and its
history are left out; a test holds this against every table there is."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Somebody who waits for a person."""

    code: str
    country: str
    resident_id: str | None
    words: str
    language: str
    at: datetime
    answered_at: datetime | None
    answered_by: str | None


def add_request(connection: Connection, **values: Any) -> bool:
    """Store a request. False when its code is taken."""
    return add_once(connection, PersonRequest, **values)


def waiting(connection: Connection, countries: Countries = ()) -> list[RequestRow]:
    """Requests that nobody answered yet, the oldest first; no country given leaves none out."""
    wanted = _REQUEST.where(PersonRequest.answered_at.is_(None)).order_by(PersonRequest.at)
    if countries:
        wanted = wanted.where(PersonRequest.country.in_(countries))
    return [RequestRow(*row) for row in connection.execute(wanted)]


def find_request(connection: Connection, code: str) -> RequestRow | None:
    row = connection.execute(_REQUEST.where(PersonRequest.code == code)).one_or_none()
    return None if row is None else RequestRow(*row)


_REQUEST = select(
    PersonRequest.code,
    PersonRequest.country,
    PersonRequest.resident_id,
    PersonRequest.words,
    PersonRequest.language,
    PersonRequest.at,
    PersonRequest.answered_at,
    PersonRequest.answered_by,
)


def hold_request(connection: Connection, code: str) -> RequestRow | None:
    """A request that this transaction is going to answer: nobody else answers it meanwhile."""
    held = _REQUEST.where(PersonRequest.code == code).with_for_update(key_share=True)
    row = connection.execute(held).one_or_none()
    return None if row is None else RequestRow(*row)


def mark_answered(connection: Connection, code: str, actor: str, now: datetime) -> None:
    connection.execute(
        update(PersonRequest)
        .where(PersonRequest.code == code)
        .values(answered_at=now, answered_by=actor)
    )


def make_coarse(connection: Connection, resident_id: str) -> None:
    """No name, number, exact point or voice of somebody stays, as of who is under age."""
    for table in (Report, Idea):
        connection.execute(
            update(table).where(table.resident_id == resident_id).values(lat=None, lon=None)
        )
    connection.execute(update(Report).where(Report.resident_id == resident_id).values(NO_PHONE))
    connection.execute(update(Idea).where(Idea.resident_id == resident_id).values(name=""))
    connection.execute(
        delete(Media).where(Media.resident_id == resident_id, Media.kind == "voice")
    )


def put_due(connection: Connection, kind: str, subject: str, at: datetime) -> None:
    """Something falls due then; the same thing again moves it."""
    if not add_once(connection, Due, kind=kind, subject=subject, at=at):
        connection.execute(
            update(Due).where(Due.kind == kind, Due.subject == subject).values(at=at)
        )


def drop_due(connection: Connection, kind: str, subject: str) -> None:
    """It does not fall due any more."""
    connection.execute(delete(Due).where(Due.kind == kind, Due.subject == subject))


def due_now(
    connection: Connection, now: datetime, kinds: Iterable[str], most: int = 100
) -> list[tuple[str, str]]:
    """Kind and subject of what is due of these kinds, the oldest first. What another
    process is doing at this moment is left out."""
    rows = _due_of(tuple(kinds)).rows(connection, {"now": now, "most": most})
    return [(kind, subject) for kind, subject in rows]


@cache
def _due_of(kinds: tuple[str, ...]) -> Prepared:
    return Prepared(
        select(Due.kind, Due.subject)
        .where(
            Due.at <= bindparam("now", type_=Utc()),
            Due.kind.in_([literal(kind) for kind in kinds]),
        )
        .order_by(Due.at)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
    )


def read_ids(connection: Connection, at_once: int = 1000) -> Iterator[list[str]]:
    """Everybody's pseudonym, in batches that are complete before their rows are changed."""
    last = ""
    while True:
        ids = list(
            connection.scalars(
                select(Resident.id).where(Resident.id > last).order_by(Resident.id).limit(at_once)
            )
        )
        if not ids:
            return
        yield ids
        last = ids[-1]
