"""AAC or Opus in MP4, whole or in the fragments that browsers record (ISO 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.work.sounds import mpeg, ogg
from bot.work.sounds.frames import Frames, Refused, check_parts

LOW_COMPLEXITY, SPECTRAL_BANDS, PARAMETRIC_STEREO = 2, 5, 29
MOVIE_PARTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex"}

Boxes = dict[bytes, list[tuple[int, int]]]
"""Where the boxes of each name begin and end, without their heads."""


@dataclass(slots=True)
class Samples:
    """The coded frames of a file, copied out one by one so that nothing between them comes."""

    data: bytes
    frames: list[bytes] = field(default_factory=list)
    total: int = 0

    def take(self, at: int, size: int) -> None:
        # A table may name the same bytes again and again to grow a small file into a huge one.
        self.total += size
        if size <= 0 or at < 0 or at + size > len(self.data) or self.total > len(self.data):
            raise Refused("broken")
        check_parts(len(self.frames))
        self.frames.append(self.data[at : at + size])


def read(data: bytes) -> Frames:
    """Rebuild the only track, which must be sound."""
    boxes: Boxes = {}
    fragments: list[tuple[int, int, int]] = []
    for name, head, start, end in _walk(data, 0, len(data)):
        if name == b"moov":
            _open(data, start, end, boxes)
        elif name == b"moof":
            fragments.append((head, start, end))
    kinds = [data[start + 8 : start + 12] for start, _ in boxes.get(b"hdlr", [])]
    if b"vide" in kinds:
        raise Refused("video")
    if not kinds:
        raise Refused("broken")
    if kinds.count(b"soun") != 1 or len(boxes.get(b"stsd", [])) != 1:
        raise Refused("cannot_strip")
    samples = Samples(data)
    _take_whole(data, boxes, samples)
    _take_fragments(data, boxes, fragments, samples)
    return _rebuild(data, *boxes[b"stsd"][0], samples.frames)


def _walk(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield each box's name, where it begins, where its content begins, and where it ends."""
    count = 0
    while at + 8 <= end:
        count += 1
        check_parts(count)
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            size = struct.unpack_from(">Q", data, start)[0]
            start += 8
        stop = end if size == 0 else at + size
        if stop < start or stop > end:
            raise Refused("broken")
        yield name, at, start, stop
        at = stop


def _open(data: bytes, start: int, end: int, boxes: Boxes) -> None:
    pending = [(start, end)]
    while pending:
        for name, _, inner, stop in _walk(data, *pending.pop()):
            boxes.setdefault(name, []).append((inner, stop))
            if name in MOVIE_PARTS:
                pending.append((inner, stop))


def _take_whole(data: bytes, boxes: Boxes, samples: Samples) -> None:
    """Follow the sample tables of a file that was finished before it was sent."""
    sizes = _read_sizes(data, boxes)
    if not sizes:
        return
    if b"co64" in boxes:
        chunks = _read_table(data, boxes[b"co64"][0][0] + 4, "Q")
    else:
        chunks = _read_table(data, boxes[b"stco"][0][0] + 4, "I")
    runs = _read_table(data, boxes[b"stsc"][0][0] + 4, "I", width=3)
    firsts, counts = [*runs[::3], len(chunks) + 1], runs[1::3]
    if 0 in counts:
        raise Refused("broken")
    queue = iter(sizes)
    for index, count in enumerate(counts):
        for at in chunks[firsts[index] - 1 : firsts[index + 1] - 1]:
            for _ in range(count):
                size = next(queue, None)
                if size is None:
                    return
                samples.take(at, size)
                at += size


def _read_sizes(data: bytes, boxes: Boxes) -> list[int]:
    if b"stsz" not in boxes:
        return []
    start = boxes[b"stsz"][0][0]
    same, count = struct.unpack_from(">II", data, start + 4)
    if not same:
        return _read_table(data, start + 8, "I")
    if same * count > len(data):
        raise Refused("broken")
    return [same] * count


def _read_table(data: bytes, at: int, form: str, width: int = 1) -> list[int]:
    (count,) = struct.unpack_from(">I", data, at)
    if count > len(data):
        raise Refused("broken")
    return list(struct.unpack_from(f">{count * width}{form}", data, at + 4))


