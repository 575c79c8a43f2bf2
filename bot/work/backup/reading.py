"""Reads a backup: whatever it gives was verified, and at its end that nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Table

from bot.keys import Keys
from bot.work.backup.errors import Altered, NewerTables
from bot.work.backup.frames import (
    FILE,
    HEAD,
    MANIFEST,
    NAME_SIGNS,
    ROWS,
    TABLE,
    Counted,
    Manifest,
    take_frame,
    unpack_head,
    unpack_manifest,
    unpack_rows,
)
from bot.work.backup.sealed import SealedReader
from storage import schema
from storage.table_rows import Tally
from storage.table_shapes import table_from


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, as `storage.table_rows` writes them."""

    table: Table
    records: list[bytes]


@dataclass(frozen=True, slots=True)
class File:
    """A resident's file under the name it has in the media store."""

    name: str
    data: bytes


class Backup:
    """An open backup, read once from its beginning. `head` is known at once.

    Raises what `SealedReader` raises, `Altered` without a head, and `NewerTables`.
    """

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        self._stream = SealedReader(file, keys)
        kind, payload = take_frame(self._stream)
        if kind != HEAD:
            raise Altered("it does not begin with a head")
        self.head = unpack_head(payload)
        if self.head.revision > schema.HEAD:
            raise NewerTables(self.head.revision)
        self.tables = {shape.name: table_from(shape) for shape in self.head.tables}
        self.manifest: Manifest | None = None
        """Known once `items` has been read to its end, and everything agreed with it."""

    def items(self) -> Iterator[Rows | File]:
        """What it holds, in its order: a table stands after those it refers to, files at the end.

        Raises `Altered` or `CutShort`, at the latest at the end.
        """
        tallies = {name: Tally() for name in self.tables}
        table: str | None = None
        files = size = 0
        while True:
            kind, payload = take_frame(self._stream)
            if kind == TABLE and (name := payload.decode("ascii", "replace")) in tallies:
                table = name
            elif kind == ROWS and table is not None:
                records = unpack_rows(payload)
                tallies[table].add(records)
                yield Rows(self.tables[table], records)
            elif kind == FILE:
                name = payload[:NAME_SIGNS].decode("ascii", "replace")
                data = payload[NAME_SIGNS:]
                files, size = files + 1, size + len(data)
                yield File(name, data)
            elif kind == MANIFEST:
                break
            else:
                raise Altered("an entry is of an unknown kind")
        manifest = unpack_manifest(payload)
        if not self._stream.at_end():
            raise Altered("something follows the manifest")
        found = {name: Counted(tally.count, tally.digest) for name, tally in tallies.items()}
        if found != manifest.tables or (files, size) != (manifest.files, manifest.file_bytes):
            raise Altered("its content is not what its manifest says")
        self.manifest = manifest


def check(file: BinaryIO, keys: Keys) -> tuple[Backup, Manifest]:
    """Read a backup whole and keep nothing of it. Raises a `BackupError` for one that is not
    whole."""
    backup = Backup(file, keys)
    for _item in backup.items():
        pass
    if backup.manifest is None:
        raise Altered("it has no manifest")
    return backup, backup.manifest
