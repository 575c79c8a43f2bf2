"""Waits that Telegram asks for, and whether the bot kept them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

HAIR = 0.001
"""Seconds that do not count: our clock tells microseconds, and timers may fire that much early."""

ALL = 0
"""Whom a wait is for, in the place of a chat: the whole bot."""

WHOSE, FORGOTTEN, UNDER_WAY = (
    "asked too soon, whose wait it was is told nowhere",
    "asked too soon, the wait was forgotten",
    "asked too soon, before the wait began",
)
"""Requests within a wait that nobody could have held back. Any other is a fault."""


@dataclass(slots=True)
class Silence:
    """The waits, and what the bot knows of them. All times are the world's seconds.

    What it was told it knows, also after a death: it is kept as soon as it is heard. No field says
    whom a wait is for. One of a chat that was asked no more than a chat may be, or while another
    chat waits, is the whole bot's; any other is taken for the chat's.
    """

    closed: dict[int, float] = field(default_factory=dict)
    """Until when Telegram takes nothing for a chat, or for `ALL`."""
    chats: dict[int, float] = field(default_factory=dict)
    """Until when the bot must leave those chats alone whose wait was taken for theirs."""
    whole: float = 0.0
    """Until when it must be silent altogether, as it knows."""
    forgotten: float = 0.0
    """Waits that are over by then may be known to nobody."""
    asked: dict[int, list[float]] = field(default_factory=dict)
    """When each chat was asked lately by the process that lives now."""
    broken: str = ""
    """The first request that should not have left."""

    def copy(self) -> Silence:
        asked = {chat: list(times) for chat, times in self.asked.items()}
        return replace(self, closed=dict(self.closed), chats=dict(self.chats), asked=asked)

    def begin(self) -> None:
        """A process begins, which has asked for nothing yet."""
        self.asked.clear()

    def forget(self) -> None:
        """A log lost its end, an older database is laid down, or our clock jumps: nobody knows
        anything more of the waits until now."""
        self.chats.clear()
        self.whole = 0.0
        self.forgotten = max(self.closed.values(), default=0.0)

    def left(self, chat: int, now: float) -> float:
        """For how long Telegram takes nothing for this chat; 0 where it does."""
        left = max(self.closed.get(whom, 0.0) for whom in (chat, ALL)) - now
        return left if left > HAIR else 0.0

    def hear(self, chat: int, now: float) -> None:
        """The bot has it in its hands that what it asked for a chat must wait."""
        until = now + self.left(chat, now)
        often = sum(time > now - 1 for time in self.asked.get(chat, ())) > 1
        others = any(end > now for other, end in self.chats.items() if other != chat)
        if often and not others:
            self.chats[chat] = until
        else:
            self.whole = max(self.whole, until)

    def ask(self, chat: int, now: float) -> str:
        """A request leaves, for a chat or for none of them (`ALL`). What kind of too soon it is,
        if it is; '' for none."""
        if chat != ALL:
            recent = [time for time in self.asked.get(chat, ()) if time > now - 1]
            self.asked[chat] = [*recent, now]
        left = self.left(chat, now)
        if not left:
            return ""
        if self.whole <= now and self.chats.get(chat, 0.0) <= now:
            if any(end > now for end in self.chats.values()):
                return WHOSE
            if now + left <= self.forgotten + HAIR:
                return FORGOTTEN
        self.broken = self.broken or f"asked too soon, and nothing excuses it: {chat or 'no chat'}"
        return ""
