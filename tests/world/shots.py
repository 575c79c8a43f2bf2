"""Photos and voice notes that people send, by what Telegram calls them."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from io import BytesIO

from PIL import Image

from tests.media.sound_files import ogg, opus

SHARED = "the photo that goes round"
"""Several people have it: its content is kept once."""

BROKEN, GONE, VOICE = "no photo at all", "a photo that is gone", "a voice note"
"""What is no picture, what Telegram does not give out any more, and what is said."""


@cache
def content_of(file: str) -> bytes | None:
    """The bytes that Telegram has; None for what is gone there."""
    if file == GONE:
        return None
    if file == BROKEN:
        return b"This was a picture once."
    if file.startswith(VOICE):
        return ogg(opus(1.5))
    shade = blake2b(file.encode(), digest_size=3).digest()
    kept = BytesIO()
    Image.new("RGB", (8, 8), (shade[0], shade[1], shade[2])).save(kept, "JPEG")
    return kept.getvalue()
