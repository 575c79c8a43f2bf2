"""Lists outside of the database of what must not come back when an older one is restored: who was
erased, and which votes have ended.

One line each: a keyed hash of its id, which says nothing without both the master secret and a
database in which it still stands. The files are only ever added to.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from pathlib import Path

from bot.keys import Keys
from bot.work.whole_files import settle

FILE_NAME = "erased.list"
PURPOSE = "erased"
ENDED_FILE_NAME = "ended-votes.list"
ENDED_PURPOSE = "ended vote"
_LINE = re.compile(r"[0-9a-f]{64}")


class ErasedList:
    """The list in a folder, which need not be there yet. Its functions block."""

    def __init__(
        self, folder: Path, keys: Keys, name: str = FILE_NAME, purpose: str = PURPOSE
    ) -> None:
        self.path = folder / name
        self._keys = keys
        self._purpose = purpose

    def add(self, id: str) -> None:
        """Note an end; it is on the disk when this returns. Twice is as good as once."""
        self._append([self._keys.find(self._purpose, id).hex()])

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
        if not size:
            settle(self.path.parent)

    def lines(self) -> frozenset[str]:
        """The entries; none where there is no list."""
        return read_lines(self.path)

    def erased(self, ids: Iterable[str], lines: frozenset[str]) -> list[str]:
        """Those of these ids that stand in the list."""
        return [
            id
            for id in ids
            if any(hash.hex() in lines for hash in self._keys.find_any(self._purpose, id))
        ]


def ended_votes(folder: Path, keys: Keys) -> ErasedList:
    """The list of votes that have ended, by their codes."""
    return ErasedList(folder, keys, ENDED_FILE_NAME, ENDED_PURPOSE)


def read_lines(path: Path) -> frozenset[str]:
    """A list's entries, wherever it lies; none where there is no such file."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            return frozenset(line.strip() for line in file if _LINE.fullmatch(line.strip()))
    except FileNotFoundError:
        return frozenset()
