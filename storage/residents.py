"""Forgetting a resident, and taking from somebody under age what is not to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, case, delete, func, select, update

from storage import stuck, unsent
from storage.later import kick
from storage.reports import NO_PHONE
from storage.tables import (
    Addition,
    Alert,
    Backer,
    Base,
    Consent,
    Conversation,
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
    Untold,
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
        .values(
            resident_id=None,
            conversation_id=None,
            state=case((Alert.state == "being told", "not sent"), else_=Alert.state),
        )
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
    # Only by their addresses is it found without looking through all that was ever sent.
    there = select(Profile.address_id).where(Profile.resident_id == resident_id)
    connection.execute(
        update(Outbox)
        .where(Outbox.address_id.in_(there), Outbox.resident_id == resident_id)
        .values(resident_id=None)
    )
    for table, column in _GONE:
        connection.execute(delete(table).where(column == resident_id))
    if address_id is not None:
        stuck.forget(connection, address_id)
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
    (Untold, Untold.resident_id),
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
