"""Opus in WebM, as browsers record it (RFC 8794; Matroska, RFC 9559)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.work.sounds.frames import Refused, check_parts

SEGMENT, CLUSTER, GROUP = 0x18538067, 0x1F43B675, 0xA0
# Walked into wherever they stand. A live recording leaves the lengths of the first two open.
ENTERED = {SEGMENT, CLUSTER, GROUP}
TRACKS, TRACK = 0x1654AE6B, 0xAE
NUMBER, TYPE, CODEC, HEAD, ENCODINGS = 0xD7, 0x83, 0x86, 0x63A2, 0x6D80
SIMPLE_BLOCK, BLOCK = 0xA3, 0xA1
VIDEO, SOUND = 1, 2
LACING = 0x06


def read(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return the OpusHead and the packets of the only sound track; all else is left behind."""
    number, head = 0, b""
    packets: list[bytes] = []
    for kind, body in _elements(data, ENTERED):
        if kind == TRACKS:
            number, head = _read_tracks(body)
        elif kind in {SIMPLE_BLOCK, BLOCK}:
            track, at = _read_number(body, 0)
            if track != number:
                continue
            # Two bytes of time, one of flags. Several packets laced into one block are allowed,
            # and no browser makes them.
            if body[at + 2] & LACING:
                raise Refused("cannot_strip")
            packets.append(body[at + 3 :])
    if not head:
        raise Refused("broken")
    return head, packets


def _read_tracks(tracks: bytes) -> tuple[int, bytes]:
    found: list[tuple[int, bytes]] = []
    for kind, track in _elements(tracks, set()):
        if kind != TRACK:
            continue
        fields = dict(_elements(track, set()))
        purpose = int.from_bytes(fields.get(TYPE, b""), "big")
        if purpose == VIDEO:
            raise Refused("video")
        if purpose == SOUND:
            if fields.get(CODEC, b"").rstrip(b"\0") != b"A_OPUS" or ENCODINGS in fields:
                raise Refused("cannot_strip")
            found.append((int.from_bytes(fields.get(NUMBER, b""), "big"), fields.get(HEAD, b"")))
    if len(found) != 1:
        raise Refused("cannot_strip")
    return found[0]


def _elements(data: bytes, entered: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the id and content of each element in turn, with those of `entered` opened flat."""
    at = count = 0
    while at < len(data):
        count += 1
        check_parts(count)
        width = 9 - data[at].bit_length()
        kind = int.from_bytes(data[at : at + width], "big")
        length, at = _read_number(data, at + width)
        if kind in entered:
            continue
        if length < 0 or at + length > len(data):
            raise Refused("broken")
        yield kind, data[at : at + length]
        at += length


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number whose leading zeros tell its width; -1 where all its bits say "unknown"."""
    width = 9 - data[at].bit_length()
    if width > 8 or at + width > len(data):
        raise Refused("broken")
    mask = (1 << 7 * width) - 1
    value = int.from_bytes(data[at : at + width], "big") & mask
    return (-1 if value == mask else value), at + width
