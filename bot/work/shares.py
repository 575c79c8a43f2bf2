"""Which bots' replies this process sends, where several processes could."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from storage import outbox, walks
from storage.database import Connection, Database
from storage.later import kick

ASK = timedelta(seconds=5)
"""So often a process says that it has its bots still, or asks for them."""

SURE = outbox.LEASE - timedelta(seconds=5)
"""So long after it last said so it stops: another may take over a little later."""


class Shares:
    """The bots of one process, each under a lease. `holder` is a name of this process alone."""

    def __init__(
        self, database: Database, bots: Sequence[str], holder: str, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self.bots = frozenset(bots)
        self._holder = holder
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self._asked_at = datetime.min.replace(tzinfo=UTC)

    def has(self, bot: str) -> bool:
        """Whether this process may send for a bot now; one that nobody shares it always may."""
        if bot not in self.bots:
            return True
        until = self._until.get(bot)
        return until is not None and until > self._clock()

    async def ask(self) -> None:
        """Keep the bots, and take those that no other process has; not more often than `ASK`."""
        now = self._clock()
        if self.bots and now >= self._asked_at + ASK:
            taken = await self._database.write(_take, sorted(self.bots), self._holder, now)
            self._until = dict.fromkeys(taken, now + SURE)
            self._asked_at = now

    async def leave(self) -> None:
        """Let another process have them at once."""
        if self._until:
            now = self._clock()
            await self._database.write(_leave, list(self._until), self._holder, now)
            self._until = {}


def _take(connection: Connection, bots: Sequence[str], holder: str, now: datetime) -> list[str]:
    return [
        bot
        for bot in bots
        if walks.take(connection, _replies(bot), holder, now, outbox.LEASE) is not None
    ]


def _leave(connection: Connection, bots: Sequence[str], holder: str, now: datetime) -> None:
    for bot in bots:
        walks.release(connection, _replies(bot), holder, now)
    kick(connection, outbox.SEND, dedupe=outbox.SEND)


def _replies(bot: str) -> str:
    """The lease of a bot's replies, beside that of its announcements."""
    return f"{bot} replies"
