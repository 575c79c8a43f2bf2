"""Where questions stand in chats that keep their messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.operations import Off, Shown
from storage.statements import Prepared, among, put_all, table_of
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


def note(connection: Connection, changes: Sequence[tuple[str, Sequence[Shown | Off]]]) -> None:
    """Keep what became of questions in chats: of each address in order, all addresses together."""
    by_address: dict[str, list[Shown | Off]] = {}
    for address_id, its in changes:
        by_address.setdefault(address_id, []).extend(its)
    for step in zip_longest(*by_address.values()):
        shown: list[dict[str, Any]] = []
        off: list[dict[str, Any]] = []
        lowered: list[dict[str, Any]] = []
        for address_id, change in zip(by_address, step, strict=True):
            match change:
                case Shown(conversation, serial, ref, keyboard):
                    shown.append(
                        {
                            "address_id": address_id,
                            "conversation": conversation,
                            "serial": serial,
                            "ref": ref,
                            "keyboard": keyboard,
                        }
                    )
                case Off(conversation, serial, down):
                    which = {"address": address_id, "talk": conversation, "until": serial}
                    (lowered if down else off).append(which)
        put_all(connection, Prompt, shown)
        _OFF.run_many(connection, off)
        _LOWERED.run_many(connection, lowered)


_COLUMNS = (Prompt.address_id, Prompt.conversation, Prompt.serial, Prompt.ref, Prompt.keyboard)
_IN_ORDER = select(*_COLUMNS).order_by(Prompt.conversation, Prompt.serial)
_AT = Prepared(_IN_ORDER.where(Prompt.address_id == bindparam("address")))
_AT_ANY = Prepared(_IN_ORDER.where(among(Prompt.address_id, "addresses")))

_OF = (Prompt.address_id == bindparam("address"), Prompt.conversation == bindparam("talk"))
_UNTIL = (*_OF, Prompt.serial <= bindparam("until"))
_OFF = Prepared(delete(table_of(Prompt)).where(*_UNTIL, Prompt.keyboard.is_(False)))
_LOWERED = Prepared(delete(table_of(Prompt)).where(*_UNTIL))
