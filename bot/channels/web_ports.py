"""What the web chat is handed: the town behind it, and the place where files are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.inbound import Attachment, Inbound, Unusable
from bot.domain.inbox import Entry, InboxChange


class Town(Protocol):
    """The conversations and the inboxes. `bot` is `<country>/web`, `address` a browser's id."""

    async def take(self, inbound: Inbound) -> None:
        """Take one turn. Replies come later, through `WebChat.send`; so does the resident's own
        bubble, as an `Echo`, unless the update was seen before or must leave no trace."""

    async def settled(self, bot: str, address: str, seconds: float) -> None:
        """Wait until nothing is owed to this address, or the time is over."""

    async def entries(self, bot: str, address: str, after: int = 0) -> list[Entry]:
        """The inbox in the order of its numbers, from those above `after` on."""

    async def keep(
        self, bot: str, address: str, changes: Sequence[tuple[str, InboxChange]]
    ) -> None:
        """Apply the changes of operations, each with the operation's id, all at once.

        Operations come in order and each counts once: one that was taken before changes nothing.
        A question takes the fleeting entries before it away, unless it is fleeting itself.
        """

    async def wipe(self, bot: str, address: str) -> None:
        """Remove every entry of this address, at the browser's wish."""

    async def own_data(self, bot: str, address: str) -> bytes | None:
        """Everything that is kept of whoever is behind this address, as JSON; None for nobody."""


class Files(Protocol):
    """Photos and voices. Both functions block: they are called in the executor."""

    def take(self, data: bytes, declared: str) -> Attachment | Unusable:
        """Clean and keep a file; `declared` is the media type its sender named."""

    def open(self, name: str) -> bytes | None:
        """What is kept under a name; None when it is gone."""
