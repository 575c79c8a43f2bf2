"""Empties the outbox: in order per address, under leases, with a named end for every operation."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from bot.domain.operations import Begun, GivenUp, Operation, RetryAt, Step, Unknown, with_shown
from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.keys.votes import KeyLost
from bot.services.locked import read_owed
from bot.services.pauses import counted
from bot.services.residents import ADDRESS
from bot.stopping import finished
from bot.work.receipts import FAILING, MOST_ATTEMPTS, Receipts, Tried, backoff, may_repeat
from bot.work.rounds import Rounds
from bot.work.shares import Shares
from storage import outbox
from storage.database import Connection, Database
from storage.outbox import Owed, Room, Rooms

logger = logging.getLogger(__name__)

Send = Callable[[str, str, Sequence[tuple[str, Operation]], str], Awaitable[Sequence[Step]]]
"""Bot, address, what is owed to it in order (with ids), and the receiver's language.

Gives a receipt for each that was tried; after one that must wait the rest is not tried. A channel
that can tell a repeated id tries all that it likes; one that cannot stops after what must not be
repeated, so that this is kept first."""

ADDRESSES_AT_ONCE = 50
"""Addresses that one pass serves, and of one bot."""

Rates = Mapping[str, float | None]
"""The bots that this process sends for, each with operations a second; None has no limit."""

RENEW = outbox.LEASE / 3
"""How often a sender says that it still lives."""

_CUT = outbox.LEASE - timedelta(seconds=5)
"""So long after it last said so it stops, and another may take over."""

REST_SECONDS = 0.05
"""Between two looks at what is owed: nobody feels it, and many are served by one look."""

KEY_GONE = "key gone"
"""Why something was given up that was sealed with a key which was destroyed before it was sent."""


@dataclass(slots=True)
class _Queue:
    """What is owed to one address, under way."""

    rows: list[Owed]
    limit: asyncio.Timeout | None = None
    """When it is cut: a moment before the lease is over, which is moved on while we live."""
    more: bool = True
    """Whether there may be more to send to it once these are over."""


class Sender:
    """One per process. Keeps nothing that the outbox does not say."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        outside: Outside,
        send: Send,
        rates: Rates | None = None,
        holder: str = "",
    ) -> None:
        """Without `rates` it sends for every bot, as fast as it can. A `holder`, which is this
        process's alone, sends for a bot with a rate only while no other process does."""
        self._database = database
        self._keys = keys
        self._outside = outside
        self._send = send
        self._rates = rates
        limited = [bot for bot, rate in (rates or {}).items() if rate is not None]
        self._receipts = Receipts(database, outside)
        self._shares = Shares(database, limited if holder else (), holder, outside.clock)
        self._rounds = Rounds("the outbox", self._round, outside.clock, REST_SECONDS)
        self._passed = asyncio.Event()
        self._extra: Counter[str] = Counter()
        """Requests by bot that no budget was drawn for yet: an operation may take several."""
        self._queues: dict[asyncio.Task[None], _Queue] = {}
        self._full = False
        """Whether others may have been left for want of room."""

    def next_pass(self) -> asyncio.Event:
        """Set when something that was under way has ended.

        Take it before looking what is owed: what ends in between is not missed then.
        """
        return self._passed

    def wake(self) -> None:
        """There may be something to send. Call in the event loop."""
        self._rounds.wake()

    async def run(self) -> None:
        """Send until it is cancelled; what is being sent is finished, or put back, then."""
        renewing = asyncio.create_task(self._renew_often())
        try:
            await self._rounds.run()
        finally:
            await finished(self._end())
            renewing.cancel()
            await self._shares.leave()

    async def _end(self) -> None:
        try:
            while self._queues:
                await asyncio.wait(self._queues)
        except asyncio.CancelledError:
            for task in self._queues:
                task.cancel()
            raise

    async def _round(self) -> datetime | None:
        _count, due = await finished(self._begin())
        return due

    async def send_ready(self) -> int:
        """Send what can be sent now, and wait until it is. How many operations were taken."""
        count, _due = await self._begin()
        await asyncio.gather(*self._queues)
        return count

    async def _begin(self) -> tuple[int, datetime | None]:
        """Take what can be sent now; each address goes its own way from here. How many
        operations, and when there will be more; that does not wait for these."""
        now = self._outside.clock()
        await self._shares.ask()
        rooms = self._rooms()
        claimed, due = await self._database.write(_claim, now, self._free(), rooms)
        self._extra -= Counter({bot: room.extra for bot, room in (rooms or {}).items()})
        for _id, rows in groupby(claimed, key=lambda row: row.address_id):
            queue = _Queue(list(rows))
            task = asyncio.create_task(self._serve(queue))
            self._queues[task] = queue
            task.add_done_callback(self._ended)
        self._full = len(self._queues) >= ADDRESSES_AT_ONCE
        return len(claimed), due

    def _free(self) -> int:
        return max(0, ADDRESSES_AT_ONCE * len(self._rates or ("",)) - len(self._queues))

    def _rooms(self) -> Rooms | None:
        if self._rates is None:
            return None
        busy = Counter(queue.rows[0].bot for queue in self._queues.values())
        return {
            bot: Room(max(0, ADDRESSES_AT_ONCE - busy[bot]), rate, self._extra[bot])
            for bot, rate in self._rates.items()
            if self._shares.has(bot)
        }

    def _ended(self, task: asyncio.Task[None]) -> None:
        queue = self._queues.pop(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            logger.error("what was owed to an address was left", exc_info=error)
        self._passed.set()
        self._passed = asyncio.Event()
        if queue.more or self._full:
            self.wake()

    async def _serve(self, queue: _Queue) -> None:
        try:
            async with asyncio.timeout(_CUT.total_seconds()) as limit:
                queue.limit = limit
                queue.more = await self._send_queue(queue.rows)
        except TimeoutError:
            logger.warning("outbox row %d was under way for too long", queue.rows[0].id)
        finally:
            queue.limit = None

    async def _renew_often(self) -> None:
        """Keep what is under way for as long as this process lives and the database answers."""
        while True:
            await asyncio.sleep(RENEW.total_seconds())
            if self._shares.bots:
                self.wake()
            try:
                await self._renew()
            except Exception:
                # Who cannot say that they live must let go: the limits see to it.
                logger.exception("no lease was renewed")

    async def _renew(self) -> None:
        """Go on with all that is under way, in one write: one for each would come too late where
        many wait for the database."""
        queues = list(self._queues.values())
        if not queues:
            return
        until = self._outside.clock() + outbox.LEASE
        rows = [queue.rows for queue in queues]
        held = await self._database.write(_renew, rows, until)
        now = asyncio.get_running_loop().time()
        for queue, ours in zip(queues, held, strict=True):
            if queue.limit is not None:
                queue.limit.reschedule(now + _CUT.total_seconds() if ours else now)

    async def _send_queue(self, rows: list[Owed]) -> bool:
        """What is owed to one address, strictly in order. Whether more may be owed to it.

        What a try came to is kept before the next: a death repeats one try at most.
        """
        left, more = rows, True
        while left:
            kept = await self._receipts.keep(Tried(left, await self._try(left)))
            left, more = kept.left, kept.more
        return more

    async def _try(self, rows: list[Owed]) -> Sequence[Step]:
        first = rows[0]
        if first.taken_over and not may_repeat(first):
            return [Unknown()]
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
                operation = read_owed(row.payload, self._keys)
                readable.append((str(row.id), with_shown(operation, row.shown)))
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
        receipts: Sequence[Step] = []
        with counted() as made:
            try:
                receipts = await self._send(first.bot, address, readable, first.language)
            except Exception:
                logger.exception("outbox rows from %d on could not be sent", first.id)
        # One was drawn for each row, for the request that ends it: all others are extra.
        ended = sum(not isinstance(receipt, Begun) for receipt in receipts) if receipts else 1
        self._extra[first.bot] += max(0, made.requests - ended)
        if receipts:
            return receipts
        if first.attempts + 1 >= MOST_ATTEMPTS:
            return [GivenUp(FAILING)]
        return [RetryAt(backoff(first.attempts).total_seconds(), FAILING)]


def _claim(
    connection: Connection, now: datetime, addresses: int, rooms: Rooms | None
) -> tuple[list[Owed], datetime | None]:
    """What can be sent now, and when there will be more."""
    outbox.charge(connection, rooms or {}, now)
    claimed = outbox.claim(connection, now, addresses, rooms) if addresses else []
    return claimed, outbox.next_due(connection, now, rooms) if addresses else None


def _renew(
    connection: Connection, queues: Sequence[Sequence[Owed]], until: datetime
) -> list[bool]:
    """Of each, whether nobody has taken over."""
    return [outbox.renew(connection, rows, until) for rows in queues]
