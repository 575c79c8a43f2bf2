"""When a bot, or one of its chats, must be silent, since its channel said so.

A channel says for how long ("429, retry_after 35") and not whom it means: one chat that was sent
too much, or the whole bot. No field tells, so it is told by what is known:

- A wait for a method that names no chat is the bot's.
- A wait for a chat that was asked no more than a chat may be (once a second; a group also twenty
  times a minute, as Telegram's FAQ for bots has it) cannot be that chat's: it is the bot's. So it
  is for an announcement, which goes to each chat once.
- For a chat that was asked more than that it is the chat's, until another one is told to wait as
  well: two at once are the bot.

To take a bot's wait for a chat's costs one more refused request. To take a chat's for the bot's
would silence everybody, perhaps for hours; hence the third rule. Both stand in the database, where
all processes see them and a restart finds them; a chat's by its address.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.keys import Keys
from bot.services.residents import ADDRESS, find_address
from storage import budget
from storage.database import Connection, Database
from storage.errors import is_away

logger = logging.getLogger(__name__)

CHAT_SECOND = 1
"""So often a chat may be asked in a second (core.telegram.org/bots/faq, "hitting limits")."""

GROUP_MINUTE = 20
"""So often a group may be asked in a minute (the same)."""

CHATS_MOST = 2000
"""So many people's chats, and groups, have their last requests remembered: more than a bot may ask
in a second. Of more than that the longest unasked is forgotten, whose wait is then the bot's."""

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)

Chat = tuple[str, str]
"""Bot and address."""


@dataclass(slots=True)
class Counted:
    """How many requests that name a chat were made."""

    requests: int = 0


_COUNTED: ContextVar[Counted | None] = ContextVar("counted", default=None)


@contextmanager
def counted() -> Iterator[Counted]:
    """Count the requests that this task makes: one operation may take several."""
    before = _COUNTED.set(found := Counted())
    try:
        yield found
    finally:
        _COUNTED.reset(before)


class Pauses:
    """Of one process. `clock` is the wall's: the waits outlive the process."""

    def __init__(self, database: Database, clock: Callable[[], datetime], keys: Keys) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys
        self._bots: dict[str, datetime] = {}
        self._unkept: dict[str, datetime] = {}
        """Bots' waits that the database has not taken yet."""
        self._chats: dict[Chat, datetime] = {}
        self._hashes: Mapping[tuple[str, bytes], datetime] = {}
        """Chats' waits that the database knows of, by bot and the address's hash."""
        self._people = _Asked(_SECOND, CHAT_SECOND)
        self._groups = _Asked(_MINUTE, GROUP_MINUTE)

    async def load(self) -> None:
        """Know what other processes were told, and this one before it was started again."""
        found, self._hashes = await self._database.read(_read, self._clock())
        for bot, until in found.items():
            self._bots[bot] = max(until, self._bots.get(bot, until))

    def bot_seconds(self, bot: str) -> float:
        """How long the whole bot must be silent yet; 0 for not at all."""
        return self._left(self._bots.get(bot))

    def chat_seconds(self, bot: str, address: str) -> float:
        """How long this chat must be left alone yet."""
        left = self._left(self._chats.get((bot, address)))
        if not self._hashes:
            return left
        hashes = self._hashes_of(bot, address)
        return max(left, *(self._left(self._hashes.get((bot, hash))) for hash in hashes))

    def asked(self, bot: str, address: str) -> None:
        """A request that names this chat is on its way."""
        if (count := _COUNTED.get()) is not None:
            count.requests += 1
        now = self._clock()
        self._people.note((bot, address), now)
        if _is_group(address):
            self._groups.note((bot, address), now)

    async def told(self, bot: str, address: str | None, seconds: float) -> bool:
        """The channel wants silence for so long; `address` where the request named a chat.
        Whether it is the whole bot's. It is kept when this returns, unless the database is away:
        then it is known here alone."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        self._chats = {chat: end for chat, end in self._chats.items() if end > now}
        if address is not None and not self._is_the_bots(bot, address, now):
            self._chats[bot, address] = until
            await self._write(self._keep_chat, bot, address, until, now)
            return False
        self._bots[bot] = max(until, self._bots.get(bot, until))
        self._unkept[bot] = self._bots[bot]
        await self.keep(bot)
        return True

    async def keep(self, bot: str) -> None:
        """Make sure that the database knows of a bot's wait. One that is away hears of it when
        this is called again."""
        until = self._unkept.get(bot)
        if until is None or not await self._write(budget.pause, bot, until, self._clock()):
            return
        # A longer one may have come meanwhile.
        if self._unkept.get(bot) == until:
            del self._unkept[bot]

    async def _write(self, fn: Callable[..., None], *args: Any) -> bool:
        """Whether the database was there to take it."""
        try:
            await self._database.write(fn, *args)
        except Exception as error:
            if not is_away(error):
                raise
            logger.warning("a wait cannot be kept now (%s)", type(error).__name__)
            return False
        return True

    def _is_the_bots(self, bot: str, address: str, now: datetime) -> bool:
        if not self._is_busy(bot, address, now):
            return True
        here = any(
            other != (bot, address) and other[0] == bot and until > now
            for other, until in self._chats.items()
        )
        return here or self._waits_elsewhere(bot, address, now)

    def _waits_elsewhere(self, bot: str, address: str, now: datetime) -> bool:
        """Whether another chat of the bot waits that the database told us of."""
        waiting = [hash for (of, hash), until in self._hashes.items() if of == bot and until > now]
        return bool(waiting) and not set(waiting) <= set(self._hashes_of(bot, address))

    def _hashes_of(self, bot: str, address: str) -> Sequence[bytes]:
        return self._keys.find_any(ADDRESS, f"{bot}:{address}")

    def _is_busy(self, bot: str, address: str, now: datetime) -> bool:
        """Whether a chat was asked more often than a chat may be, the last time included."""
        chat = (bot, address)
        return self._people.is_busy(chat, now) or self._groups.is_busy(chat, now)

    def _left(self, until: datetime | None) -> float:
        return 0.0 if until is None else max(0.0, (until - self._clock()).total_seconds())

    # In the transaction

    def _keep_chat(
        self, connection: Connection, bot: str, address: str, until: datetime, now: datetime
    ) -> None:
        found = find_address(connection, self._keys, bot, address)
        if found is not None:
            budget.pause_chat(connection, found, until, now)


class _Asked:
    """When chats were asked lately, the longest unasked first."""

    def __init__(self, span: timedelta, most: int) -> None:
        """In `span` a chat may be asked `most` times."""
        self._span = span
        self._most = most
        self._times: OrderedDict[Chat, deque[datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def note(self, chat: Chat, now: datetime) -> None:
        times = self._times.get(chat)
        if times is None:
            times = self._times[chat] = deque(maxlen=self._most + 1)
        else:
            self._times.move_to_end(chat)
        times.append(now)
        if len(self._times) > CHATS_MOST:
            self._times.popitem(last=False)

    def is_busy(self, chat: Chat, now: datetime) -> bool:
        """Whether it was asked more often than it may be."""
        times = self._times.get(chat, ())
        return sum(time > now - self._span for time in times) > self._most


def _is_group(address: str) -> bool:
    """Telegram's numbers of groups are below nought."""
    return address.startswith("-")


def _read(
    connection: Connection, now: datetime
) -> tuple[Mapping[str, datetime], Mapping[tuple[str, bytes], datetime]]:
    return budget.paused(connection, now), budget.paused_chats(connection, now)
