"""Which database the settings mean, and who may be on it."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bot.domain.outside import Outside
from bot.keys import Keys
from bot.program import to_install
from bot.settings import Settings, SettingsError
from bot.work.engine import Tasks
from bot.work.pgqueuer_tasks import PgqueuerTasks
from bot.work.tasks import EmbeddedTasks
from storage.database import Database
from storage.errors import SecondProcess
from storage.open_role import Reader, reader_name
from storage.postgres_url import PostgresUrl
from storage.sqlite import SqliteDatabase

THREADS = 2
"""Of a file's database: one writes, and one looks whether others have written."""

OPEN_READER = "open reader"
"""The keys' purpose for the password of the role that reads the open views."""

READ_ONLY = "is mounted read-only, as one is whose disk fails"
"""What is said of a file system where nobody has any rights."""

_LOCK = "baraza.lock"


def open_folder(settings: Settings) -> None:
    """Make the data folder; this user must be able to write there and to the database's file.

    Raises `SettingsError`: all that is done there would fail later, and less plainly.
    """
    make_folder(settings.data, "BARAZA_DATA")
    if settings.postgres is None:
        if not os.path.isdir(settings.database_file.parent):
            told = f"there is no folder {settings.database_file.parent}"
            raise SettingsError([f"BARAZA_DATABASE_URL: {told}."])
        _check_written(settings.database_file.parent)
        for path in (settings.database_file, settings.data / _LOCK):
            if path.exists():
                _check_written(path)


def make_folder(folder: Path, named: str) -> None:
    """Make a data folder that only we may look into; `named` is what it was named by. Raises
    `SettingsError` where it cannot be made or written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        told = f"{named}: {folder} cannot be made ({error.strerror})."
        raise SettingsError([told]) from None
    _check_written(folder)


def _check_written(path: Path) -> None:
    if why := why_not_written(path):
        raise SettingsError([f"{path} {why}."])


def why_not_written(path: Path) -> str:
    """Why this user cannot read and write a file or a folder; '' where they can."""
    if os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)):
        return ""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return f"cannot be written by anybody: its file system {READ_ONLY}"
    ours, owner = _user(os.geteuid()), _user(path.stat().st_uid)
    whose = "" if owner == ours else f": it is {owner}'s, so run this as {owner}"
    return f"cannot be written by {ours}{whose}"


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def make_tasks(settings: Settings, outside: Outside) -> Tasks:
    """The engine for later work: in the file, or on the server between all its processes."""
    if settings.postgres is None:
        return EmbeddedTasks(outside)
    return PgqueuerTasks(outside, settings.postgres)


def make_database(settings: Settings, tasks: Tasks) -> Database:
    """The database of the settings. Raises `SettingsError` where its driver is not installed."""
    if settings.postgres is None:
        # Of its own: every turn waits for it, and none is to wait for photos that are cleaned.
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="baraza database")
        return SqliteDatabase(
            settings.database_file, executor, tasks.hand_over, committed=tasks.committed
        )
    try:
        from storage.postgres import PostgresDatabase
    except ModuleNotFoundError as error:
        raise SettingsError(
            [
                f"BARAZA_DATABASE_URL: for PostgreSQL {error.name} must be installed: "
                f"{to_install('postgres')}"
            ]
        ) from None
    return PostgresDatabase(settings.postgres, tasks.hand_over)


def check_waking(settings: Settings) -> None:
    """Raises `Refused` where commits of other processes would not be heard: behind a pooler."""
    if settings.postgres is not None:
        from storage.postgres_watch import check_listening

        asyncio.run(check_listening(settings.postgres))


def open_reader(server: PostgresUrl, keys: Keys) -> Reader:
    """The role that questions are asked by; its password is derived and stored nowhere."""
    name = reader_name(server.database)
    return Reader(
        name,
        keys.sign(OPEN_READER, name.encode()).hex(),
        keys.sign(OPEN_READER, b"salt of " + name.encode())[:16],
    )


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    """Be a process that serves: the only one where the database is a file (`SecondProcess`).
    Raises `SettingsError` where the data folder will not do."""
    open_folder(settings)
    if settings.postgres is not None:
        yield
        return
    with alone(settings.data):
        yield


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Be the one process that serves this data folder, which is there. Raises `SecondProcess`
    when there is one.

    The lock goes with the process, however it dies.
    """
    with (data / _LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise SecondProcess(file.read().strip()) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def who_serves(data: Path) -> str:
    """The number of the process that serves this data folder; '' for none."""
    lock = data / _LOCK
    if not lock.exists():
        return ""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip()
    return ""
