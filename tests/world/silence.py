"""A wait that Telegram asks of a whole bot, and whether the bot kept it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Silence:
    """What the bot knows of a wait that is meant for all of it, and whether it kept it.

    It knows once a chat is refused that was asked no more than a chat may be, or two are: no
    field says whom a wait is for. The same chat it must leave alone in any case.
    """

    told: set[int] = field(default_factory=set)
    known: bool = False
    asked: dict[int, list[float]] = field(default_factory=dict)
    broken: str = ""
    """The first request that should not have left."""

    def copy(self) -> Silence:
        asked = {chat: list(times) for chat, times in self.asked.items()}
        return Silence(set(self.told), self.known, asked, self.broken)

    def begin(self) -> None:
        """A new wait, of which nobody has heard yet."""
        self.told.clear()
        self.known = False

    def note(self, chat: int, now: float) -> None:
        recent = [time for time in self.asked.get(chat, ()) if time > now - 1]
        self.asked[chat] = [*recent, now]

    def hear(self, chat: int | None, now: float) -> None:
        """The bot has the answer in its hands."""
        times = [] if chat is None else [t for t in self.asked.get(chat, ()) if t > now - 1]
        if chat is not None:
            self.told.add(chat)
        self.known = self.known or len(times) <= 1 or len(self.told) > 1

    def ask(self, chat: int, method: str) -> None:
        """A request leaves while the time is not over."""
        if (self.known or chat in self.told) and not self.broken:
            self.broken = f"{method} to {chat} asked too soon after a wait for the whole bot"
