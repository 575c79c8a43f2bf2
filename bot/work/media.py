"""The one door through which every file comes in: what it really is, and what is kept of it.

Nothing is stripped in place. A photo is decoded and drawn into a new JPEG, a sound's coded frames
are taken out and put into a new container, so metadata that nobody has thought of stays behind as
well. The original is never kept. The libraries load when the first photo comes.
"""

from __future__ import annotations

from typing import Literal

from bot.domain.files import PHOTO_BYTES_MOST, SOUND_BYTES_MOST
from bot.work.cleaned import Cleaned, Kind, Reason, Unusable

__all__ = ["Cleaned", "Kind", "Reason", "Unusable", "clean", "sniff"]

Photo = Literal["jpeg", "png", "webp", "gif", "heif"]
Sound = Literal["ogg", "webm", "mp4", "mp3", "aac"]
# Sounds that we know and cannot rebuild: WAV, FLAC, AMR.
Sealed = Literal["sealed"]
Sniffed = Photo | Sound | Sealed | Literal["video", "unknown"]

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# A brand of video only. An `isom` or `mp42` file may hold sound alone, so its tracks decide.
VIDEO_BRANDS = (b"qt  ",)
VIDEO_HEADS = (
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG programme stream
    b"\x00\x00\x01\xb3",  # MPEG video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # Windows Media
)


def sniff(data: bytes) -> Sniffed:
    """Tell from its first bytes what a file is; a name and a declared type prove nothing."""
    head = data[:16]
    match head[:4], head[4:8], head[8:12]:
        case (b"RIFF", _, form):
            if form == b"WEBP":
                return "webp"
            return "video" if form == b"AVI " else "sealed" if form == b"WAVE" else "unknown"
        case (_, b"ftyp", brand):
            if brand in HEIF_BRANDS:
                return "heif"
            return "video" if brand in VIDEO_BRANDS else "unknown" if brand == b"avif" else "mp4"
        case (b"OggS", _, _):
            return "ogg"
        case (b"\x1a\x45\xdf\xa3", _, _):
            return "webm"
        case (b"fLaC", _, _):
            return "sealed"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head.startswith(b"#!AMR"):
        return "sealed"
    if head.startswith(VIDEO_HEADS):
        return "video"
    return _sniff_frames(data)


def clean(data: bytes, declared: str) -> Cleaned | Unusable:
    """Make a photo or a voice anew without its metadata, or say why it is not kept.

    Depends on the bytes alone and never raises, whatever they are. `declared` is the media type
    that the sender named; it only chooses between reasons, where the bytes leave that open.
    May take a second of processor time: call it in an executor.
    """
    if not data:
        return Unusable("empty")
    what = sniff(data)
    try:
        match what:
            case "jpeg" | "png" | "webp" | "gif" | "heif":
                if len(data) > PHOTO_BYTES_MOST:
                    return Unusable("too_large")
                from bot.work.photos import clean_photo

                return clean_photo(data, what)
            case "ogg" | "webm" | "mp4" | "mp3" | "aac":
                if len(data) > SOUND_BYTES_MOST:
                    return Unusable("video" if declared.startswith("video/") else "too_large")
                from bot.work.sounds import clean_sound

                return clean_sound(data, what)
            case "sealed":
                return Unusable("cannot_strip")
            case "video":
                return Unusable("video")
            case "unknown":
                return Unusable("video" if declared.startswith("video/") else "not_a_photo")
    except ImportError:
        # A machine without the library must not publish what it could not clean.
        return Unusable("cannot_strip")


def _sniff_frames(data: bytes) -> Sniffed:
    """Tell MP3 from ADTS by the first frame, which may stand behind an ID3 tag."""
    at = 0
    if data[:3] == b"ID3" and len(data) > 10:
        from bot.work.sounds.mpeg import id3_length

        at = id3_length(data, 0)
    if len(data) < at + 2 or data[at] != 0xFF:
        return "unknown"
    if data[at + 1] & 0xF6 == 0xF0:
        return "aac"
    # MPEG 1, 2 or 2.5, layer III.
    return "mp3" if data[at + 1] & 0xE6 == 0xE2 and data[at + 1] & 0x18 != 0x08 else "unknown"
