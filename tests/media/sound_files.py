"""Sounds that tell who recorded them where, made by hand for tests."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from io import BytesIO

from mutagen.aac import AAC
from mutagen.mp3 import MP3
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

SERIAL = b"SN-9482-7731"
OWNER = b"Ada Example"
PLACE = b"-34.9058731-056.1881/"
SECRETS = (SERIAL, OWNER, PLACE)
TAGS = b"".join(SECRETS)

HEAD = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, 312, 48_000, 0, 0)
SPEECH = bytes([0x08]) + bytes(range(60))
"""An Opus packet of 20 ms (configuration 1, one frame)."""


def opus(seconds: float) -> list[bytes]:
    """Packets of that many seconds beyond those that the head skips."""
    return [SPEECH] * (round(seconds * 50) + 1)


def ogg(
    packets: Iterable[bytes], head: bytes = HEAD, codec: bytes = b"OpusTags", serial: int = 77
) -> bytes:
    """One stream with a vendor, comments and padding, paged by mutagen."""
    comment = b"ARTIST=" + TAGS
    tags = codec + struct.pack("<I", len(OWNER)) + OWNER + struct.pack("<II", 1, len(comment))
    pages: list[OggPage] = []
    for packet in (head, tags + comment + b"\x01" + SERIAL * 40, *packets):
        pages += OggPage.from_packets([packet], len(pages))  # type: ignore[no-untyped-call]
    for page in pages:
        page.serial = serial
    pages[0].first = pages[-1].last = True
    return b"".join(page.write() for page in pages)  # type: ignore[no-untyped-call]


def element(kind: int, body: bytes, *, live: bool = False) -> bytes:
    """An EBML element, with its length left open where it is recorded `live`."""
    size = b"\x01" + (b"\xff" * 7 if live else len(body).to_bytes(7, "big"))
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + size + body


def webm(
    packets: Iterable[bytes],
    *,
    live: bool = True,
    codec: bytes = b"A_OPUS",
    kinds: Iterable[int] = (2,),
    flags: int = 0x80,
) -> bytes:
    """As a browser records it, with title, tags and an attached file."""
    tracks = b"".join(
        element(
            0xAE,
            element(0xD7, bytes([number]))
            + element(0x83, bytes([kind]))
            + element(0x536E, OWNER)
            + element(0x86, codec)
            + element(0x63A2, HEAD),
        )
        for number, kind in enumerate(kinds, 1)
    )
    blocks = b"".join(
        element(0xA3, b"\x81\0\0" + bytes([flags]) + packet)
        if number % 2
        else element(0xA0, element(0xA1, b"\x81\0\0" + bytes([flags & 6]) + packet))
        for number, packet in enumerate(packets)
    )
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(
        0x18538067,
        element(0x1549A966, element(0x7BA9, TAGS) + element(0x4D80, OWNER))
        + element(0x1654AE6B, tracks)
        + element(0x1F43B675, element(0xE7, b"\0") + blocks, live=live)
        + element(0x1254C367, element(0x7373, TAGS))
        + element(0x1941A469, element(0x61A7, SERIAL)),
        live=live,
    )


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, name) + body


AAC_FRAME = b"\x01\x40\x22" + bytes(range(80))
AAC_RATE = 16_000
# Low complexity, 16 kHz, mono; between the usual descriptors of a stream.
ESDS = bytes(4) + b"\x03\x19\0\x01\0\x04\x11\x40\x15" + bytes(11) + b"\x05\x02\x14\x08\x06\x01\x02"
D_OPS = struct.pack(">BBHIhB", 0, 1, 312, 48_000, 0, 0)


def mp4(
    frames: list[bytes],
    *,
    entry: bytes = b"mp4a",
    setup: bytes | None = None,
    handler: bytes = b"soun",
    fragmented: bool = False,
) -> bytes:
    """A telephone's recording: place in `udta`, names in handlers, and leavings in `mdat`."""
    setup = box(b"esds", ESDS) if setup is None else setup
    stsd = box(b"stsd", bytes(4), struct.pack(">I", 1), box(entry, bytes(28), setup))
    sizes = [len(frame) for frame in frames]
    ftyp = box(b"ftyp", b"M4A \0\0\0\0", OWNER[:4])
    user = box(b"udta", box(b"\xa9xyz", PLACE), box(b"meta", TAGS))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), OWNER)

    def moov(first: int, count: int) -> bytes:
        table = [
            stsd,
            box(b"stsz", bytes(4), struct.pack(f">II{count}I", 0, count, *sizes[:count])),
        ]
        if count:
            # Two frames to a chunk, with something that no table speaks of behind each.
            starts, at = [], first
            for index in range(0, count, 2):
                starts.append(at)
                at += sum(sizes[index : index + 2]) + len(SERIAL)
            table.append(box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 2, 1)))
            table.append(
                box(b"stco", bytes(4), struct.pack(f">I{len(starts)}I", len(starts), *starts))
            )
        media = box(b"mdia", box(b"mdhd", SERIAL), hdlr, box(b"minf", box(b"stbl", *table)))
        more = box(b"mvex", box(b"trex", bytes(24)))
        return box(b"moov", box(b"mvhd", SERIAL), box(b"trak", media), user, more)

    if fragmented:
        run = struct.pack(f">II{len(sizes)}I", 0x201, len(sizes), *sizes)
        fixed = struct.pack(">I", 0x020000) + struct.pack(">I", 1)
        head = len(box(b"moof", box(b"traf", box(b"tfhd", fixed), box(b"trun", run + bytes(4)))))
        run = run[:8] + struct.pack(">I", head + 8 + len(SERIAL)) + run[8:]
        moof = box(b"moof", box(b"traf", box(b"tfhd", fixed), box(b"trun", run)))
        return ftyp + moov(0, 0) + moof + box(b"mdat", SERIAL, *frames)
    pairs = [b"".join(frames[index : index + 2]) + SERIAL for index in range(0, len(frames), 2)]
    start = len(ftyp) + len(moov(0, len(frames))) + 8
    return ftyp + moov(start, len(frames)) + box(b"mdat", *pairs) + box(b"uuid", TAGS)


