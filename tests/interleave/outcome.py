"""What a town came to, told alike whatever numbers were drawn and whichever database it is on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from storage.statements import table_of
from storage.tables import (
    Base,
    Conversation,
    Due,
    Interaction,
    Outbox,
    Profile,
    Report,
    Resident,
    SeenUpdate,
)

COMPARED: Sequence[type[Base]] = (
    Conversation,
    Due,
    Interaction,
    Outbox,
    Profile,
    Report,
    Resident,
    SeenUpdate,
)

OF_THE_RUN = {"id", "lease", "lease_until", "unsure", "attempts", "ref"}
"""Columns that number rows, or say how they were sent and not what."""

DRAWN = re.compile(r"\b[0-9a-hjkmnp-tv-z]{26}\b|\bMVD-[2-9A-Z]{4,6}\b")
"""Ids and codes."""


def outcome(connection: Connection) -> dict[str, list[str]]:
    """The rows of each table that is compared, in an order of their own."""
    return {
        kind.__tablename__: sorted(_told(row) for row in _rows(connection, kind))
        for kind in COMPARED
    }


def _rows(connection: Connection, kind: type[Base]) -> list[dict[str, Any]]:
    table = table_of(kind)
    columns = [column for column in table.columns if column.name not in OF_THE_RUN]
    return [dict(row) for row in connection.execute(select(*columns)).mappings()]


def _told(row: dict[str, Any]) -> str:
    return DRAWN.sub("…", str({name: _readable(value) for name, value in row.items()}))


def _readable(value: Any) -> Any:
    """What is sealed differs each time; a state and what is owed can be read."""
    if isinstance(value, bytes):
        return value.decode() if value[:1] in (b"{", b"[") else len(value)
    return value
