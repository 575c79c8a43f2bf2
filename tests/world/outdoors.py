"""What outlives a process of the town."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.inbound import Inbound
from tests.world.telegram import Telegram

EVER = datetime.min.replace(tzinfo=UTC)
"""Before anything began."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says to the process itself, and says again until it is heard: a browser, or
    an organiser's command."""

    number: int
    inbound: Inbound | None = None
    act: str = ""
    category: str = ""


@dataclass(slots=True)
class Outdoors:
    """What outlives a process: Telegram, the clock, and what was said and not heard."""

    telegram: Telegram
    elapsed: float = 0.0
    jump: timedelta = timedelta(0)
    began: datetime = EVER
    """When this step began, by our clock."""
    release: int = 0
    said: list[Said] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    """Lines of the list of who was erased, in a file apart."""
    ended: set[str] = field(default_factory=set)
    """Lines of the list of votes that have ended."""
    vote_keys: set[str] = field(default_factory=set)
    """Votes whose key is there."""
    sealed: frozenset[bytes] = frozenset()
    """Marks and seals of ballots that were seen while a vote was open."""
    files: dict[str, bytes] = field(default_factory=dict)
    """The store of photos and voice notes, by their names."""
    expected: dict[str, float] = field(default_factory=dict)
    """Files whose rows are still to come, and since when."""
    mended: bool = False
    """What made some turns fail is put right."""
    sends_files: bool = False
    """Somebody here sends files."""
    hook: bool = False
    """Telegram brings updates, and is not asked for them."""
    matters: tuple[str, ...] = ()
    """What the town is about beside reports."""
    deaths: int = 0
    """Processes that died in this step."""
    doubled: int = 0
    numbers: int = 0

    def copy(self) -> Outdoors:
        return replace(
            self,
            telegram=self.telegram.copy(),
            said=list(self.said),
            erased=set(self.erased),
            ended=set(self.ended),
            vote_keys=set(self.vote_keys),
            files=dict(self.files),
            expected=dict(self.expected),
        )

    def changed(self) -> None:
        """Something was written beside the database: a death may come now."""
        self.telegram.version += 1
        self.telegram.effect()

    @property
    def seconds(self) -> float:
        """Since the town began, by our clock."""
        return self.telegram.clock() + self.telegram.jumped

    def number(self) -> int:
        self.numbers += 1
        return self.numbers
