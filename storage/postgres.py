"""A town on a PostgreSQL server, which many processes may share.

A function runs whole in one transaction of one connection, READ COMMITTED, and holds the rows that
it decides about by explicit locks. What the server undoes to end a deadlock is run again. The
transaction's number is asked for before it is committed: when the server goes away with the
answer, its successor is asked what became of it, so that nothing is done twice and nothing is
thought done that is not.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from storage.database import HandOver, call_with
from storage.errors import Away, Busy, Unanswered
from storage.later import Kick
from storage.postgres_line import Unheard, fetch, transaction
from storage.postgres_link import (
    AWAY,
    SERVER,
    is_lost,
    is_outdated,
    make_engine,
    sqlstate,
    why_away,
)
from storage.postgres_url import PostgresUrl
from storage.postgres_watch import ending, listen

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

CONNECTIONS = 8
"""Open at once in one process. A server takes 100 by default, and each costs it some 10 MB."""

ATTEMPTS = 6
"""So often is a function run that deadlocks or loses its server, before its caller is told."""

PAUSE_SECONDS = 0.05
"""Before a second attempt; each further one waits twice as long (1.5 seconds in all)."""

AGAIN = ("40001", "40P01")
"""serialization_failure and deadlock_detected: undone by the server, to be run again."""

LOCK_NOT_AVAILABLE = "55P03"

_BECAME = "select pg_xact_status($1::text::xid8)"


@dataclass(frozen=True, slots=True)
class _Called:
    """What a function gave; `number` is its transaction's, None where it has written nothing."""

    result: Any
    number: str | None
    unheard: Unheard | None = None
    """Why nobody knows whether it was committed."""


