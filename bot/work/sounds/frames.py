"""What every reader of sounds returns, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.files import SOUND_SECONDS_MOST
from bot.work.cleaned import MAX_PARTS, Reason


@dataclass(frozen=True, slots=True)
class Frames:
    """A rebuilt file: its media type, its bytes and how long it lasts."""

    type: Literal["audio/ogg", "audio/mpeg", "audio/aac"]
    data: bytes
    seconds: float


class Refused(Exception):
    """A reader's way out of its loops; never leaves the package, it becomes `Unusable`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def check_length(seconds: float) -> None:
    """Stop reading once the sound is too long, so that time spent is bounded as well."""
    if seconds > SOUND_SECONDS_MOST:
        raise Refused("too_long")


def check_parts(count: int) -> None:
    """Stop at a file cut into so many parts that walking it is the attack."""
    if count > MAX_PARTS:
        raise Refused("broken")
