"""Telling residents: operations owed to a person, in the order they are to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from bot.domain.messages import Message
from bot.domain.operations import Operation, Tell
from bot.keys import Keys
from bot.keys.votes import KeyLost
from bot.services.locked import owed_bytes
from storage import addresses, outbox
from storage.addresses import Person
from storage.database import Connection


def owe(
    connection: Connection,
    person: Person,
    said: Iterable[Message | Operation],
    now: datetime,
    priority: int = outbox.REPLY,
    keys: Keys | None = None,
) -> None:
    """Owe lines and operations to somebody; `keys` are needed where one of them has a lock.

    What would have to be sealed with a key that is gone is not said: nobody could read it.
    """
    operations = [Tell(item) if isinstance(item, Message) else item for item in said]
    payloads = []
    for operation in operations:
        with suppress(KeyLost):
            payloads.append(owed_bytes(operation, keys))
    outbox.owe(connection, person, payloads, now, priority)


def tell_resident(
    connection: Connection,
    resident_id: str,
    said: Sequence[Message | Operation],
    now: datetime,
    priority: int = outbox.REPLY,
    *,
    even_if_stopped: bool = False,
) -> bool:
    """Tell somebody something. Whether there is anybody to tell: who was forgotten or blocked the
    bot is not told, nor is who said STOP, unless it answers what they wrote
    (`even_if_stopped`)."""
    person = addresses.person_of(connection, resident_id)
    if person is None or person.blocked or (person.stopped and not even_if_stopped):
        return False
    owe(connection, person, said, now, priority)
    return True