MP3_FRAME = b"\xff\xfb\x50\xc0" + bytes(204)
"""MPEG 1, layer III, 64 kbit/s at 44,100 Hz, mono: 208 bytes for 1,152 samples."""


def id3() -> bytes:
    """A tag of version 2.4 that names the owner, the recorder and the place."""
    size = len(TAGS) + 11
    frame = b"TPE1" + struct.pack(">IHB", len(TAGS) + 1, 0, 0) + TAGS
    return b"ID3\x04\0\0" + bytes([0, 0, size >> 7, size & 0x7F]) + frame


def play(data: bytes, kind: str) -> tuple[float, bool]:
    """How long mutagen says that a sound lasts, and whether it finds a tag."""
    reader = {"audio/ogg": OggOpus, "audio/aac": AAC, "audio/mpeg": MP3}[kind]
    file = reader(BytesIO(data))  # type: ignore[no-untyped-call]
    return float(getattr(file.info, "length", 0)), bool(file.tags)


def mp3(frames: int) -> bytes:
    """With a tag before, the encoder's own frame, and two sorts of tag behind."""
    info = MP3_FRAME[:21] + b"Info" + TAGS + MP3_FRAME[25 + len(TAGS) :]
    old = b"TAG" + TAGS.ljust(125, b"\0")
    return id3() + info + MP3_FRAME * frames + b"APETAGEX" + TAGS + old


def adts(frames: int) -> bytes:
    size = len(AAC_FRAME) + 7
    head = b"\xff\xf1" + (1 << 14 | 8 << 10 | 1 << 6 | size >> 11).to_bytes(2, "big")
    head += ((size & 0x7FF) << 13 | 0x7FF << 2).to_bytes(3, "big")
    return id3() + (head + AAC_FRAME) * frames
