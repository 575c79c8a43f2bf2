"""Opus in Ogg: read from any, written anew (RFC 3533, RFC 7845)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from bot.work.sounds.frames import Frames, Refused, check_length

RATE = 48_000
"""Opus counts time in 48,000ths of a second whatever was recorded (RFC 7845, section 4)."""
SERIAL = 1
PACKETS_A_PAGE = 50
"""A second at the usual 20 ms."""
MAX_PACKET = 1275 * 48 + 64
"""Forty-eight frames and their lengths; fits the 255 segments of one page."""
PAGE = struct.Struct("<4sBBqIIIB")
BEGINS, ENDS = 2, 4
EMPTY_TAGS = b"OpusTags" + bytes(8)
OTHER_SOUNDS = (b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def read(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return the OpusHead and the sound packets of a file that holds one Opus stream."""
    packets: list[bytes] = []
    rest: list[bytes] = []
    serials: set[int] = set()
    for serial, payload, lengths in _pages(data):
        if serial not in serials:
            _check_stream(payload, first=not serials)
            serials.add(serial)
        at = 0
        for length in lengths:
            rest.append(payload[at : at + length])
            at += length
            if length < 255:
                packets.append(b"".join(rest))
                rest = []
    if rest or len(packets) < 2 or not packets[1].startswith(b"OpusTags"):
        raise Refused("broken")
    return packets[0], packets[2:]


def write(head: bytes, packets: list[bytes]) -> Frames:
    """Lay packets into new pages, under a head of known fields and with empty tags."""
    head, skipped = _rebuild_head(head)
    packets = [packet for packet in packets if packet]
    pages = [_page(BEGINS, 0, 0, [head]), _page(0, 0, 1, [EMPTY_TAGS])]
    time = 0
    batch: list[bytes] = []
    segments = 0
    for index, packet in enumerate(packets):
        if len(packet) > MAX_PACKET:
            raise Refused("broken")
        batch.append(packet)
        segments += len(packet) // 255 + 1
        time += _samples(packet)
        check_length((time - skipped) / RATE)
        last = index == len(packets) - 1
        following = 0 if last else len(packets[index + 1]) // 255 + 1
        if last or len(batch) == PACKETS_A_PAGE or segments + following > 255:
            pages.append(_page(ENDS if last else 0, time, len(pages), batch))
            batch, segments = [], 0
    return Frames("audio/ogg", b"".join(pages), max(0, time - skipped) / RATE)


def _pages(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield each page's stream number, payload and segment lengths; pages must be seamless."""
    at = 0
    while at < len(data):
        sign, version, _, _, serial, _, checksum, count = PAGE.unpack_from(data, at)
        start = at + PAGE.size + count
        lengths = data[at + PAGE.size : start]
        end = start + sum(lengths)
        if sign != b"OggS" or version or len(lengths) < count or end > len(data):
            raise Refused("broken")
        if _checksum(data[at : at + 22] + bytes(4) + data[at + 26 : end]) != checksum:
            raise Refused("broken")
        yield serial, data[start:end], lengths
        at = end


def _check_stream(payload: bytes, *, first: bool) -> None:
    if payload.startswith(b"\x80theora"):
        raise Refused("video")
    if not first or payload.startswith(OTHER_SOUNDS):
        raise Refused("cannot_strip")
    if not payload.startswith(b"OpusHead"):
        raise Refused("broken")


def _rebuild_head(head: bytes) -> tuple[bytes, int]:
    """Return the 19 bytes of a mono or stereo OpusHead, and how many samples it skips."""
    sign, _, channels, skipped, rate, gain, family = struct.unpack_from("<8sBBHIhB", head)
    if sign != b"OpusHead":
        raise Refused("broken")
    if channels not in {1, 2} or family != 0:
        raise Refused("cannot_strip")
    return struct.pack("<8sBBHIhB", sign, 1, channels, skipped, rate, gain, 0), skipped


def _samples(packet: bytes) -> int:
    """How long a packet lasts, from its first byte (RFC 6716, section 3.1)."""
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = 120 << (config & 3)
    count = (1, 2, 2)[code] if code < 3 else packet[1] & 0x3F
    if not 0 < frame * count <= 5760:
        raise Refused("broken")
    return frame * count


def _page(flags: int, time: int, number: int, packets: list[bytes]) -> bytes:
    lengths = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    body = lengths + b"".join(packets)
    page = PAGE.pack(b"OggS", 0, flags, time, SERIAL, number, 0, len(lengths)) + body
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """Ogg's CRC is zlib's with the bits of every byte, and of the sum, the other way round."""
    total = zlib.crc32(page.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(total.to_bytes(4, "little").translate(REVERSED), "big")
