"""What is handed over to a resident who asks for everything that is kept of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from storage.conversations import LOCKED
from storage.statements import table_of
from storage.tables import (
    Addition,
    Alert,
    Announcement,
    Backer,
    Base,
    Consent,
    Conversation,
    Delivery,
    Idea,
    IdeaComment,
    Interaction,
    Media,
    PersonRequest,
    Report,
    Resident,
    Supporter,
    TookPart,
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
