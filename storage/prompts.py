"""Where questions stand in chats that keep their messages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.statements import add_once, table_of
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


def find(connection: Connection, address_id: str, conversation: str, serial: int) -> list[Shown]:
    """Where this question and older ones stand, the oldest first."""
    which = _until(address_id, conversation, serial)
    return [Shown(*row) for row in connection.execute(_FIND, which)]


def put_out(connection: Connection, address_id: str, conversation: str, serial: int) -> None:
    """The buttons of this question and of older ones are off. Those whose keyboard is up stay
    until `lower`."""
    connection.execute(_PUT_OUT, _until(address_id, conversation, serial))


def lower(connection: Connection, address_id: str, conversation: str, serial: int) -> None:
    """The keyboards of this question and of older ones are down."""
    connection.execute(_LOWER, _until(address_id, conversation, serial))


def _until(address_id: str, conversation: str, serial: int) -> dict[str, object]:
    return {"address": address_id, "in_conversation": conversation, "until": serial}


_WHICH = (
    Prompt.address_id == bindparam("address"),
    Prompt.conversation == bindparam("in_conversation"),
    Prompt.serial <= bindparam("until"),
)
_FIND = select(Prompt.serial, Prompt.ref, Prompt.keyboard).where(*_WHICH).order_by(Prompt.serial)
_PUT_OUT = delete(table_of(Prompt)).where(*_WHICH, Prompt.keyboard.is_(False))
_LOWER = delete(table_of(Prompt)).where(*_WHICH)
