"""A town in one SQLite file.

All writing goes through one thread on one connection, and what waits together is committed
together: a transaction that reads first and writes later can then never lose to another, and one
fsync serves many.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

from storage.database import HandOver, call_with
from storage.errors import Busy
from storage.later import Kick
from storage.statements import driver_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

P = ParamSpec("P")
T = TypeVar("T")

_Call = Callable[[Connection], Any]
_Run = Callable[[_Call, Connection, list[Kick]], Any]

logger = logging.getLogger(__name__)

LOCK_WAIT_SECONDS = 10.0
"""How long one attempt waits for another program's lock; after each, the log says so."""

LOCK_ATTEMPTS = 9
"""So many attempts (a minute and a half) before the waiting writes fail."""

LOCK_PAUSE_SECONDS = 0.1

STATEMENTS = 512
"""So many are kept compiled; the module keeps 128, fewer than the house has."""

GROUP_MOST = 64
"""Writes committed together at most, so that the first of them does not wait for ever."""

ELSEWHERE_SECONDS = 0.25
"""How often a process looks whether a command has written beside it."""


@dataclass(slots=True)
class _Job:
    call: _Call
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class SqliteDatabase:
    """`Database` over a file. `app` hands in the executor and where kicks go."""

    def __init__(
        self,
        path: Path,
        executor: Executor,
        hand_over: HandOver,
        committed: Callable[[list[Kick]], None] = lambda kicks: None,
    ) -> None:
        """`committed` is called in the writer's thread after each commit that carried kicks."""
        self.path = path
        self._executor = executor
        self._hand_over = hand_over
        self._committed = committed
        self._writer: Engine | None = None
        self._reader: AsyncEngine | None = None
        self._connection: Connection | None = None
        self._waiting: list[_Job] = []
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        """Held by whoever uses the writing connection."""
        self._version = 0
        self._writing = False

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        loop = asyncio.get_running_loop()
        job = _Job(lambda connection: fn(connection, *args, **kwargs), loop.create_future(), loop)
        with self._lock:
            self._waiting.append(job)
            start = not self._writing
            self._writing = True
        if start:
            # Not awaited: `_drain` delivers every outcome, its own failure too.
            self._executor.submit(self._drain)
        # A caller that is cancelled takes only its future along: the job is done all the same.
        result: T = await job.future
        return result

    async def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._reader is None:
            from storage.sqlite_reading import reading_engine

            self._reader = reading_engine(self.path)
        async with self._reader.connect() as connection:
            return await connection.run_sync(fn, *args, **kwargs)

    def write_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """In the caller's own thread."""
        outcome = self._commit([partial(call_with, fn, args, kwargs)])[0]
        if isinstance(outcome, BaseException):
            raise outcome
        result: T = outcome
        return result

    def read_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """In the caller's own thread, on the writing connection, which others may write beside."""
        with self._turn:
            connection = self._begin(reading=True)
            try:
                return fn(connection, *args, **kwargs)
            finally:
                connection.rollback()
                _plainly(connection, "PRAGMA query_only=OFF")

    async def watch(self, wake: Callable[[str | None], None], tasks: Collection[str]) -> None:
        while True:
            await asyncio.sleep(ELSEWHERE_SECONDS)
            if await self.changed_elsewhere():
                wake(None)

    async def changed_elsewhere(self) -> bool:
        """Whether another process has written since this was last asked; a few microseconds."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._data_version)

    async def checkpoint(self) -> bool:
        """Write the log back and empty it, so that erased pages are nowhere. False when a reader
        still needs it: ask again later."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self.checkpoint_now)

    def checkpoint_now(self) -> bool:
        with self._turn:
            busy = self._pragma("wal_checkpoint(TRUNCATE)")
        return busy == 0

    def compact_now(self, tables: Sequence[str]) -> bool:
        """These alone: `VACUUM` writes the whole file, for minutes where a town is large."""
        try:
            self.write_now(_write_anew, tables)
        except Busy:
            return False
        return self.checkpoint_now()

    def _data_version(self) -> bool:
        with self._turn:
            version = self._pragma("data_version")
        changed, self._version = version != self._version, version
        return changed

    def _pragma(self, pragma: str) -> int:
        """The first number a pragma answers, outside of any transaction of SQLAlchemy's."""
        return int(_plainly(self._connected(), f"PRAGMA {pragma}").fetchone()[0])

    async def close(self) -> None:
        if self._writing:
            # Writes are done in their order: after this one there is none that came before.
            with suppress(Busy):
                await self.write(lambda connection: None)
        if self._reader is not None:
            await self._reader.dispose()
            self._reader = None
        self.close_now()

    def close_now(self) -> None:
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            if self._writer is not None:
                self._writer.dispose()

    def _drain(self) -> None:
        """In the writer's thread: commit groups until nothing waits."""
        while True:
            with self._lock:
                jobs, self._waiting = self._waiting[:GROUP_MOST], self._waiting[GROUP_MOST:]
                if not jobs:
                    self._writing = False
                    return
            try:
                outcomes = self._commit([job.call for job in jobs])
            except BaseException as error:  # noqa: BLE001  # every waiting caller is told
                outcomes = [error for _job in jobs]
            for job, outcome in zip(jobs, outcomes, strict=True):
                try:
                    job.loop.call_soon_threadsafe(_deliver, job.future, outcome)
                except RuntimeError:
                    # The loop is closed: the caller is gone, its write stands.
                    logger.info("a write finished after its caller's loop")

    def _commit(self, calls: list[_Call]) -> list[Any]:
        """Run all in one transaction; what fails is undone alone. Values or exceptions."""
        with self._turn:
            return self._commit_alone(calls)

    def _commit_alone(self, calls: list[_Call]) -> list[Any]:
        """Almost always nothing fails, and a savepoint copies every page that is changed in it."""
        try:
            return self._in_one(calls, _run_plainly)
        except _Failed as failed:
            if len(calls) == 1:
                return [failed.error]
        return self._in_one(calls, _run_apart)

    def _in_one(self, calls: list[_Call], run: _Run) -> list[Any]:
        connection = self._begin()
        kicks: list[Kick] = []
        connection.execution_options(kicks=kicks)
        try:
            outcomes = [run(call, connection, kicks) for call in calls]
            if kicks:
                self._hand_over(connection, kicks)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        if kicks:
            self._committed(kicks)
        return outcomes

    def _connected(self) -> Connection:
        if self._connection is None:
            self._writer = self._writer or writing_engine(self.path)
            self._connection = self._writer.connect()
        return self._connection

    def _begin(self, *, reading: bool = False) -> Connection:
        for attempt in range(1, LOCK_ATTEMPTS + 1):
            try:
                # A new connection's first pragma may meet the lock as well.
                connection = self._connected()
                connection.execution_options(reading=reading)
                connection.begin()
            except (OperationalError, sqlite3.OperationalError) as error:
                if "locked" not in str(error):
                    raise
                logger.warning("the database file is locked by another program, try %d", attempt)
                # A pragma answers at once where a transaction would have waited.
                time.sleep(LOCK_PAUSE_SECONDS)
            else:
                return connection
        raise Busy("another program holds the database file")


