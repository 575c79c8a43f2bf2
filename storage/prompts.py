"""Where questions stand in chats that keep their messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.operations import Off, Shown
from storage.statements import Prepared, add_once, among, table_of
from storage.tables import Prompt


def shown_at(connection: Connection, address_ids: Iterable[str]) -> dict[str, tuple[Shown, ...]]:
    """Of each address the questions whose buttons are not put out yet, or whose keyboard is not
    down, the oldest first."""
    found: dict[str, tuple[Shown, ...]] = {}
    for address_id, *row in _rows_at(connection, list(address_ids)):
        found[address_id] = (*found.get(address_id, ()), Shown(*row))
    return found


def _rows_at(connection: Connection, address_ids: list[str]) -> Iterable[Sequence[Any]]:
    if connection.dialect.name == "sqlite":
        return [row for id in address_ids for row in _AT.rows(connection, {"address": id})]
    # A server is asked once, however many they are.
    return _AT_ANY.rows(connection, {"addresses": address_ids}) if address_ids else ()


def note(connection: Connection, address_id: str, changes: Iterable[Shown | Off]) -> None:
    """Keep what became of questions in a chat, in order."""
    for change in changes:
        match change:
            case Shown():
                _note_shown(connection, address_id, change)
            case Off(conversation, serial, lowered):
                which = {"address": address_id, "talk": conversation, "until": serial}
                (_LOWERED if lowered else _OFF).run(connection, which)


def _note_shown(connection: Connection, address_id: str, shown: Shown) -> None:
    where = {"address": address_id, "talk": shown.conversation, "until": shown.serial}
    added = add_once(
        connection,
        Prompt,
        address_id=address_id,
        conversation=shown.conversation,
        serial=shown.serial,
        ref=shown.ref,
        keyboard=shown.keyboard,
    )
    if not added:
        _MOVED.run(connection, {**where, "new": shown.ref, "up": shown.keyboard})


_COLUMNS = (Prompt.address_id, Prompt.conversation, Prompt.serial, Prompt.ref, Prompt.keyboard)
_IN_ORDER = select(*_COLUMNS).order_by(Prompt.conversation, Prompt.serial)
_AT = Prepared(_IN_ORDER.where(Prompt.address_id == bindparam("address")))
_AT_ANY = Prepared(_IN_ORDER.where(among(Prompt.address_id, "addresses")))

_OF = (Prompt.address_id == bindparam("address"), Prompt.conversation == bindparam("talk"))
_UNTIL = (*_OF, Prompt.serial <= bindparam("until"))
_OFF = Prepared(delete(table_of(Prompt)).where(*_UNTIL, Prompt.keyboard.is_(False)))
_LOWERED = Prepared(delete(table_of(Prompt)).where(*_UNTIL))
_MOVED = Prepared(
    update(table_of(Prompt))
    .where(*_OF, Prompt.serial == bindparam("until"))
    .values(ref=bindparam("new"), keyboard=bindparam("up"))
)
