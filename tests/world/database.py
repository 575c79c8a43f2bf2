"""The town's database: a real SQLite file, watched, and kept as a death would leave it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Dialect

from storage import schema
from storage.database import call_with
from storage.sqlite import SqliteDatabase

Files = tuple[bytes, bytes]
"""A database file and its log."""


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
    """A database that tells when it has committed, and reads through its own writer."""

    compiled: ClassVar[dict[Any, Any]] = {}
    """Statements compiled once for all the lives of all the towns, so for one dialect."""
    shared: ClassVar[list[Dialect]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.committed_now: Callable[[], None] = lambda: None
        self.checkpoints = 0
        if not self.shared:
            self.shared.append(self._writer.dialect)
        self._writer.dialect = self.shared[0]

    def _connected(self) -> Connection:
        connection = super()._connected()
        return connection.execution_options(compiled_cache=self.compiled)

    def _commit(self, calls: list[Callable[[Connection], Any]]) -> list[Any]:
        outcomes = super()._commit(calls)
        self.committed_now()
        return outcomes

    def checkpoint_now(self) -> bool:
        self.checkpoints += 1
        return super().checkpoint_now()

    def compact_now(self, tables: Sequence[str]) -> bool:
        compacted = super().compact_now(tables)
        self.checkpoints += 1
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
        connection = self._connection
        if connection is not None:
            raw = connection.connection.driver_connection
            connection.detach()
            if raw is not None:
                raw.close()
        self._connection = None


@lru_cache(maxsize=1)
def empty_database() -> bytes:
    """A migrated file, to be copied."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.db"
        database = SqliteDatabase(path, InlineExecutor(), lambda connection, kicks: None)
        database.write_now(schema.upgrade)
        database.checkpoint_now()
        database.close_now()
        return path.read_bytes()


def keep_files(path: Path) -> Files:
    """The database file and its log, as a crash at this moment leaves them."""
    log = path.with_name(path.name + "-wal")
    return path.read_bytes(), log.read_bytes() if log.exists() else b""


def put_files(path: Path, kept: Files) -> None:
    """Lay a kept database down, without what another process had open."""
    shutil.rmtree(path.parent, ignore_errors=True)
    path.parent.mkdir(parents=True)
    path.write_bytes(kept[0])
    if kept[1]:
        path.with_name(path.name + "-wal").write_bytes(kept[1])
