"""Sends announcements: one walk for each bot, at the rate that the bot is granted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.announcements import Delivery
from bot.domain.country import Country
from bot.domain.operations import Announce, GivenUp, RetryAt, Sent, Tried, Unknown
from bot.domain.outside import Outside
from bot.keys import Keys, KeysError
from bot.services import delivering
from bot.services.delivering import Batch, Draw, LostBot, Place
from bot.services.residents import ADDRESS
from bot.stopping import finished
from bot.work.receipts import LOST, MOST_ATTEMPTS, backoff
from bot.work.rounds import Rounds
from storage import announcements, deliveries, walks
from storage.database import Connection, Database
from storage.deliveries import Copy, Ended
from storage.errors import is_away

logger = logging.getLogger(__name__)

WALK_SECONDS = 30.0
"""So long one walk takes at most; then it begins anew, and others get their turn."""

TICK_SECONDS = 0.15
"""A walk keeps what became of its copies, and takes the next ones, so often: a little oftener than
a bot's budget fills up for what goes to many."""

IDLE_SECONDS = 1.0
"""And so often while nothing more can be taken and nothing ends."""

UNDER_WAY_FIRST, UNDER_WAY_MOST = 8, 150
"""Copies that wait for Telegram's answer at most: at first, and once it answers swiftly. Each
answer widens the window by one, each failure halves it, so that a line that breaks, or a death,
leaves few unknown. At a thousand a second an answer may take a tenth of a second: between half of
the window and all of it are under way then."""

FILL_MOST = 500
"""Copies that are made in one transaction."""

PLACE_MOST = 500
"""Copies that are put into web inboxes in one transaction."""


class Bulk(Protocol):
    """The way out to one bot's chats."""

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        """Send a copy, from its message number `part` on."""
        ...

    def silent_seconds(self) -> float:
        """How long nothing may be asked, since the channel said so or does not answer."""
        ...


Nudge = Callable[[str, str], None]
"""Something stands in the inbox of this bot's address."""


