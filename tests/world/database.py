"""The town's database: a real SQLite file, watched, and kept as a death would leave it."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Dialect

from storage import schema
from storage.database import call_with
from storage.sqlite import SqliteDatabase, writing_engine

Files = tuple[bytes, bytes]
"""A database file and its log."""

PAGE_BYTES = 1024
"""A quarter of what SQLite takes: a town is small, and its file is copied at every point."""


@dataclass(slots=True)
class Whole:
    """The database file without its log, which changes only when the log is written back."""

    times: int = 0
    """How often it was."""
    kept: tuple[int, bytes] = (-1, b"")
    """The file as it stood after so many times."""


class InlineExecutor(Executor):
    """Runs at once, in the caller's thread: what comes when is then the seed's to decide."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as a pool does
            future.set_exception(error)
        return future


class WatchedDatabase(SqliteDatabase):
    """A database that tells when it has committed, and reads through its own writer.

    Its connection goes on to the next life over the same file. A new one would read the schema
    and compile all statements anew, which takes longer than most lives. What it finds is what a
    new one finds: the index of the log is void, so it recovers from the log that is laid down.
    """

    compiled: ClassVar[dict[Any, Any]] = {}
    """Statements compiled once for all the lives of all the towns, so for one dialect."""
    shared: ClassVar[list[Dialect]] = []
    left: ClassVar[dict[Path, Connection]] = {}
    """Connections of the dead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.committed_now: Callable[[], None] = lambda: None
        self.whole = Whole()

    def _connected(self) -> Connection:
        if self._connection is not None:
            return self._connection
        self._connection = self.left.pop(self.path, None)
        if self._connection is not None:
            return self._connection
        self._writer = writing_engine(self.path)
        if not self.shared:
            self.shared.append(self._writer.dialect)
        self._writer.dialect = self.shared[0]
        connection = super()._connected().execution_options(compiled_cache=self.compiled)
        # Only when it is asked for, so that we know when the file itself has changed.
        self._pragma("wal_autocheckpoint=0")
        return connection

    def _commit(self, calls: list[Callable[[Connection], Any]]) -> list[Any]:
        outcomes = super()._commit(calls)
        self.committed_now()
        return outcomes

    async def watch(self, wake: Callable[[str | None], None], tasks: Collection[str]) -> None:
        # Nobody writes beside it: all that looks would do is take a third of the world's time.
        await asyncio.Event().wait()

    def checkpoint_now(self) -> bool:
        self.whole.times += 1
        return super().checkpoint_now()

    def compact_now(self, tables: Sequence[str]) -> bool:
        compacted = super().compact_now(tables)
        self.whole.times += 1
        self.committed_now()
        return compacted

    async def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Not through aiosqlite, whose threads no seed decides about.
        [outcome] = SqliteDatabase._commit(self, [partial(call_with, fn, args, kwargs)])
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def raw(self) -> Any:
        return self._connected().connection.driver_connection

    def die(self) -> None:
        """Let go of the file as it is: nothing is written back."""
        if self._connection is not None:
            self.left[self.path] = self._connection
        self._connection = None


@lru_cache(maxsize=1)
def empty_database() -> bytes:
    """A migrated file, to be copied."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.db"
        with closing(sqlite3.connect(path)) as small:
            small.execute(f"PRAGMA page_size={PAGE_BYTES}")
            small.execute("VACUUM")
        database = SqliteDatabase(path, InlineExecutor(), lambda connection, kicks: None)
        database.write_now(schema.upgrade)
        database.checkpoint_now()
        database.close_now()
        return path.read_bytes()


def keep_files(path: Path, whole: Whole) -> Files:
    """The database file and its log, as a crash at this moment leaves them."""
    log = path.with_name(path.name + "-wal")
    if whole.kept[0] != whole.times:
        whole.kept = whole.times, path.read_bytes()
    return whole.kept[1], log.read_bytes()


@lru_cache(maxsize=64)
def digest(part: bytes) -> bytes:
    """Of a database file; the same one is asked about at every point."""
    return blake2b(part, digest_size=16).digest()


INDEX_HEADER_BYTES = 136
"""Of the index of the log: sqlite.org/walformat.html, "The WAL-Index Header"."""


def put_files(path: Path, kept: Files) -> None:
    """Lay a kept database down, where nobody lives."""
    path.write_bytes(kept[0])
    path.with_name(path.name + "-wal").write_bytes(kept[1])
    index = path.with_name(path.name + "-shm")
    if index.exists():
        with index.open("r+b") as file:
            file.write(bytes(INDEX_HEADER_BYTES))


def close_left(folder: Path) -> None:
    """Nobody will live over the files of this folder any more."""
    for path in [path for path in WatchedDatabase.left if path.parent == folder]:
        connection = WatchedDatabase.left.pop(path)
        connection.close()
        connection.engine.dispose()
