"""Where questions stand in chats that keep their messages."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from storage.statements import add_once
from storage.tables import Prompt


def note(
    connection: Connection, address_id: str, conversation: str, serial: int, ref: str
) -> None:
    """A question stands in this message; where it was sent twice, the first counts."""
    add_once(
        connection,
        Prompt,
        address_id=address_id,
        conversation=conversation,
        serial=serial,
        ref=ref,
    )


def take(connection: Connection, address_id: str, conversation: str, serial: int) -> list[str]:
    """The messages of this question and of older ones, which are asked for once."""
    which = (
        Prompt.address_id == address_id,
        Prompt.conversation == conversation,
        Prompt.serial <= serial,
    )
    refs = list(connection.scalars(select(Prompt.ref).where(*which).order_by(Prompt.serial)))
    if refs:
        connection.execute(delete(Prompt).where(*which))
    return refs
