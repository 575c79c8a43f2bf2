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
would silence everybody, perhaps for hours; hence the third rule. A bot's wait stands in the
database, where all processes see it and a restart finds it. A chat's stands on what is owed to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from storage import budget
from storage.database import Database

CHAT_SECOND = 1
"""So often a chat may be asked in a second (core.telegram.org/bots/faq, "hitting limits")."""

GROUP_MINUTE = 20
"""So often a group may be asked in a minute (the same)."""

CHATS_MOST = 1000
"""Chats whose last requests are remembered, before those of a minute ago are forgotten."""

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)

Chat = tuple[str, str]
"""Bot and address."""


class Pauses:
    """Of one process. `clock` is the wall's: the waits outlive the process."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._bots: dict[str, datetime] = {}
        self._unkept: dict[str, datetime] = {}
        """Bots' waits that the database has not taken yet."""
        self._chats: dict[Chat, datetime] = {}
        self._asked: dict[Chat, deque[datetime]] = {}

    async def load(self) -> None:
        """Know what other processes were told, and this one before it was started again."""
        found: Mapping[str, datetime] = await self._database.read(budget.paused, self._clock())
        for bot, until in found.items():
            self._bots[bot] = max(until, self._bots.get(bot, until))

    def bot_seconds(self, bot: str) -> float:
        """How long the whole bot must be silent yet; 0 for not at all."""
        return self._left(self._bots.get(bot))

    def chat_seconds(self, bot: str, address: str) -> float:
        """How long this chat must be left alone yet."""
        return self._left(self._chats.get((bot, address)))

    def asked(self, bot: str, address: str) -> None:
        """A request that names this chat is on its way."""
        now = self._clock()
        if len(self._asked) >= CHATS_MOST:
            self._forget(now)
        times = self._asked.setdefault((bot, address), deque(maxlen=GROUP_MINUTE + 1))
        times.append(now)

    async def told(self, bot: str, address: str | None, seconds: float) -> bool:
        """The channel wants silence for so long; `address` where the request named a chat.
        Whether it is the whole bot's, which is kept when this returns."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        if address is not None and not self._is_the_bots(bot, address, now):
            self._chats[bot, address] = until
            return False
        self._bots[bot] = max(until, self._bots.get(bot, until))
        self._unkept[bot] = self._bots[bot]
        await self.keep(bot)
        return True

    async def keep(self, bot: str) -> None:
        """Make sure that the database knows of a bot's wait."""
        until = self._unkept.get(bot)
        if until is not None:
            await self._database.write(budget.pause, bot, until, self._clock())
            self._unkept.pop(bot, None)

    def _is_the_bots(self, bot: str, address: str, now: datetime) -> bool:
        if not self._is_busy(bot, address, now):
            return True
        return any(
            other != (bot, address) and other[0] == bot and until > now
            for other, until in self._chats.items()
        )

    def _is_busy(self, bot: str, address: str, now: datetime) -> bool:
        """Whether a chat was asked more often than a chat may be, the last time included."""
        times = self._asked.get((bot, address), ())
        in_second = sum(time > now - _SECOND for time in times)
        in_minute = sum(time > now - _MINUTE for time in times)
        # Telegram's numbers of groups are below nought.
        return in_second > CHAT_SECOND or (address.startswith("-") and in_minute > GROUP_MINUTE)

    def _left(self, until: datetime | None) -> float:
        return 0.0 if until is None else max(0.0, (until - self._clock()).total_seconds())

    def _forget(self, now: datetime) -> None:
        self._asked = {
            chat: times for chat, times in self._asked.items() if times[-1] > now - _MINUTE
        }
        self._chats = {chat: until for chat, until in self._chats.items() if until > now}
