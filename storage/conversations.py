"""Conversations under way, the updates that were taken, and the interaction log."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, update

from storage.statements import Prepared, add_once, insert_into, table_of
from storage.tables import Conversation, Inbox, Interaction, Profile, SeenUpdate

LOCKED = b"\0"
"""What a state begins with that is sealed with a key which is destroyed one day."""


class Row(msgspec.Struct, frozen=True):
    """A stored conversation; `state` is JSON that the engine reads, or begins with `LOCKED`."""

    id: str
    flow: str
    subject: str
    state: bytes
    foreground: int


def note_update(connection: Connection, bot: str, update_id: str, now: datetime) -> bool:
    """Remember an update. False when it was taken before."""
    return add_once(connection, SeenUpdate, bot=bot, update_id=update_id, at=now)


def conversations_of(connection: Connection, resident_id: str) -> list[Row]:
    """All of a resident's, the foreground first."""
    return [Row(*row) for row in _OF.rows(connection, {"resident": resident_id})]


_OF = Prepared(
    select(
        Conversation.id,
        Conversation.flow,
        Conversation.subject,
        Conversation.state,
        Conversation.foreground,
    )
    .where(Conversation.resident_id == bindparam("resident"))
    .order_by(Conversation.foreground.desc())
)


def put_conversation(connection: Connection, resident_id: str, row: Row, now: datetime) -> None:
    """Store a conversation as it stands now."""
    values = {"state": row.state, "foreground": row.foreground, "updated_at": now}
    if _CHANGE.run(connection, {"row": row.id, **values}) == 0:
        insert_into(Conversation).run(
            connection,
            {
                "id": row.id,
                "resident_id": resident_id,
                "flow": row.flow,
                "subject": row.subject,
                **values,
            },
        )


_CHANGE = Prepared(
    update(table_of(Conversation))
    .where(Conversation.id == bindparam("row"))
    .values(
        state=bindparam("state"),
        foreground=bindparam("foreground"),
        updated_at=bindparam("updated_at"),
    )
)


def drop_conversation(connection: Connection, id: str) -> None:
    _DROP.run(connection, {"row": id})


_DROP = Prepared(delete(table_of(Conversation)).where(Conversation.id == bindparam("row")))


def drop_conversations(connection: Connection, resident_id: str) -> None:
    """All of a resident's; the sweep settles what their drafts held."""
    connection.execute(delete(Conversation).where(Conversation.resident_id == resident_id))


def drop_left_open(connection: Connection, id: str, before: datetime) -> None:
    """Drop a conversation that nobody has touched since, and what its channel shows of it still.

    The next thing that its resident says begins at the menu.
    """
    left = connection.execute(
        delete(Conversation)
        .where(Conversation.id == id, Conversation.updated_at <= before)
        .returning(Conversation.resident_id)
    ).scalar()
    if left is not None:
        shown = select(Profile.address_id).where(Profile.resident_id == left)
        connection.execute(delete(Inbox).where(Inbox.fleeting, Inbox.address_id.in_(shown)))


def log_interaction(
    connection: Connection,
    *,
    resident_id: str,
    country: str,
    flow: str,
    question: str,
    kind: str,
    choice: str | None,
    language: str,
    channel: str,
    demo: bool,
    now: datetime,
) -> None:
    """One answer, without words."""
    insert_into(Interaction).run(
        connection,
        {
            "resident_id": resident_id,
            "country": country,
            "at": now,
            "flow": flow,
            "question": question,
            "kind": kind,
            "choice": choice,
            "language": language,
            "channel": channel,
            "demo": demo,
        },
    )
