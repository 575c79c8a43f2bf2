"""Empties the outbox: in order per address, under leases, with a named end for every operation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from bot.domain.operations import (
    GivenUp,
    Operation,
    Receipt,
    RetryAt,
    Sent,
    Unknown,
)
from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.keys.votes import KeyLost
from bot.services.locked import read_owed
from bot.services.residents import ADDRESS
from bot.stopping import finished
from bot.work.rounds import Rounds
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import Owed, Room, Rooms

logger = logging.getLogger(__name__)

Send = Callable[[str, str, Sequence[tuple[str, Operation]], str], Awaitable[Sequence[Receipt]]]
"""Bot, address, what is owed to it in order (with ids), and the receiver's language.

Gives a receipt for each that was tried; after one that must wait the rest is not tried. A channel
that can tell a repeated id tries all that it likes; one that cannot stops after what must not be
repeated, so that this is kept first."""

ADDRESSES_AT_ONCE = 50
"""Addresses that one pass serves, and of one bot."""

Rates = Mapping[str, float | None]
"""The bots that this process sends for, each with operations a second; None has no limit."""

MOST_ATTEMPTS = 12
MOST_UNSURE = 5
"""After so many attempts a reply whose answer was lost once more is not sent again."""

LOST = "answer lost"
KEY_GONE = "key gone"
"""Why something was given up that was sealed with a key which was destroyed before it was sent."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, up to `LONGEST_WAIT`."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts, 20)))


class Sender:
    """One per process on SQLite. Keeps nothing that the outbox does not say."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        outside: Outside,
        send: Send,
        rates: Rates | None = None,
    ) -> None:
        """Without `rates` it sends for every bot, as fast as it can."""
        self._database = database
        self._keys = keys
        self._outside = outside
        self._send = send
        self._rooms = (
            None
            if rates is None
            else {bot: Room(ADDRESSES_AT_ONCE, rate) for bot, rate in rates.items()}
        )
        self._rounds = Rounds("the outbox", self._round, outside.clock)
        self._passed = asyncio.Event()
        self._due: datetime | None = None
        """When the next row can be sent, as the last pass that found none was told."""

    def next_pass(self) -> asyncio.Event:
        """Set when the pass that is under way, or the next one, is over.

        Take it before looking what is owed: a pass that ends in between is not missed then.
        """
        return self._passed

    def wake(self) -> None:
        """There may be something to send. Call in the event loop."""
        self._rounds.wake()

    async def run(self) -> None:
        """Send until it is cancelled; what is being sent is finished, or put back, then."""
        await self._rounds.run()

    async def _round(self) -> bool | datetime | None:
        return True if await finished(self.send_ready()) else self._due

    async def send_ready(self) -> int:
        """Send what can be sent now. How many operations were taken."""
        now = self._outside.clock()
        claimed, self._due = await self._database.write(_claim, now, self._rooms)
        queues = [list(rows) for _id, rows in groupby(claimed, key=lambda row: row.address_id)]
        await asyncio.gather(*(self._send_queue(queue) for queue in queues))
        self._passed.set()
        self._passed = asyncio.Event()
        return len(claimed)

    async def _send_queue(self, rows: list[Owed]) -> None:
        """What is owed to one address, strictly in order.

        What a try came to is kept before the next: a death repeats one try at most.
        """
        while rows:
            receipts = await self._try(rows)
            now = self._outside.clock()
            rows = await self._database.write(_keep, rows, receipts, now)

    async def _try(self, rows: list[Owed]) -> Sequence[Receipt]:
        first = rows[0]
        try:
            address = self._keys.open(
                ADDRESS, first.cipher, first.key_id, first.bot.encode()
            ).decode()
        except KeysError:
            logger.exception("the address of outbox row %d cannot be opened", first.id)
            return [GivenUp("unreadable")] * len(rows)
        readable: list[tuple[str, Operation]] = []
        for row in rows:
            try:
                readable.append((str(row.id), read_owed(row.payload, self._keys)))
            except KeyLost:
                if readable:
                    break
                # Its key was destroyed meanwhile, as it had to be: nobody can read this any more.
                return [GivenUp(KEY_GONE)]
            except (ValueError, msgspec.DecodeError, KeysError):
                if readable:
                    break  # what stands before it goes first
                logger.exception("outbox row %d cannot be read", row.id)
                return [GivenUp("unreadable")]
        receipts: Sequence[Receipt] = []
        try:
            receipts = await self._send(first.bot, address, readable, first.language)
        except Exception:
            logger.exception("outbox rows from %d on could not be sent", first.id)
        if receipts:
            return receipts
        if first.attempts + 1 >= MOST_ATTEMPTS:
            return [GivenUp("failing")]
        return [RetryAt(backoff(first.attempts).total_seconds(), "failing")]


def _claim(
    connection: Connection, now: datetime, rooms: Rooms | None
) -> tuple[list[Owed], datetime | None]:
    """What can be sent now; where that is nothing, when there will be something."""
    claimed = outbox.claim(connection, now, ADDRESSES_AT_ONCE, rooms)
    return claimed, None if claimed else outbox.next_due(connection, now, rooms)


def _keep(
    connection: Connection, rows: list[Owed], receipts: Sequence[Receipt], now: datetime
) -> list[Owed]:
    """Keep what became of the first rows. What is still to be tried now."""
    sent: list[tuple[int, str]] = []
    left = rows
    for row, receipt in zip(rows, receipts, strict=False):
        match _decide(row, receipt):
            case Sent(ref):
                sent.append((row.id, ref))
            case GivenUp(reason):
                outbox.mark_ended(connection, row.id, outbox.GIVEN_UP, reason)
            case Unknown():
                outbox.mark_ended(connection, row.id, outbox.UNKNOWN, LOST)
            case RetryAt(seconds, reason):
                due = now + timedelta(seconds=seconds)
                outbox.put_back(connection, [row.id], due, reason)
                behind = [other.id for other in left[1:]]
                outbox.put_back(connection, behind, due, reason, tried=False)
                left = []
                break
        left = left[1:]
    outbox.mark_sent(connection, sent)
    return left


def _decide(row: Owed, receipt: Receipt) -> Receipt:
    """A person who waits for an answer rather reads it twice than not at all; what goes to many
    is rather missed by one."""
    again = row.priority < outbox.BROADCAST and row.attempts + 1 < MOST_UNSURE
    if isinstance(receipt, Unknown) and again:
        return RetryAt(backoff(row.attempts).total_seconds(), LOST)
    return receipt