def _take_fragments(
    data: bytes, boxes: Boxes, fragments: list[tuple[int, int, int]], samples: Samples
) -> None:
    usual = 0
    if b"trex" in boxes:
        usual = struct.unpack_from(">I", data, boxes[b"trex"][0][0] + 16)[0]
    for head, start, end in fragments:
        for name, _, inner, stop in _walk(data, start, end):
            if name == b"traf":
                _take_track_fragment(data, head, (inner, stop), usual, samples)


def _take_track_fragment(
    data: bytes, head: int, span: tuple[int, int], usual: int, samples: Samples
) -> None:
    base = at = head
    for name, _, start, _ in _walk(data, *span):
        if name == b"tfhd":
            flags = struct.unpack_from(">I", data, start)[0]
            field_at = start + 8
            if flags & 0x1:
                base = struct.unpack_from(">Q", data, field_at)[0]
                field_at += 8
            field_at += 4 * bool(flags & 0x2) + 4 * bool(flags & 0x8)
            if flags & 0x10:
                usual = struct.unpack_from(">I", data, field_at)[0]
        elif name == b"trun":
            flags, count = struct.unpack_from(">II", data, start)
            field_at = start + 8
            if flags & 0x1:
                at = base + struct.unpack_from(">i", data, field_at)[0]
                field_at += 4
            field_at += 4 * bool(flags & 0x4)
            before = 4 * bool(flags & 0x100)
            behind = 4 * bool(flags & 0x400) + 4 * bool(flags & 0x800)
            for _ in range(count):
                size = usual
                field_at += before
                if flags & 0x200:
                    size = struct.unpack_from(">I", data, field_at)[0]
                    field_at += 4
                field_at += behind
                samples.take(at, size)
                at += size


def _rebuild(data: bytes, start: int, end: int, frames: list[bytes]) -> Frames:
    """Choose the new container by the first sample entry, whose own head has 28 bytes or more."""
    first = next(_walk(data, start + 8, end), None)
    if first is None:
        raise Refused("broken")
    _, _, entry, stop = first
    codec = data[entry - 4 : entry]
    # QuickTime's second and third version of the entry are longer.
    version = int.from_bytes(data[entry + 8 : entry + 10], "big")
    inner = entry + 28 + {0: 0, 1: 16, 2: 36}.get(version, 0)
    parts: Boxes = {}
    for name, _, begin, finish in _walk(data, inner, stop):
        parts.setdefault(name, []).append((begin, finish))
        if name == b"wave":
            for within, _, at, last in _walk(data, begin, finish):
                parts.setdefault(within, []).append((at, last))
    if codec == b"mp4a" and b"esds" in parts:
        return mpeg.write_adts(frames, *_read_aac(data[slice(*parts[b"esds"][0])]))
    if codec == b"Opus" and b"dOps" in parts:
        _, channels, skipped, rate, gain, family = struct.unpack_from(
            ">BBHIhB", data, parts[b"dOps"][0][0]
        )
        head = struct.pack("<8sBBHIhB", b"OpusHead", 1, channels, skipped, rate, gain, family)
        return ogg.write(head, frames)
    raise Refused("cannot_strip")


def _read_aac(esds: bytes) -> tuple[int, int, int]:
    """Return profile, rate index and channels as ADTS writes them (ISO 14496-3, 1.6.2.1)."""
    at, config = 4, b""
    while not config:
        tag, at = esds[at], at + 1
        size = 0
        while True:
            byte, at = esds[at], at + 1
            size = size << 7 | byte & 0x7F
            if not byte & 0x80:
                break
        match tag:
            case 3:
                at += 3
            case 4:
                at += 13
            case 5:
                config = esds[at : at + size]
                if len(config) < 2:
                    raise Refused("broken")
            case _:
                at += size
    bits = int.from_bytes(config[:4].ljust(4, b"\0"), "big")
    sort, rate, channels = bits >> 27, bits >> 23 & 15, bits >> 19 & 15
    if sort in {SPECTRAL_BANDS, PARAMETRIC_STEREO} and bits >> 15 & 15 != 15:
        # A player finds the upper bands by itself; the frames say the layer beneath them.
        sort = bits >> 10 & 31
    if sort != LOW_COMPLEXITY or rate >= len(mpeg.AAC_RATES) or not 0 < channels < 8:
        raise Refused("cannot_strip")
    return sort - 1, rate, channels
