"""Every limit of the web chat, and the buckets that keep the limits on how often."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

COOKIE_DAYS = 30
"""A browser is known for so long after its last visit, as long as its history is kept."""
MAX_NONCE = 64
"""Signs of a form's nonce; ours have 22."""
MAX_FIELDS = 20
MAX_FILES = 12
"""Files of one form, a bound on work: how many photos a report takes is its flow's matter."""
READ_FILES = 20 * MAX_FILES
"""Files that are read, to say that they were too many: a gallery is quickly marked whole."""
DRAIN_TIMES = 4
"""A body over its limit is read on and thrown away up to so many times the limit: a browser that
is cut off while it sends shows its own error page instead of our words."""
SHOWN_ENTRIES = 60
"""The newest entries on the page; earlier ones stand behind a link, for slow lines."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_second`."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one deployment may set. Bytes, seconds and counts."""

    file_bytes: int = 10 * 1024 * 1024
    files_bytes: int = 30 * 1024 * 1024
    """All files of one form together."""
    form_bytes: int = 64 * 1024
    """A form without files: 4,096 characters of any script, percent-encoded, fit in."""
    voice_seconds: int = 90
    """The recorder in the page stops by itself then."""
    chat: Rate = Rate(24, 0.5)
    """Forms of one browser. Nobody who reads the questions is faster."""
    address: Rate = Rate(240, 4)
    """Forms from one network address, behind which a library or a village may sit."""
    starts: Rate = Rate(40, 0.05)
    """New chats from one network address."""
    pages: Rate = Rate(300, 10)
    """Pages, media and streams for one network address."""
    buckets: int = 20_000
    """Addresses or browsers remembered at a time, for each kind of limit."""
    streams: int = 2_000
    streams_per_chat: int = 5
    """Tabs that hear news by themselves; the oldest gives way."""
    heartbeat: float = 20
    """Seconds between signs of life on a stream, below the idle limit of common proxies."""
    settle: float = 2.5
    """Seconds that a page without scripts waits for the answer to what was just sent."""
    upload: float = 300
    """Seconds that reading one form may take; 30 MB at 100 kB/s."""
    cleaners: int = 2
    """Files cleaned at the same time: a decoded photo takes much memory."""


class Buckets:
    """Token buckets by key, in memory. Losing them at a restart only forgives."""

    def __init__(self, rate: Rate, most: int) -> None:
        self._rate = rate
        self._most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str, now: float) -> float:
        """Take a token. Returns 0, or the seconds until there is one (none is taken)."""
        level, then = self._levels.pop(key, (self._rate.burst, now))
        # A clock that jumps back gives nothing and takes nothing.
        level = min(self._rate.burst, level + max(0.0, now - then) * self._rate.per_second)
        granted = level >= 1
        self._levels[key] = (level - 1 if granted else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return 0.0 if granted else max((1 - level) / self._rate.per_second, 0.001)
