"""What tries to send came to, kept in the outbox: those that end together in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.domain.operations import Begun, GivenUp, Off, RetryAt, Sent, Shown, Step, Unknown
from bot.domain.outside import Outside
from bot.services.residents import BLOCKED
from storage import addresses, outbox, prompts
from storage.database import Connection, Database
from storage.errors import is_away
from storage.outbox import Owed

logger = logging.getLogger(__name__)

TOGETHER = 64
"""Addresses whose receipts are kept in one transaction, at most."""

AGAIN_SECONDS = 0.5
"""Between two tries to keep what was sent while the database is away."""

MOST_ATTEMPTS = 12
"""So often may sending fail for a fault of ours."""

MOST_UNSURE = 5
"""A reply whose answer was lost so often is not sent again; waits do not count."""

MOST_DEATHS = MOST_ATTEMPTS
"""Nor is one whose sender was gone so often: it may be what ends them."""

UNSURE_GROWTH = 4
"""Each wait of such a reply is so much longer than the one before it: 85 seconds in all. A line
that breaks for a minute loses nothing, and what arrived each time is there five times at most."""

LOST, FAILING = "answer lost", "failing"
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many failures: doubling, up to `LONGEST_WAIT`."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts, 20)))


def unsure_wait(unsure: int) -> timedelta:
    """How long to wait once the answer was lost again after so many that were."""
    return FIRST_WAIT * int(UNSURE_GROWTH ** min(unsure, MOST_UNSURE - 2))


def may_repeat(row: Owed) -> bool:
    """Whether it is sent once more though it may have arrived: a person who waits for an answer
    rather reads it twice than not at all; what goes to many is rather missed by one."""
    few = row.unsure < MOST_DEATHS if row.taken_over else row.unsure + 1 < MOST_UNSURE
    return few and row.priority < outbox.BROADCAST


@dataclass(frozen=True, slots=True)
class Tried:
    """The rows of one address, and what the first of them came to."""

    rows: list[Owed]
    receipts: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Kept:
    left: list[Owed]
    """What is still to be tried now."""
    more: bool
    """Whether anything else may be owed to the address."""


class Receipts:
    """Keeps receipts; while one transaction is under way, the next ones wait for each other."""

    def __init__(self, database: Database, outside: Outside) -> None:
        self._database = database
        self._outside = outside
        self._waiting: list[tuple[Tried, asyncio.Future[Kept]]] = []
        self._keeping: asyncio.Task[None] | None = None

    async def keep(self, tried: Tried) -> Kept:
        """A database that is away is waited for until the caller gives up: what is not kept is
        sent again."""
        while True:
            kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
            self._waiting.append((tried, kept))
            if self._keeping is None:
                self._keeping = asyncio.create_task(self._keep_waiting())
            try:
                return await kept
            except Exception as error:
                if not is_away(error):
                    raise
                logger.warning("what was sent cannot be kept yet (%s)", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _keep_waiting(self) -> None:
        try:
            while self._waiting:
                now, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._keep(now)
        finally:
            self._keeping = None

    async def _keep(self, waiting: Sequence[tuple[Tried, asyncio.Future[Kept]]]) -> None:
        tried = [each for each, _kept in waiting]
        try:
            outcomes = await self._database.write(keep_all, tried, self._outside.clock())
        except Exception as error:  # noqa: BLE001  # handed to whoever waits for it
            if len(waiting) > 1 and not is_away(error):
                # One of them cannot be kept: the others are not to pay for it.
                for each in waiting:
                    await self._keep([each])
                return
            for _each, kept in waiting:
                if not kept.done():
                    kept.set_exception(error)
            return
        for (_each, kept), outcome in zip(waiting, outcomes, strict=True):
            if not kept.done():
                kept.set_result(outcome)


def keep_all(connection: Connection, tried: Sequence[Tried], now: datetime) -> list[Kept]:
    """Keep what became of the first rows of each of several addresses."""
    for address_id in sorted(each.rows[0].address_id for each in tried if _is_gone(each)):
        # Before its rows, as in a turn: two who wait for each other never get on.
        addresses.hold_address(connection, address_id)
    ours = outbox.hold_taken(connection, [each.rows for each in tried])
    marks = _Marks([], [])
    left = [
        _keep_one(connection, each, now, marks) if mine else _note_twice(connection, each)
        for each, mine in zip(tried, ours, strict=True)
    ]
    outbox.mark_sent(connection, marks.sent)
    prompts.note(connection, marks.changes)
    looked = iter(outbox.look(connection, [row for rows in left for row in rows]))
    kept = []
    for each, mine, rows in zip(tried, ours, left, strict=True):
        again = list(islice(looked, len(rows)))
        more = bool(again) or not mine or _more_is_owed(connection, each, now)
        kept.append(Kept(again, more))
    return kept


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is written for all of them together."""

    sent: list[tuple[int, str]]
    changes: list[tuple[str, Sequence[Shown | Off]]]


def _keep_one(connection: Connection, tried: Tried, now: datetime, marks: _Marks) -> list[Owed]:
    """What is still to be tried."""
    left = tried.rows
    for row, receipt in zip(tried.rows, tried.receipts, strict=False):
        match _decide(row, receipt):
            case Sent(ref, changes):
                marks.sent.append((row.id, ref))
                marks.changes.append((row.address_id, changes))
            case Begun(changes):
                marks.changes.append((row.address_id, changes))
                break
            case GivenUp(reason):
                outbox.mark_ended(connection, row.id, outbox.GIVEN_UP, reason)
            case Unknown():
                outbox.mark_ended(connection, row.id, outbox.UNKNOWN, LOST)
            case RetryAt(seconds, reason):
                due = now + timedelta(seconds=seconds)
                failed, unsure = reason == FAILING, reason == LOST
                outbox.put_back(connection, [row.id], due, reason, failed=failed, unsure=unsure)
                outbox.put_back(connection, [other.id for other in left[1:]], due, reason)
                left = []
                break
        left = left[1:]
    return [] if _is_gone(tried) else left


def _note_twice(connection: Connection, tried: Tried) -> list[Owed]:
    """Another sender took the rows over meanwhile: nothing of them is ours to try."""
    logger.warning("outbox row %d was taken over meanwhile", tried.rows[0].id)
    outbox.note_twice(
        connection,
        [
            row.id
            for row, receipt in zip(tried.rows, tried.receipts, strict=False)
            if _may_stand_there(receipt)
        ],
    )
    return []


def _more_is_owed(connection: Connection, tried: Tried, now: datetime) -> bool:
    address_id = tried.rows[0].address_id
    if not _is_gone(tried):
        return outbox.may_be_owed(connection, address_id)
    addresses.set_blocked(connection, address_id, now)
    outbox.give_up_all(connection, address_id, BLOCKED)
    return False


def _is_gone(tried: Tried) -> bool:
    return GivenUp(BLOCKED) in tried.receipts


def _may_stand_there(receipt: Step) -> bool:
    """Whether a message came of it, which another sender does not know of."""
    return isinstance(receipt, Unknown | Begun) or (
        isinstance(receipt, Sent) and receipt.ref != ""
    )


def _decide(row: Owed, receipt: Step) -> Step:
    if isinstance(receipt, Unknown) and may_repeat(row):
        return RetryAt(unsure_wait(row.unsure).total_seconds(), LOST)
    return receipt
