"""The folder of backups: files that appear whole or not at all, and the oldest erased."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

UNFINISHED = ".part"
_FILE = re.compile(r"baraza-\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z\.backup")


def file_name(made_at: datetime) -> str:
    """The names sort as the times do. To the millisecond: no backup may take another's place."""
    return f"baraza-{made_at:%Y-%m-%dT%H%M%S}.{made_at.microsecond // 1000:03}Z.backup"


def backups_in(folder: Path) -> list[Path]:
    """The newest first."""
    found = [path for path in folder.iterdir() if _FILE.fullmatch(path.name)]
    return sorted(found, reverse=True)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears under its name when it is complete and on the disk, or never."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made by mkstemp, it can be read by its owner only (0600) from its first byte on.
    handle, name = tempfile.mkstemp(UNFINISHED, f".{path.name}.", path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            # Goes with the process: so `rotate` knows a file that nobody writes any more.
            fcntl.flock(file, fcntl.LOCK_EX)
            yield cast(BinaryIO, file)
            file.flush()
            os.fsync(file.fileno())
            os.rename(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def rotate(folder: Path, keep: int) -> list[Path]:
    """Erase all but the newest `keep` backups, which are given back."""
    gone = backups_in(folder)[keep:]
    for path in gone:
        path.unlink(missing_ok=True)
    _settle(folder)
    return gone


def clear_unfinished(folder: Path) -> int:
    """Erase what interrupted backups left. How many."""
    left = [path for path in folder.glob(f".baraza-*{UNFINISHED}") if not _is_written(path)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_written(path: Path) -> bool:
    """Whether another backup is still at it."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _settle(folder: Path) -> None:
    """Make a change of a folder's entries outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
