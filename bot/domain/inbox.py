"""The web chat's history of one browser: what was said, already in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.operations import PutOut, Wipe


@dataclass(frozen=True, slots=True)
class ShownButton:
    """A button in words."""

    key: str
    label: str
    emoji: str = ""
    description: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One bubble. `number` grows within one address and is 0 until the entry is stored.

    `mine` are the resident's own. `conversation` and `serial` are set on a question; it is `open`
    until its buttons are put out. A fleeting entry goes when the next question comes that is
    not fleeting itself; one with a lock goes with the question it belongs to, when any other comes
    that has one.
    """

    number: int
    at: datetime
    mine: bool
    text: str
    language: str
    conversation: str = ""
    serial: int = 0
    open: bool = False
    buttons: tuple[ShownButton, ...] = ()
    controls: tuple[ShownButton, ...] = ()
    wants: tuple[str, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    media: tuple[tuple[str, str], ...] = ()
    """Kind and name in the media store of what the resident sent with it."""
    fleeting: bool = False
    link: str = ""
    """Where a press on the text leads, below the country's page."""
    lock: str = ""
    """The name of a key that is destroyed one day, and that this is sealed with where it stands.
    As it is stored, such an entry has its lock, and everything else sealed in `text`."""
    alt: str = ""
    """What the picture of an announcement shows."""
    opens: tuple[ShownButton, ...] = ()
    """Buttons that stay good: each gives the command in its key."""
    out: tuple[str, str] = ("", "")
    """A link: its label and its address, which stands below the country's page where it is no
    whole one."""


InboxChange = Entry | PutOut | Wipe
"""What an operation does to an inbox."""
