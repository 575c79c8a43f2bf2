"""Where questions stand in chats that keep their messages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from storage.statements import add_once
from storage.tables import Prompt


@dataclass(frozen=True, slots=True)
class Shown:
    """The message that a question stands in, and whether a keyboard came up with it."""

    serial: int
    ref: str
    keyboard: bool


def note(
    connection: Connection,
    address_id: str,
    conversation: str,
    serial: int,
    ref: str,
    keyboard: bool,
) -> None:
    """A question stands in this message now."""
    added = add_once(
        connection,
        Prompt,
        address_id=address_id,
        conversation=conversation,
        serial=serial,
        ref=ref,
        keyboard=keyboard,
    )
    if not added:
        connection.execute(
            update(Prompt)
            .where(
                Prompt.address_id == address_id,
                Prompt.conversation == conversation,
                Prompt.serial == serial,
            )
            .values(ref=ref, keyboard=keyboard)
        )


def take(connection: Connection, address_id: str, conversation: str, serial: int) -> list[Shown]:
    """Where this question and older ones stand. Asked for once, but for those whose keyboard is
    up: they stay until `lower`."""
    which = (
        Prompt.address_id == address_id,
        Prompt.conversation == conversation,
        Prompt.serial <= serial,
    )
    rows = connection.execute(
        select(Prompt.serial, Prompt.ref, Prompt.keyboard).where(*which).order_by(Prompt.serial)
    )
    found = [Shown(*row) for row in rows]
    if any(not item.keyboard for item in found):
        connection.execute(delete(Prompt).where(*which, Prompt.keyboard.is_(False)))
    return found


def lower(connection: Connection, address_id: str, conversation: str, serial: int) -> None:
    """The keyboards of this question and of older ones are down."""
    connection.execute(
        delete(Prompt).where(
            Prompt.address_id == address_id,
            Prompt.conversation == conversation,
            Prompt.serial <= serial,
        )
    )
