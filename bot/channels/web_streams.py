"""Open pages hear news by themselves: server-sent events, each from what stands in the inbox.

Nothing is remembered of a stream but how far it got. A wake only says "look again", so that a
lost one, a second process or a reconnection all end in the same page.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import islice

from bot.domain.inbox import Entry

Chat = tuple[str, str]
"""Bot and address."""
Read = Callable[[int], Awaitable[list[Entry]]]
Render = Callable[[Entry], str]
State = Callable[[Sequence[Entry]], str]
RECONNECT_MS = 2_000


class _Bell:
    """Wakes one stream; `silent` ends it."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.silent = False


class Streams:
    """The open streams of this process."""

    def __init__(self, most: int, per_chat: int, heartbeat: float) -> None:
        self._most = most
        self._per_chat = per_chat
        self._heartbeat = heartbeat
        self._bells: OrderedDict[_Bell, Chat] = OrderedDict()
        self._by_chat: dict[Chat, list[_Bell]] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._bells)

    def wake(self, chat: Chat) -> None:
        """Something may have changed for this chat."""
        for bell in self._by_chat.get(chat, ()):
            bell.event.set()

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        for bell in self._bells:
            bell.silent = True
            bell.event.set()

    async def follow(
        self, chat: Chat, after: int, read: Read, render: Render, state: State
    ) -> AsyncIterator[bytes]:
        """Events from entry `after` on, until the page leaves.

        `entry` is a new bubble as HTML; `state` tells, as JSON, what is still open; `reset` asks
        the page to load itself anew, when what it shows is gone.
        """
        bell = self._open(chat)
        try:
            yield f"retry: {RECONNECT_MS}\n\n".encode()
            last, low, lasting = after, 0, 0
            while not bell.silent:
                bell.event.clear()
                entries = await read(max(low - 1, 0))
                if _gone(entries, lasting) if low else _nothing_of_it(entries, last):
                    yield event("reset", "")
                    return
                for entry in entries:
                    if entry.number > last:
                        last = entry.number
                        yield event("entry", render(entry), last)
                yield event("state", state(entries))
                lasting = max((e.number for e in entries if not e.fleeting), default=lasting)
                low = min(_low(entries, last), lasting or last)
                try:
                    await asyncio.wait_for(bell.event.wait(), self._heartbeat)
                except TimeoutError:
                    # And look: another process may have put something there.
                    yield b": still here\n\n"
        finally:
            self._leave(bell)

    def _open(self, chat: Chat) -> _Bell:
        bell = _Bell()
        bell.silent = self._closed
        of_chat = self._by_chat.setdefault(chat, [])
        crowd = of_chat[: len(of_chat) + 1 - self._per_chat]
        # Those told to end before may not have come to it yet.
        crowd += islice(self._bells, max(0, len(self._bells) + 1 - self._most))
        for other in crowd:
            other.silent = True
            other.event.set()
        of_chat.append(bell)
        self._bells[bell] = chat
        return bell

    def _leave(self, bell: _Bell) -> None:
        chat = self._bells.pop(bell)
        of_chat = self._by_chat[chat]
        of_chat.remove(bell)
        if not of_chat:
            del self._by_chat[chat]


def event(name: str, data: str, number: int | None = None) -> bytes:
    """One event as the HTML standard writes it; line breaks in `data` are kept."""
    lines = [] if number is None else [f"id: {number}"]
    lines.append(f"event: {name}")
    # Only these three end a line there; `splitlines` would also break at U+2028 and lose it.
    data = data.replace("\r\n", "\n").replace("\r", "\n")
    lines += [f"data: {line}" for line in data.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def _low(entries: Sequence[Entry], last: int) -> int:
    """The first entry that may still change: what is open or fleeting, else the newest."""
    return min((entry.number for entry in entries if entry.open or entry.fleeting), default=last)


def _gone(entries: Sequence[Entry], lasting: int) -> bool:
    """Whether the chat was wiped, from here or elsewhere: `lasting`, the newest entry that does
    not go by itself, is kept no longer. A goodbye may stand in its place already."""
    if not lasting:
        return not entries
    return all(entry.number != lasting for entry in entries)


def _nothing_of_it(entries: Sequence[Entry], last: int) -> bool:
    """Whether nothing is kept of what a page shows that knows entries up to `last`."""
    return last > 0 and not (entries and entries[0].number <= last <= entries[-1].number)
