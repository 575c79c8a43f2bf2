"""Connections to a PostgreSQL server: how they are made, and what their errors mean."""

from __future__ import annotations

import ssl
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import Away, DatabaseError, Refused
from storage.postgres_url import PostgresUrl

CONNECT_SECONDS = 5.0
WAIT_SECONDS = 10.0
"""For a free connection of this process."""

STATEMENT_SECONDS = 60.0
"""A statement of the serving process that is not answered for so long is given up: the server or
the way to it is gone, which TCP alone notices after a quarter of an hour."""

LOCK_SECONDS = 10
"""How long a statement waits for rows that another transaction holds."""

STATEMENTS_KEPT = 300
"""Statements that each connection keeps prepared; a turn has some forty."""

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""What making a connection may end in."""

SERVER = "server"
"""The option of an engine that tells people where its server is."""

_PERSONAL = ("22", "23")
"""Classes of errors (data, constraints) whose texts repeat values of the row."""


async def connect(
    url: PostgresUrl, *, patient: bool = True, **settings: Any
) -> asyncpg.Connection:
    """A connection of the driver's own. `patient` waits for each answer as long as it takes."""
    return await asyncpg.connect(
        host=url.host or None,
        port=url.port,
        user=url.user or None,
        password=url.password or None,
        database=url.database,
        ssl=_ssl(url),
        timeout=CONNECT_SECONDS,
        command_timeout=None if patient else STATEMENT_SECONDS,
        **settings,
    )


def _ssl(url: PostgresUrl) -> ssl.SSLContext | str:
    if not url.ssl_mode.startswith("verify"):
        return url.ssl_mode
    context = ssl.create_default_context(cafile=url.ssl_root or None)
    context.check_hostname = url.ssl_mode == "verify-full"
    return context


def make_engine(url: PostgresUrl, connections: int, *, patient: bool = False) -> AsyncEngine:
    """An engine for one event loop. It begins and ends no transactions: see `postgres_line`."""

    async def creator() -> Any:
        return await connect(
            url,
            patient=patient,
            statement_cache_size=STATEMENTS_KEPT,
            max_cached_statement_lifetime=0,
        )

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=creator,
        pool_size=connections,
        max_overflow=0,
        # As few as the load asks for: each has to prepare its own statements.
        pool_use_lifo=True,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        execution_options={SERVER: url.server},
        connect_args={"prepared_statement_cache_size": STATEMENTS_KEPT},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        # Not as parameters of the connection: a pooler refuses those that it does not know.
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        cursor.close()

    @event.listens_for(engine.sync_engine, "checkout")
    def _look(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            # The server went away, and with it all that were made before.
            raise InvalidatePoolError

    event.listen(engine.sync_engine, "handle_error", _take_values_out)
    return engine


def sqlstate(error: BaseException) -> str:
    """The server's five signs for what went wrong; '' when the error is not the server's."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(original, "sqlstate", None) or "")


def is_outdated(error: BaseException) -> bool:
    """Whether a statement was prepared before a migration changed the types of what it finds: the
    driver has forgotten it, so that it will do the next time."""
    original = error.orig if isinstance(error, DBAPIError) else error
    outdated = asyncpg.InvalidCachedStatementError
    return isinstance(original, outdated) or isinstance(
        getattr(original, "__cause__", None), outdated
    )


_OF_A_FILE = (
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
)
"""What reading a file may end in, such as a key in the middle of a transaction: no line does."""


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone: nothing that was not committed has taken place."""
    if isinstance(error, OSError):
        return not isinstance(error, _OF_A_FILE)
    invalidated = isinstance(error, DBAPIError) and error.connection_invalidated
    return invalidated or sqlstate(error).startswith(("08", "57P0"))


def why_away(error: BaseException, server: str) -> DatabaseError:
    """What to tell of a connection that could not be made to `server`, as it is told to people."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig.__cause__ or error.orig
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidPasswordError():
            return Refused(f"the database server ({server}) refuses this user or password")
        case asyncpg.InvalidCatalogNameError():
            return Refused(f"the database server ({server}) has no database of this name")
        case asyncpg.InterfaceError() if not isinstance(error, asyncpg.InternalClientError):
            return Refused(f"the database server ({server}) cannot be spoken with ({error})")
        case asyncpg.PostgresError():
            return Away(f"the database server ({server}) takes nobody in ({type(error).__name__})")
        case _:
            why = type(error).__name__
            return Away(f"the database server ({server}) cannot be reached ({why})")


def take_values_out(error: BaseException) -> None:
    """The server's texts and the driver's repeat values, such as a resident's words; errors are
    logged, so what names values is cut down to what was broken."""
    seen: BaseException | None = error
    state = sqlstate(error)
    while seen is not None:
        if isinstance(seen, asyncpg.PostgresError):
            named = f" {seen.constraint_name}" if seen.constraint_name else ""
            seen.detail = None
            if state.startswith(_PERSONAL):
                seen.args = (f"{type(seen).__name__}{named} ({state})",)
        elif isinstance(seen, asyncpg.InterfaceError):
            seen.args = (type(seen).__name__,)
        seen = seen.__cause__ or seen.__context__


def _take_values_out(context: ExceptionContext) -> None:
    """Of an error that SQLAlchemy tells."""
    take_values_out(context.original_exception)
    cause = context.original_exception.__cause__
    if cause is not None:
        told = f"{type(cause).__name__}: {cause}"
        context.original_exception.args = (told,)
        if context.sqlalchemy_exception is not None:
            context.sqlalchemy_exception.args = (told,)
