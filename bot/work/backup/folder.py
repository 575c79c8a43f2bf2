"""The folder of backups: how they are named, and the oldest erased."""

from __future__ import annotations

import fcntl
import re
from datetime import datetime
from pathlib import Path

from bot.work.erased import ENDED_FILE_NAME, FILE_NAME
from bot.work.whole_files import UNFINISHED, settle

_FILE = re.compile(r"baraza-\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z\.backup")


def file_name(made_at: datetime) -> str:
    """The names sort as the times do. To the millisecond: no backup may take another's place."""
    return f"baraza-{made_at:%Y-%m-%dT%H%M%S}.{made_at.microsecond // 1000:03}Z.backup"


def backups_in(folder: Path) -> list[Path]:
    """The newest first."""
    found = [path for path in folder.iterdir() if _FILE.fullmatch(path.name)]
    return sorted(found, reverse=True)


def rotate(folder: Path, keep: int, made: Path) -> list[Path]:
    """Erase all but `keep` backups: the one just `made`, whatever the clock said, and the newest
    others. Those erased."""
    gone = [path for path in backups_in(folder) if path.name != made.name][keep - 1 :]
    for path in gone:
        path.unlink(missing_ok=True)
    settle(folder)
    return gone


def clear_unfinished(folder: Path) -> int:
    """Erase what interrupted backups left. How many."""
    begun = ("baraza-", FILE_NAME, ENDED_FILE_NAME)
    left = [
        path
        for name in begun
        for path in folder.glob(f".{name}*{UNFINISHED}")
        if not _is_written(path)
    ]
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
