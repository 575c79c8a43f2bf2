"""Photos, voice notes and what is neither, in a Telegram message. Nothing is fetched here."""

from __future__ import annotations

from aiogram.types import Message

from bot.domain.files import BYTES_MOST, SOUND_SECONDS_MOST
from bot.domain.inbound import Attachment, Unusable

_PHOTO_NAMES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".heic": "image/heic", ".heif": "image/heif",
}  # fmt: skip
"""Some apps call every file `application/octet-stream`."""


def read_file(message: Message) -> Attachment | Unusable | None:
    """What a message brings as a file; None where it brings none."""
    if message.photo or (message.live_photo is not None and message.live_photo.photo):
        # Of a live photo, the still: its moving part is a video.
        sizes = message.photo or (message.live_photo.photo if message.live_photo else None) or []
        largest = max(sizes, key=lambda size: size.width * size.height)
        return _file(message, "photo", largest.file_id, largest.file_size, "image/jpeg")
    if message.voice is not None:
        voice = message.voice
        kind = voice.mime_type or "audio/ogg"
        return _file(message, "voice", voice.file_id, voice.file_size, kind, voice.duration)
    if message.audio is not None:
        audio = message.audio
        kind = audio.mime_type or "audio/mpeg"
        return _file(message, "voice", audio.file_id, audio.file_size, kind, audio.duration)
    # An animation comes with a document of the same file: it is a video without sound.
    if any((message.video, message.video_note, message.animation, message.live_photo)):
        return _unusable(message, "video", "video")
    if message.document is not None:
        document = message.document
        kind = document.mime_type or ""
        if not kind.startswith("image/"):
            ending = (document.file_name or "").lower().rpartition(".")[2]
            kind = _PHOTO_NAMES.get(f".{ending}", kind)
        if kind.startswith("image/"):
            return _file(message, "photo", document.file_id, document.file_size, kind)
        reason = "video" if kind.startswith("video/") else "document"
        return _unusable(message, reason, "file")
    return None


def _unusable(message: Message, reason: str, kind: str) -> Unusable:
    return Unusable(reason, kind, message.media_group_id or "", message.caption or "")


def _file(
    message: Message, kind: str, id: str, size: int | None, type: str, seconds: int | None = None
) -> Attachment | Unusable:
    """Refused at once where Telegram says already that it is too much."""
    if (size or 0) > BYTES_MOST[kind]:
        return _unusable(message, "too_large", kind)
    if (seconds or 0) > SOUND_SECONDS_MOST:
        return _unusable(message, "too_long", kind)
    return Attachment(
        kind,
        "",
        type,
        size or 0,
        None if seconds is None else float(seconds),
        album=message.media_group_id or "",
        caption=message.caption or "",
        file=id,
        position=message.message_id,
    )
