"""Files that appear under their name whole and on the disk, or never."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

UNFINISHED = ".part"


@contextmanager
def whole_file(path: Path, prefix: str = ".") -> Iterator[BinaryIO]:
    """Write beside and rename, so that a crash leaves the whole file or none by that name.

    It can be read by its owner only (0600). `prefix` begins the name of what is unfinished, which
    is locked for as long as somebody writes it.
    """
    # Made by mkstemp, it is closed to others from its first byte on.
    handle, name = tempfile.mkstemp(UNFINISHED, f"{prefix}{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
            os.rename(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Make a change of a folder's entries outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