class PostgresDatabase:
    """`Database` over a server. Connections are made when they are first needed."""

    def __init__(self, url: PostgresUrl, hand_over: HandOver) -> None:
        self.url = url
        self._hand_over = hand_over
        self._engine: AsyncEngine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[Any]] = set()
        self._beside: _Beside | None = None

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        call = partial(call_with, fn, args, kwargs)
        task = asyncio.create_task(self._write(self._own_engine(), call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            result: T = await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_tell_failure)
            raise
        return result

    async def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        call = partial(call_with, fn, args, kwargs)
        result: T = await _persist(partial(self._read, self._own_engine(), call))
        return result

    def write_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """In a loop of its own, which the database keeps in a thread for all such calls."""
        call = partial(call_with, fn, args, kwargs)
        result: T = self._aside().run(lambda engine: self._write(engine, call))
        return result

    def read_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        call = partial(call_with, fn, args, kwargs)
        result: T = self._aside().run(lambda engine: _persist(partial(self._read, engine, call)))
        return result

    async def watch(self, wake: Callable[[str | None], None], tasks: Collection[str]) -> None:
        await listen(self.url, wake, tasks)

    async def checkpoint(self) -> bool:
        """Erased is what no query returns; the server's own vacuum takes the pages."""
        return True

    def compact_now(self, tables: Sequence[str]) -> bool:
        """Rows that others may still see are kept, as dead ones, until the next time."""
        try:
            self._aside().run(lambda engine: greenlet_spawn(_vacuum, tables, engine.sync_engine))
        except Busy:
            return False
        return True

    async def close(self) -> None:
        while self._running:
            await asyncio.wait(self._running)
        if self._engine is not None:
            await self._engine.dispose()
            self._engine = None
        self.close_now()

    def close_now(self) -> None:
        if self._beside is not None:
            self._beside.close()
            self._beside = None

    def _aside(self) -> _Beside:
        if self._beside is None:
            self._beside = _Beside(self.url)
        return self._beside

    def _own_engine(self) -> AsyncEngine:
        """The engine of the running loop: connections cannot move from one loop to another."""
        loop = asyncio.get_running_loop()
        if self._engine is None or self._loop is not loop:
            self._engine = make_engine(self.url, CONNECTIONS)
            self._loop = loop
        return self._engine

    async def _write(self, engine: AsyncEngine, call: Callable[[Connection], Any]) -> Any:
        called = await _persist(partial(self._attempt, engine, call))
        return called.result

    async def _attempt(self, engine: AsyncEngine, call: Callable[[Connection], Any]) -> _Called:
        called = await greenlet_spawn(self._run, engine.sync_engine, call)
        if called.unheard is not None:
            await _find_out(engine, called)
        return called

    def _run(self, engine: Engine, call: Callable[[Connection], Any]) -> _Called:
        kicks: list[Kick] = []
        with _connected(engine) as connection:
            connection.execution_options(kicks=kicks)
            try:
                with transaction(connection):
                    result = call(connection)
                    if kicks:
                        self._hand_over(connection, kicks)
                    last = fetch(connection, ending(frozenset(kick.task for kick in kicks)))
            except Unheard as error:
                return _Called(result, last[0][0], error)
        return _Called(result, last[0][0])

    async def _read(self, engine: AsyncEngine, call: Callable[[Connection], Any]) -> Any:
        return await greenlet_spawn(_look, engine.sync_engine, call)


def _look(engine: Engine, call: Callable[[Connection], T]) -> T:
    with _connected(engine) as connection:
        with (
            suppress(Unheard),
            transaction(connection, isolation="repeatable_read", readonly=True),
        ):
            result = call(connection)
        return result


def _vacuum(tables: Sequence[str], engine: Engine) -> None:
    """Raises `Busy` where somebody else holds a table for too long."""
    with _connected(engine) as connection:
        for table in tables:
            try:
                connection.exec_driver_sql(f"VACUUM (FULL) {table}")
            except DBAPIError as error:
                raise _told(error) from error.__cause__


class _NotCommitted(Exception):
    """A commit's answer never came, and the transaction did not take place."""


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except PoolTimeout as error:
        raise Busy("every connection to the database is in use") from error
    except (DBAPIError, *AWAY) as error:
        raise why_away(error, engine.get_execution_options()[SERVER]) from error
    try:
        yield connection
    finally:
        with suppress(DBAPIError, OSError, asyncpg.InterfaceError):
            connection.close()


async def _persist(attempt: Callable[[], Awaitable[T]]) -> T:
    """Attempt it until it is done, or cannot be."""
    for number in range(1, ATTEMPTS):
        try:
            return await attempt()
        except (Away, _NotCommitted) as error:
            logger.warning("the database is away, attempt %d: %s", number, error)
        except (DBAPIError, OSError) as error:
            if sqlstate(error) in AGAIN:
                logger.info("the database undid a deadlock, attempt %d", number)
            elif is_outdated(error):
                logger.info("the database's tables were changed, attempt %d", number)
            elif is_lost(error):
                logger.warning("the database went away, attempt %d", number)
            else:
                raise _told(error) from error.__cause__
        await asyncio.sleep(PAUSE_SECONDS * 2 ** (number - 1))
    try:
        return await attempt()
    except _NotCommitted as error:
        raise Away("the database server went away before it committed") from error
    except (DBAPIError, OSError) as error:
        if sqlstate(error) in AGAIN:
            raise Busy("others hold what this needs, again and again") from error
        if is_lost(error):
            raise Away("the database server went away") from error
        raise _told(error) from error.__cause__


def _told(error: DBAPIError | OSError) -> Exception:
    """What the caller is told of an error that no further attempt mends."""
    if sqlstate(error) == LOCK_NOT_AVAILABLE:
        return Busy("somebody else holds what this needs")
    return error


async def _find_out(engine: AsyncEngine, called: _Called) -> None:
    """Return when a transaction took place whose commit was not answered.

    Raises `_NotCommitted` when it did not, and `Unanswered` when nobody can say.
    """
    if called.number is None:
        return
    for attempt in range(1, ATTEMPTS + 1):
        await asyncio.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            became = await greenlet_spawn(_ask_became, engine.sync_engine, called.number)
        except (Busy, OSError):
            continue
        except DBAPIError as error:
            if is_lost(error):
                continue
            # The number is not this server's: another one stands in for it.
            break
        if became == "committed":
            return
        if became == "aborted":
            raise _NotCommitted("the commit did not take place")
        if became is None:
            break
    raise Unanswered("the database server went away while it committed") from called.unheard


def _ask_became(engine: Engine, number: str) -> str | None:
    with _connected(engine) as connection:
        became: str | None = fetch(connection, _BECAME, number)[0][0]
    return became


class _Beside:
    """An event loop in a thread of its own, with a connection of its own."""

    def __init__(self, url: PostgresUrl) -> None:
        self._loop = asyncio.new_event_loop()
        # A command that is interrupted must end although the server may never answer.
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._engine = make_engine(url, 1, patient=True)

    def run(self, work: Callable[[AsyncEngine], Awaitable[Any]]) -> Any:
        """What it gives or raises. A command may end within it (`SystemExit`), which would end
        the loop instead, and nobody would be told."""

        async def go() -> tuple[Any, SystemExit | None]:
            try:
                return await work(self._engine), None
            except SystemExit as end:
                return None, end

        result, end = asyncio.run_coroutine_threadsafe(go(), self._loop).result()
        if end is not None:
            raise end
        return result

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._engine.dispose(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _tell_failure(task: asyncio.Task[Any]) -> None:
    """The caller is gone, so nobody else hears of it."""
    if not task.cancelled() and task.exception() is not None:
        logger.error("a write failed after its caller was gone", exc_info=task.exception())
