"""Files that residents send: how large they may be, and what came of fetching one."""

from __future__ import annotations

from dataclasses import dataclass

PHOTO_BYTES_MOST = 10 * 1024 * 1024
SOUND_BYTES_MOST = 5 * 1024 * 1024
SOUND_SECONDS_MOST = 120
"""A little over what flows ask for, as recorders stop late."""

BYTES_MOST = {"photo": PHOTO_BYTES_MOST, "voice": SOUND_BYTES_MOST}
"""By a file's kind. Less than what any channel hands to a bot (Telegram: 20 MB)."""

WAITING, KEPT, REFUSED, FAILED = "waiting", "kept", "refused", "failed"
"""States of a file: still at the channel; kept; what it is cannot be kept; could not be had."""

NOT_FETCHED = "not_fetched"
"""Why a file failed that could not be had for as long as it was tried."""

TOO_MANY = "too_many"
"""Why one was refused when its question had enough of them."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The whole file, as the channel has it."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """It will never be had; `reason` is a code such as `too_large`."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """Not now. `seconds` is how long the channel wants to be left alone, 0 where it said
    nothing."""

    reason: str
    seconds: float = 0.0


Fetching = Fetched | Lost | NotYet
