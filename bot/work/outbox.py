"""Empties the outbox: in order per address, under leases, with a named end for every operation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
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
    load_operation,
)
from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.services.residents import ADDRESS
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import Owed

logger = logging.getLogger(__name__)

Send = Callable[[str, str, str, Operation, str], Awaitable[Receipt]]
"""Bot, address, operation id, operation, language. Repeating one with the same id is safe where
the channel can tell; where it cannot, the outbox repeats as seldom as it can."""

ADDRESSES_AT_ONCE = 50
"""Addresses that one pass serves."""

SWEEP_SECONDS = 15.0
"""So long the sender sleeps at most: what another process owes is found even unannounced."""

MOST_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, up to `LONGEST_WAIT`."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts, 20)))


class Sender:
    """One per process on SQLite. Keeps nothing that the outbox does not say."""

    def __init__(self, database: Database, keys: Keys, outside: Outside, send: Send) -> None:
        self._database = database
        self._keys = keys
        self._outside = outside
        self._send = send
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send. Call in the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Send for as long as the process lives."""
        while True:
            self._woken.clear()
            try:
                sent = await self.send_ready()
                wait = 0.0 if sent else await self._seconds_until_due()
            except Exception:
                # The loop must live on: what failed is still owed.
                logger.exception("the outbox could not be emptied")
                wait = SWEEP_SECONDS
            if wait > 0:
                try:
                    await asyncio.wait_for(self._woken.wait(), wait)
                except TimeoutError:
                    continue

    async def _seconds_until_due(self) -> float:
        due = await self._database.read(outbox.next_due)
        if due is None:
            return SWEEP_SECONDS
        left = (due - self._outside.clock()).total_seconds()
        return min(SWEEP_SECONDS, max(0.05, left))

    async def send_ready(self) -> int:
        """Send what can be sent now. How many operations were taken."""
        now = self._outside.clock()
        claimed = await self._database.write(outbox.claim, now, ADDRESSES_AT_ONCE)
        claimed.sort(key=lambda row: (row.address_id, row.id))
        queues = [list(rows) for _id, rows in groupby(claimed, key=lambda row: row.address_id)]
        await asyncio.gather(*(self._send_queue(queue) for queue in queues))
        return len(claimed)

    async def _send_queue(self, rows: list[Owed]) -> None:
        """What is owed to one address, strictly in order."""
        sent: list[tuple[int, str]] = []
        for at, row in enumerate(rows):
            receipt = await self._try(row)
            match receipt:
                case Sent(ref):
                    sent.append((row.id, ref))
                case GivenUp(reason):
                    await self._database.write(outbox.mark_ended, row.id, outbox.GIVEN_UP, reason)
                case Unknown():
                    await self._database.write(
                        outbox.mark_ended, row.id, outbox.UNKNOWN, "answer lost"
                    )
                case RetryAt(seconds, reason):
                    due = self._outside.clock() + timedelta(seconds=seconds)
                    later = [other.id for other in rows[at:]]
                    await self._database.write(_wait, sent, later, due, reason)
                    return
        if sent:
            await self._database.write(outbox.mark_sent, sent)

    async def _try(self, row: Owed) -> Receipt:
        try:
            sealed = self._keys.open(ADDRESS, row.cipher, row.key_id, row.bot.encode())
            operation = load_operation(msgspec.json.decode(row.payload))
        except (KeysError, ValueError, msgspec.DecodeError):
            logger.exception("outbox row %d cannot be read", row.id)
            return GivenUp("unreadable")
        try:
            return await self._send(row.bot, sealed.decode(), str(row.id), operation, row.language)
        except Exception:
            logger.exception("outbox row %d could not be sent", row.id)
            if row.attempts + 1 >= MOST_ATTEMPTS:
                return GivenUp("failing")
            return RetryAt(backoff(row.attempts).total_seconds(), "failing")


def _wait(
    connection: Connection,
    sent: list[tuple[int, str]],
    later: list[int],
    due: datetime,
    reason: str,
) -> None:
    outbox.mark_sent(connection, sent)
    outbox.put_back(connection, later, due, reason)
