"""What stands in a backup, entry by entry: a head, tables with their rows, files, a manifest."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.work.backup.errors import Altered
from bot.work.backup.sealed import SealedReader, SealedWriter
from storage.table_shapes import TableShape

HEAD, TABLE, ROWS, FILE, MANIFEST = b"H", b"T", b"R", b"F", b"M"
"""Kinds of frames. A frame is its kind, the size of what follows (4 bytes), and that."""

NAME_SIGNS = 64
"""A file's frame begins with its name, the hash of its content."""

_QUICK = 1
"""zlib's quickest level: rows shrink to a fifth, photos would not."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known before anything was read. `erased` is how many entries the list of erased
    people had."""

    made_at: datetime
    program: str
    revision: str
    database: str
    tables: tuple[TableShape, ...]
    erased: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A table's rows and the digest over them; see `storage.table_rows.Tally`."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What must have been read by the end. `numbers` are the last running numbers given.

    `missing` files had a row at that moment and were erased before they could be copied, or were
    damaged already.
    """

    tables: dict[str, Counted]
    numbers: dict[str, int]
    files: int
    file_bytes: int
    missing: int


def put_frame(out: SealedWriter, kind: bytes, payload: bytes) -> None:
    out.write(kind + len(payload).to_bytes(4, "big"))
    out.write(payload)


def take_frame(stream: SealedReader) -> tuple[bytes, bytes]:
    """Kind and content of the next one."""
    start = stream.read(5)
    return start[:1], stream.read(int.from_bytes(start[1:], "big"))


def pack_rows(records: Sequence[bytes]) -> bytes:
    return zlib.compress(b"\n".join(records), _QUICK)


def unpack_rows(payload: bytes) -> list[bytes]:
    try:
        return zlib.decompress(payload).split(b"\n")
    except zlib.error:
        raise Altered("rows cannot be unpacked") from None


def pack(value: Head | Manifest) -> bytes:
    return msgspec.json.encode(value)


def unpack_head(payload: bytes) -> Head:
    try:
        return msgspec.json.decode(payload, type=Head)
    except msgspec.DecodeError:
        raise Altered("its head cannot be read") from None


def unpack_manifest(payload: bytes) -> Manifest:
    try:
        return msgspec.json.decode(payload, type=Manifest)
    except msgspec.DecodeError:
        raise Altered("its manifest cannot be read") from None