class _Failed(Exception):
    """A call raised, and what it wrote is not yet undone."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _run_plainly(call: _Call, connection: Connection, kicks: list[Kick]) -> Any:
    try:
        return call(connection)
    except Exception as error:
        raise _Failed(error) from error


def _run_apart(call: _Call, connection: Connection, kicks: list[Kick]) -> Any:
    """In a savepoint: what fails is undone alone, and its error is the outcome."""
    before = len(kicks)
    _plainly(connection, "SAVEPOINT one")
    try:
        outcome = call(connection)
    except Exception as error:
        del kicks[before:]
        if not driver_of(connection).in_transaction:
            # SQLite has undone everything, as it may on a full disk: that befell all others too.
            raise
        _plainly(connection, "ROLLBACK TO one")
        outcome = error
    _plainly(connection, "RELEASE one")
    return outcome


def _plainly(connection: Connection, words: str) -> Any:
    """The driver's cursor after a statement without values, past what SQLAlchemy does for one."""
    return driver_of(connection).execute(words)


def _write_anew(connection: Connection, tables: Sequence[str]) -> None:
    """Empty tables, and fill them again in the order of their keys.

    Pages of a table that is emptied whole are overwritten (`secure_delete`), with whatever rows
    left behind that moved from one to another. What is written then is the same whenever which
    row came.
    """
    for table in tables:
        keys = _plainly(
            connection, f"SELECT name FROM pragma_table_info('{table}') WHERE pk ORDER BY pk"
        )
        order = ", ".join(name for (name,) in keys)
        _plainly(connection, f"CREATE TEMP TABLE anew AS SELECT * FROM main.{table}")
        _plainly(connection, f"DELETE FROM main.{table}")
        _plainly(connection, f"INSERT INTO main.{table} SELECT * FROM temp.anew ORDER BY {order}")
        _plainly(connection, "DROP TABLE temp.anew")


def _deliver(future: asyncio.Future[Any], outcome: Any) -> None:
    if future.cancelled():
        return
    if isinstance(outcome, BaseException):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


def writing_engine(path: Path) -> Engine:
    """The engine of the one writer: WAL, every commit on the disk, erased pages overwritten."""
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        connect_args={
            "isolation_level": None,
            "timeout": LOCK_WAIT_SECONDS,
            "cached_statements": STATEMENTS,
            "check_same_thread": False,
        },
    )

    @event.listens_for(engine, "connect")
    def _settle(raw: Any, _record: Any) -> None:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA secure_delete=ON")
        # What a statement may have to undo would otherwise be written into files of their own.
        raw.execute("PRAGMA temp_store=MEMORY")
        raw.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _immediate(connection: Connection) -> None:
        if connection.get_execution_options().get("reading"):
            _plainly(connection, "PRAGMA query_only=ON")
            _plainly(connection, "BEGIN")
        else:
            _plainly(connection, "BEGIN IMMEDIATE")

    return engine
