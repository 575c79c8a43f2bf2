"""Telling residents: operations owed to a person, in the order they are to be read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.domain.messages import Message
from bot.domain.operations import Operation, Tell
from bot.domain.outside import Outside
from bot.keys import Keys
from bot.keys.votes import KeyLost
from bot.services.locked import owed_bytes
from storage import addresses, facts, later, outbox, tellings
from storage.addresses import Person
from storage.database import Connection
from storage.errors import is_away
from storage.tellings import TELL, Told, Whom

logger = logging.getLogger(__name__)

TOLD_MOST = 200
"""People who are told in one transaction, for which everybody waits."""

Begin = Callable[[Connection, str, str, str], bool]
"""Starts a conversation with a resident: resident, flow, its argument. Whether it began."""


@dataclass(frozen=True, slots=True)
class Then:
    """A conversation that begins with each who is told."""

    begin: Begin
    flow: str
    argument: str


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
    outbox.owe(connection, person, _payloads(said, keys), now, priority)


def _payloads(said: Iterable[Message | Operation], keys: Keys | None = None) -> list[bytes]:
    operations = [Tell(item) if isinstance(item, Message) else item for item in said]
    payloads = []
    for operation in operations:
        with suppress(KeyLost):
            payloads.append(owed_bytes(operation, keys))
    return payloads


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
    return _tell(connection, resident_id, _payloads(said), now, priority, even_if_stopped)


def _tell(
    connection: Connection,
    resident_id: str,
    payloads: Sequence[bytes],
    now: datetime,
    priority: int,
    even_if_stopped: bool = False,
) -> bool:
    person = addresses.person_of(connection, resident_id)
    if person is None or person.blocked or (person.stopped and not even_if_stopped):
        return False
    outbox.owe(connection, person, payloads, now, priority)
    return True


def hold_at_once(connection: Connection, whom: Whom, *others: str) -> None:
    """Hold those whom `tell_all` tells in this transaction, and these others. Before what it is
    about, as in a resident's turn: two who wait for each other never get on."""
    addresses.hold_all(connection, [*(_at_once(connection, whom) or ()), *others])


def _at_once(connection: Connection, whom: Whom) -> list[str] | None:
    """Everybody of a selection; None for more than are told in one transaction, or where others
    are still to be told something that was said before."""
    them = tellings.first_of(connection, whom, TOLD_MOST + 1)
    if len(them) > TOLD_MOST or (them and tellings.are_waiting(connection)):
        return None
    return them


def tell_all(
    connection: Connection,
    whom: Whom,
    said: Sequence[Message | Operation],
    now: datetime,
    then: Then | None = None,
) -> int:
    """Tell news to everybody of a selection of residents' ids, as it is now. How many are told.

    Very many are told some at a time (`tell_some`), for they are not waited for; of those it is
    not known yet who can be told.
    """
    payloads = _payloads(said)
    them = _at_once(connection, whom)
    if them is None:
        flow, argument = ("", "") if then is None else (then.flow, then.argument)
        return tellings.add(connection, whom, Told(payloads, flow, argument), now)
    told = 0
    for resident_id in them:
        told += _tell(connection, resident_id, payloads, now, outbox.NEWS)
        if then is not None:
            then.begin(connection, resident_id, then.flow, then.argument)
    return told


def tell_some(connection: Connection, outside: Outside, begin: Begin) -> None:
    """Go on with what is told to very many, and ask for more of it until all are told.

    Whoever cannot be told holds up nobody. After a restore nothing is told, until it is resumed.
    """
    if facts.restored(connection) is not None:
        return
    said = tellings.hold_all(connection)
    some = tellings.next_untold(connection, list(said), TOLD_MOST)
    addresses.hold_all(connection, [resident_id for resident_id, _telling in some])
    now = outside.clock()
    them = [(resident_id, said[telling]) for resident_id, telling in some]
    # A savepoint for each copies every page that changes: only where one of them fails.
    if not _could_tell(connection, them, now, begin):
        for one in them:
            if not _could_tell(connection, [one], now, begin):
                logger.error("somebody could not be told some news")
    tellings.mark_told(connection, some)
    if len(some) == TOLD_MOST:
        later.kick(connection, TELL, dedupe=TELL)
    else:
        tellings.drop_told(connection, list(said))


def _could_tell(
    connection: Connection, them: Sequence[tuple[str, Told]], now: datetime, begin: Begin
) -> bool:
    """Whether each of them could be told; otherwise nobody was."""
    try:
        with later.apart(connection):
            for resident_id, said in them:
                _tell(connection, resident_id, said.payloads, now, outbox.NEWS)
                if said.flow:
                    begin(connection, resident_id, said.flow, said.argument)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("news could not be told to %d at once", len(them))
        return False
    return True
