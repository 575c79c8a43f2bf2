"""What cleaning a file may answer, and the limits it keeps beside those of `bot.domain.files`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_PIXELS = 50_000_000
"""Width times height before decoding. Decoded, this is up to 200 MB for a while."""
MAX_SIDE = 1600
"""Pixels of the longer side of what is kept: enough to read a sign, small on a slow line."""
MAX_SCANS = 64
"""A progressive JPEG has about ten. Thousands of empty ones cost minutes of processor time."""
MAX_PARTS = 200_000
"""Boxes or elements in one sound file; two minutes of sound have a tenth of that."""

Kind = Literal["photo", "voice"]
Reason = Literal[
    "empty",
    "too_large",
    "too_many_pixels",
    "too_long",
    "not_a_photo",
    "video",
    "broken",
    "cannot_strip",
]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file made anew, holding nothing but the picture or the sound.

    `type` is the media type of `data`, `sha256` its hexadecimal hash. A photo has `width` and
    `height` in pixels, a voice has `seconds`.
    """

    kind: Kind
    type: str
    data: bytes
    sha256: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a file is neither kept nor published; `not_a_photo` covers all that we do not know."""

    reason: Reason
