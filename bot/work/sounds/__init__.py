"""Voices put into a new container: the coded frames and what a player needs, nothing more.

Opus comes as Ogg (Telegram, Firefox), WebM (Chrome) or MP4, and leaves as Ogg; AAC comes as MP4
(iPhones) or bare, and leaves as bare ADTS frames; MP3 leaves as MP3. Nothing is decoded, so
a program's name that an encoder hides within its first frame (LAME, Lavc) stays.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Literal, assert_never

from bot.domain.files import SOUND_SECONDS_MOST
from bot.work.cleaned import Cleaned, Unusable
from bot.work.sounds import mp4, mpeg, ogg, webm
from bot.work.sounds.frames import Frames, Refused


def clean_sound(
    data: bytes, what: Literal["ogg", "webm", "mp4", "mp3", "aac"]
) -> Cleaned | Unusable:
    """Rebuild a sound; one of over `SOUND_SECONDS_MOST` is refused rather than cut."""
    try:
        frames = _read(data, what)
    except Refused as refused:
        return Unusable(refused.reason)
    except (struct.error, LookupError, ValueError, OverflowError):
        # A box that is not there, or a length or table that points outside the file.
        return Unusable("broken")
    if not frames.seconds > 0:
        return Unusable("empty")
    if frames.seconds > SOUND_SECONDS_MOST:
        return Unusable("too_long")
    return Cleaned(
        kind="voice",
        type=frames.type,
        data=frames.data,
        sha256=hashlib.sha256(frames.data).hexdigest(),
        seconds=frames.seconds,
    )


def _read(data: bytes, what: Literal["ogg", "webm", "mp4", "mp3", "aac"]) -> Frames:
    match what:
        case "ogg":
            return ogg.write(*ogg.read(data))
        case "webm":
            return ogg.write(*webm.read(data))
        case "mp4":
            return mp4.read(data)
        case "mp3":
            return mpeg.read_mp3(data)
        case "aac":
            return mpeg.read_adts(data)
        case _:
            assert_never(what)
