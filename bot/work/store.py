"""Where cleaned files lie: by the hash of what is in them."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from bot.work.cleaned import Cleaned
from bot.work.whole_files import UNFINISHED, settle, whole_file

NAME = re.compile(r"[0-9a-f]{64}")
EXPECTED_SECONDS = 3600.0
"""A turn takes a second. What is expected for so long was left by a process that died."""

TRIES = 5
"""How often a folder may vanish under `put`, when an erasure empties it at the same moment."""


class MissingMedia(LookupError):
    """No file has this `name`: it was erased, or never put."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class DamagedMedia(Exception):
    """The file `name` no longer has the content it is named after, so it is not handed out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class MediaStore(Protocol):
    """A place for cleaned files that a folder, an object store or a test's memory can be.

    Its functions block; call them in an executor.
    """

    def put(self, cleaned: Cleaned) -> str:
        """Keep the file and return its name; the same content again is the same name.

        It is safely kept when this returns, so write the row that names it after that.
        """

    def expect(self, name: str) -> None:
        """A row that names this file is still to come: `expected` has it until `settle`, or for
        `EXPECTED_SECONDS`, whichever process asks."""

    def settle(self, name: str) -> None:
        """The row has come, or never will; a name that was not expected is no error."""

    def expected(self) -> set[str]:
        """The files whose rows are still to come."""

    def open(self, name: str) -> bytes:
        """Return the content; raise `MissingMedia` or `DamagedMedia`."""

    def erase(self, name: str) -> None:
        """Remove the file and whatever an interrupted `put` left of it; none is no error."""

    def names(self) -> Iterator[str]:
        """All names, those of interrupted `put`s too, for a sweep to compare with the rows."""


class DiskStore:
    """Files in a folder, spread over 256 folders by their first two signs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Beside the files, where every process that shares them sees it.
        self._expected = folder / "expected"

    def put(self, cleaned: Cleaned) -> str:
        name = _check(cleaned.sha256)
        if hashlib.sha256(cleaned.data).hexdigest() != name:
            raise DamagedMedia(name)
        path = self._path(name)
        for left in reversed(range(TRIES)):
            try:
                # Read rather than trusted, so that putting it again mends a damaged file.
                if not path.exists() or path.read_bytes() != cleaned.data:
                    self._write(path, cleaned.data)
            except FileNotFoundError:
                if not left:
                    raise
            else:
                break
        return name

    def expect(self, name: str) -> None:
        self._expected.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._expected / _check(name)).touch(mode=0o600)

    def settle(self, name: str) -> None:
        (self._expected / _check(name)).unlink(missing_ok=True)

    def expected(self) -> set[str]:
        found = set()
        for path in self._expected.glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime < EXPECTED_SECONDS:
                    found.add(path.name)
                else:
                    # Whoever put the file down died before its turn was committed.
                    path.unlink()
        return found

    def open(self, name: str) -> bytes:
        try:
            data = self._path(_check(name)).read_bytes()
        except FileNotFoundError:
            raise MissingMedia(name) from None
        if hashlib.sha256(data).hexdigest() != name:
            raise DamagedMedia(name)
        return data

    def erase(self, name: str) -> None:
        path = self._path(_check(name))
        path.unlink(missing_ok=True)
        for unfinished in path.parent.glob(f"{name}.*{UNFINISHED}"):
            unfinished.unlink(missing_ok=True)
        with suppress(OSError):
            # Refused by the system while another file lies in it.
            path.parent.rmdir()
        with suppress(FileNotFoundError):
            settle(path.parent if path.parent.exists() else self.folder)

    def names(self) -> Iterator[str]:
        for shard in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            with suppress(FileNotFoundError):
                found = {path.name[:64] for path in shard.iterdir()}
                yield from sorted(name for name in found if NAME.fullmatch(name))

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def _write(self, path: Path, data: bytes) -> None:
        """Write beside and rename, so that a crash leaves the whole file or none by that name."""
        new = not path.parent.exists()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(path, prefix="") as file:
            file.write(data)
        if new:
            settle(self.folder)


def _check(name: str) -> str:
    # Names come back from addresses of pages; nothing but a hash may become a path.
    if not NAME.fullmatch(name):
        raise MissingMedia(name)
    return name