class Announcer:
    """One per process. `bulks` are the bots of this process by `country/channel`; what goes to the
    web chat is put where it is read by `put`."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        outside: Outside,
        countries: Mapping[str, Country],
        *,
        bulks: Mapping[str, Bulk],
        draw: Draw,
        put: Place,
        nudge: Nudge,
        channel: str = "web",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._keys = keys
        self._outside = outside
        self._countries = countries
        self._bulks = bulks
        self._draw = draw
        self._put = put
        self._nudge = nudge
        self._channel = channel
        self._sleep = sleep
        self._holder = outside.new_id()
        self._rounds = Rounds("announcements", self._round, outside.clock)
        self._stopping = False

    def wake(self) -> None:
        """There may be something to announce. Call in the event loop."""
        self._rounds.wake()

    def stop(self) -> None:
        """Begin nothing more; what was taken and not begun waits on."""
        self._stopping = True

    async def run(self) -> None:
        """Announce until it is cancelled; what is under way is finished then, soon after
        `stop`."""
        await self._rounds.run()

    async def _round(self) -> bool | datetime | None:
        return await finished(self.announce_ready())

    async def announce_ready(self) -> bool | datetime | None:
        """Send what can be sent now. True when there was some, else when there will be some."""
        filled = await self._fill()
        walks_ = [self._place(country) for country in self._countries.values()]
        walks_ += [self._walk(bot) for bot in self._bulks]
        # All of them end before the next round: two walks of one bot would share its fence.
        ends = await asyncio.gather(*walks_, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        found = [filled, *ends]
        if True in found and not self._stopping:
            return True
        starts = await self._database.read(announcements.next_start)
        return min(
            (at for at in (*found, starts) if isinstance(at, datetime)),
            default=None,
        )

    async def _fill(self) -> bool:
        ids = await self._database.write(delivering.begin_due, self._outside, self._countries)
        for id in ids:
            await self._fill_most(id)
            while not self._stopping and await self._database.write(
                delivering.fill, self._outside, self._countries, id
            ):
                continue
        while not self._stopping and await self._database.write(
            delivering.let_go, self._outside, self._countries
        ):
            continue
        return bool(ids)

    async def _fill_most(self, id: str) -> None:
        """To find whom it is for may take long, so that is done beside the writing."""
        while not self._stopping:
            found = await self._database.read(delivering.next_to_fill, self._countries, id)
            if found is None:
                return
            audience, them = found
            for start in range(0, len(them), FILL_MOST):
                some = them[start : start + FILL_MOST]
                await self._database.write(delivering.fill_of, self._outside, id, audience, some)
            if len(them) < deliveries.BATCH:
                return

    async def _place(self, country: Country) -> bool | datetime | None:
        """What goes to the web chat stands there as soon as it is committed."""
        bot = f"{country.key}/{self._channel}"
        worked = False
        while True:
            placed, again_at = await self._database.write(
                delivering.place,
                self._outside,
                country,
                bot,
                self._holder,
                PLACE_MOST,
                self._put,
            )
            if not placed or self._stopping:
                return worked or again_at
            worked = True
            for copy in placed:
                address = self._address(copy)
                if address is not None:
                    self._nudge(bot, address)

    async def _walk(self, bot: str) -> bool | datetime | None:
        country = self._countries[bot.partition("/")[0]]
        taken = await self._database.write(
            delivering.take_bot, self._outside, country, bot, self._holder
        )
        if not isinstance(taken, int):
            return taken
        walk = _Walk(bot, self._bulks[bot], taken, self._outside.clock())
        try:
            again = await self._go(walk, country)
            # Nothing is under way: whoever has copies next need not wait for the lease.
            await self._database.write(walks.release, bot, self._holder, self._outside.clock())
            return again
        except LostBot:
            logger.warning("%s: another process sends its announcements now", bot)
            return None
        finally:
            for task in walk.under_way:
                task.cancel()

    async def _go(self, walk: _Walk, country: Country) -> bool | datetime | None:
        until = self._outside.clock() + timedelta(seconds=WALK_SECONDS)
        worked = False
        while True:
            over = self._stopping or self._outside.clock() >= until
            silent = walk.bulk.silent_seconds()
            room = walk.window - len(walk.under_way)
            most = 0 if over or silent > 0 else max(0, room)
            batch = await self._plan(walk, country, most)
            for copy, operation in batch.copies:
                walk.begin(self._send(walk, copy, operation))
            worked = worked or bool(batch.copies)
            if walk.under_way:
                await self._pause(walk, batch, most)
            elif walk.ended:
                continue
            elif over:
                return True
            elif silent > 0:
                return self._outside.clock() + timedelta(seconds=silent)
            elif not batch.copies and not _soon(batch, self._outside.clock()):
                return worked or batch.again_at
            else:
                await self._sleep(TICK_SECONDS)

    async def _plan(self, walk: _Walk, country: Country, most: int) -> Batch:
        """Keep what has ended, and take up to `most` copies more. A database that is away is
        waited for until the lease is over: what is known of a copy must not be lost by it."""
        while True:
            ended, walk.ended = walk.ended, []
            try:
                batch: Batch = await self._database.write(
                    delivering.plan,
                    self._outside,
                    country,
                    walk.bot,
                    self._holder,
                    walk.fence,
                    ended,
                    most,
                    self._draw,
                )
            except Exception as error:
                if not is_away(error) or self._outside.clock() >= walk.kept_at + walks.LEASE:
                    raise
                why = type(error).__name__
                logger.warning("%s: what was sent cannot be kept yet (%s)", walk.bot, why)
                walk.ended = [*ended, *walk.ended]
                await self._sleep(IDLE_SECONDS)
            else:
                walk.kept_at = self._outside.clock()
                return batch

    async def _pause(self, walk: _Walk, batch: Batch, most: int) -> None:
        """Until the next tick, or until half of a window that was filled has been answered; where
        nothing more can be taken, until something has ended."""
        if len(batch.copies) == most > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(walk.half_answered.wait(), TICK_SECONDS)
        elif batch.copies or _soon(batch, self._outside.clock()):
            await self._sleep(TICK_SECONDS)
        else:
            await asyncio.wait(
                walk.under_way, return_when=asyncio.FIRST_COMPLETED, timeout=IDLE_SECONDS
            )

    async def _send(self, walk: _Walk, copy: Copy, operation: Announce) -> None:
        if self._stopping or walk.bulk.silent_seconds() > 0:
            # Its place in the order stays: the bot waits, and with it all that come after.
            again = Ended(
                copy.id, Delivery.WAITING, due_at=copy.due_at, part=copy.part, tried=False
            )
            walk.ended.append(again)
            return
        address = self._address(copy)
        if address is None:
            walk.ended.append(Ended(copy.id, Delivery.GIVEN_UP, "unreadable"))
            return
        tried = Tried(Unknown(), copy.part)
        try:
            tried = await walk.bulk.send(address, operation, copy.language, copy.part)
        except Exception:
            logger.exception("delivery %d could not be sent", copy.id)
        walk.learn(isinstance(tried.receipt, Sent | GivenUp))
        ended = self._ended(copy, tried, self._outside.clock())
        # The one that was refused was a request as well.
        asked = tried.part - copy.part + (not isinstance(tried.receipt, Sent))
        walk.ended.append(replace(ended, extra=max(0, asked - 1)))

    def _ended(self, copy: Copy, tried: Tried, now: datetime) -> Ended:
        match tried.receipt:
            case Sent():
                return Ended(copy.id, Delivery.SENT, language=copy.language, part=tried.part)
            case GivenUp(reason):
                return Ended(copy.id, Delivery.GIVEN_UP, reason, part=tried.part)
            case Unknown():
                return Ended(copy.id, Delivery.UNKNOWN, LOST, part=tried.part)
            case RetryAt(seconds, reason):
                # Whoever was told to wait was not tried; whatever fails on and on is.
                waits = reason in WAITS
                if not waits and copy.attempts + 1 >= MOST_ATTEMPTS:
                    return Ended(copy.id, Delivery.GIVEN_UP, "failing", part=tried.part)
                wait = seconds if waits else max(seconds, backoff(copy.attempts).total_seconds())
                due = now + timedelta(seconds=wait) if wait else copy.due_at
                return Ended(
                    copy.id,
                    Delivery.WAITING,
                    reason,
                    due_at=due,
                    part=tried.part,
                    tried=not waits,
                )

    def _address(self, copy: Copy) -> str | None:
        try:
            return self._keys.open(ADDRESS, copy.cipher, copy.key_id, copy.bot.encode()).decode()
        except KeysError:
            logger.exception("the address of delivery %d cannot be opened", copy.id)
            return None


WAITS = frozenset({"retry_after", "bot held back", "stopping", "not reached", "token refused"})
"""Reasons of a wait that uses up no attempt: nothing was wrong with the copy."""


class _Walk:
    """What one walk knows while it lasts."""

    def __init__(self, bot: str, bulk: Bulk, fence: int, kept_at: datetime) -> None:
        self.bot = bot
        self.bulk = bulk
        self.fence = fence
        self.kept_at = kept_at
        """When the database last heard of it."""
        self.ended: list[Ended] = []
        self.under_way: set[asyncio.Task[None]] = set()
        self.window = UNDER_WAY_FIRST
        self.half_answered = asyncio.Event()

    def learn(self, answered: bool) -> None:
        """How far to reach, from how the last try went."""
        if answered:
            self.window = min(UNDER_WAY_MOST, self.window + 1)
        else:
            self.window = max(UNDER_WAY_FIRST, self.window // 2)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.under_way.add(task)
        self.half_answered.clear()
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        if len(self.under_way) <= self.window // 2:
            self.half_answered.set()


def _soon(batch: Batch, now: datetime) -> bool:
    return batch.again_at is not None and batch.again_at <= now + timedelta(seconds=1)


def release_all(connection: Connection, now: datetime) -> None:
    """What a process was announcing when it died: its bots are free for the next one, and what
    was under way ends as unknown. Only where no other process sends."""
    walks.release_all(connection, now)
    deliveries.lose_all(connection, now, delivering.LOST)
