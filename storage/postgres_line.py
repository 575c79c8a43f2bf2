"""Statements on the PostgreSQL driver's own connection, within a function of `write` or `read`.

SQLAlchemy's way through an execution costs three times what the driver's own does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.util import await_only

from storage.postgres_link import is_lost, take_values_out

T = TypeVar("T")


class Unheard(Exception):
    """The connection was lost while it committed: nobody here knows what became of it."""


def fetch(connection: Connection, sql: str, *values: Any) -> list[Sequence[Any]]:
    """Everything that a query finds; its values stand at `$1` and so on."""
    return _ask(connection, lambda driver: driver.fetch(sql, *values))


def run(connection: Connection, sql: str, *values: Any) -> int:
    """Change rows. How many."""
    told = _ask(connection, lambda driver: driver.execute(sql, *values))
    return int(told.rpartition(" ")[2])


def run_many(connection: Connection, sql: str, values: Sequence[Sequence[Any]]) -> None:
    """Change rows once for each of several values, in one round trip."""
    _ask(connection, lambda driver: driver.executemany(sql, values))


def copy_in(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Add rows to a table, very many in the time that one `insert` of them takes to be said."""
    _ask(
        connection,
        lambda driver: driver.copy_records_to_table(table, records=rows, columns=list(columns)),
    )


@contextmanager
def transaction(connection: Connection, **how: Any) -> Iterator[None]:
    """A transaction of the driver's own, which SQLAlchemy's statements take part in: committed
    unless an exception leaves it. Raises `Unheard` where the commit has no answer.

    A connection that is left in the middle of a statement goes with it: nobody else is to wait
    there.
    """
    driver: Any = connection.connection.driver_connection
    own = driver.transaction(**how)
    _await(driver, own.start())
    try:
        yield
    except Exception:
        if not driver.is_closed():
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await_only(own.rollback())
        raise
    except BaseException as error:
        connection.invalidate(error)
        raise
    try:
        _await(driver, own.commit())
    except (DBAPIError, OSError) as error:
        if is_lost(error):
            raise Unheard from error
        raise


def _ask(connection: Connection, ask: Callable[[Any], Awaitable[T]]) -> T:
    driver = connection.connection.driver_connection
    return _await(driver, ask(driver))


def _await(driver: Any, answer: Awaitable[T]) -> T:
    """The driver's answer; its errors are told as SQLAlchemy tells them. One that is lost is ended
    here, so that the next who takes it sees that all are to be made anew."""
    try:
        return await_only(answer)
    except OSError:
        driver.terminate()
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        take_values_out(error)
        # The last is the driver's own confusion, by a farewell of the server's in between.
        lost = (
            is_lost(error) or driver.is_closed() or isinstance(error, asyncpg.InternalClientError)
        )
        if lost:
            driver.terminate()
        kind = next((told for known, told in _TOLD if isinstance(error, known)), DBAPIError)
        raise kind(None, None, error, hide_parameters=True, connection_invalidated=lost) from error


_TOLD = (
    (asyncpg.IntegrityConstraintViolationError, IntegrityError),
    (asyncpg.InterfaceError, InterfaceError),
)
