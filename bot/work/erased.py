"""Who was erased, outside of the database: so that restoring an older one erases them again.

One line a person: a keyed hash of their pseudonym, which says nothing without both the master
secret and a database in which they still stand. The file is only ever added to.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from pathlib import Path

from bot.keys import Keys

FILE_NAME = "erased.list"
PURPOSE = "erased"
_LINE = re.compile(r"[0-9a-f]{64}")


class ErasedList:
    """The list in a folder, which need not be there yet. Its functions block."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.path = folder / FILE_NAME
        self._keys = keys

    def add(self, resident_id: str) -> None:
        """Note an erasure; it is on the disk when this returns. Twice is as good as once."""
        self._append([self._keys.find(PURPOSE, resident_id).hex()])

    def take_over(self, lines: frozenset[str]) -> None:
        """Add those entries of another copy of the list that this one lacks."""
        missing = sorted(lines - self.lines())
        if missing:
            self._append(missing)

    def _append(self, lines: list[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "rb+") as file:
            # Several processes may share the folder.
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
            # A death may have cut the line before; it must not take this one with it.
            cut = bool(size) and file.read(1) != b"\n"
            file.write(b"\n" * cut + "".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())

    def lines(self) -> frozenset[str]:
        """The entries; none where there is no list."""
        return read_lines(self.path)

    def erased(self, resident_ids: Iterable[str], lines: frozenset[str]) -> list[str]:
        """Those of the residents who stand in the list."""
        return [
            id
            for id in resident_ids
            if any(hash.hex() in lines for hash in self._keys.find_any(PURPOSE, id))
        ]


def read_lines(path: Path) -> frozenset[str]:
    """A list's entries, wherever it lies; none where there is no such file."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return frozenset(line.strip() for line in file if _LINE.fullmatch(line.strip()))
    except FileNotFoundError:
        return frozenset()
