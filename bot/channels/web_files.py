"""Photos and voices on their way back to the browser that sent them."""

from __future__ import annotations

import re

from starlette.responses import Response

# The door that every file came in by makes these few kinds and no other.
_KINDS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"\xff", "audio/mpeg"),
)
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
MEDIA_HEADERS = {
    # Kept by this browser only, and not for long: "End this chat" cannot reach its cache.
    "cache-control": "private, max-age=300",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "accept-ranges": "bytes",
}


def media_type(data: bytes) -> str:
    """What a cleaned file is, by its first bytes; a download when it is none that we make."""
    return next((kind for head, kind in _KINDS if data.startswith(head)), "application/zip")


def serve_media(data: bytes, asked: str | None) -> Response:
    """The file, or the part of it that `asked` (a `Range` header) names: Safari plays no other."""
    found = _RANGE.fullmatch(asked or "")
    headers = dict(MEDIA_HEADERS)
    if found is None or not (found[1] or found[2]):
        return Response(data, media_type=media_type(data), headers=headers)
    size = len(data)
    if found[1]:
        start, stop = int(found[1]), min(int(found[2] or size), size - 1)
    else:
        start, stop = max(size - int(found[2]), 0), size - 1
    if start >= size or start > stop:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{size}"})
    headers["content-range"] = f"bytes {start}-{stop}/{size}"
    return Response(data[start : stop + 1], 206, headers, media_type(data))
