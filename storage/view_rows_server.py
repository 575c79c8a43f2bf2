"""The rows of an open view on a server, as a stream: by a cursor, some thousand at a time, or as
lines that the server writes itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from storage.errors import Away
from storage.postgres_link import AWAY, connect, is_lost, why_away
from storage.postgres_url import PostgresUrl
from storage.view_rows import Stream, Wanted, order, within

T = TypeVar("T")

ROWS_AT_ONCE = 2_000


class ServerStream:
    """What is wanted of a view, within a read-only transaction that sees one moment."""

    def __init__(
        self, connection: Any, loop: asyncio.AbstractEventLoop, wanted: Wanted, values: list[str]
    ) -> None:
        """`values` are the condition's, as literals."""
        self._connection = connection
        self._loop = loop
        self._columns = wanted.columns
        where, _values = within(wanted, lambda number: values[number - 1], datetime.isoformat)
        self._view = f"({wanted.view.select_on('postgresql')}) AS wanted"
        self._source = f"{self._view}{where}"
        # By the view's own columns, not by what is asked for in their place.
        self._order = order(wanted.view, "wanted.")

    def stream(self) -> Stream:
        """To be read once."""
        return Stream(self.count, self._rows())

    def count(self) -> int:
        """Counts anew each time, which takes as long as reading them does."""
        counted: int = self._wait(
            self._connection.fetchval(f"SELECT count(*) FROM {self._source}")
        )
        return counted

    def types(self) -> list[str]:
        """The server's own name of each column's type."""
        names = ", ".join(f"pg_typeof({column.name})::text" for column in self._columns)
        # No row is looked at. To prepare the statement would tell them as well, but see below.
        sql = f"SELECT {names} FROM (VALUES (1)) AS one LEFT JOIN {self._view} ON false"
        return [str(kind) for kind in self._wait(self._connection.fetchrow(sql))]

    def copy(self, columns: Sequence[str], take: Callable[[bytes], object]) -> int:
        """Hand over the lines of a CSV without a header, whole ones each time. How many rows.

        `columns` stand in SQL in the place of the wanted ones, each the text of a field or NULL.
        Raises what `take` raises.
        """
        failed: list[BaseException] = []

        async def sink(lines: bytes) -> None:
            try:
                take(lines)
            except BaseException as error:
                failed.append(error)
                raise

        asked = f"SELECT {', '.join(columns)} FROM {self._source}{self._order}"
        copying = self._connection.copy_from_query(asked, output=sink, format="csv")
        try:
            status: str = self._wait(copying)
        except Away:
            if failed:
                raise failed[0] from None
            raise
        return int(status.rpartition(" ")[2])

    def _rows(self) -> Iterator[Sequence[Any]]:
        names = ", ".join(column.name for column in self._columns)
        asked = f"SELECT {names} FROM {self._source}{self._order}"
        self._wait(self._connection.execute(f"DECLARE rows NO SCROLL CURSOR FOR {asked}"))
        while batch := self._wait(self._connection.fetch(f"FETCH {ROWS_AT_ONCE} FROM rows")):
            yield from batch

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._loop.run_until_complete(work)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_lost(error) or isinstance(error, asyncpg.InterfaceError):
                raise Away("the database server went away") from error
            raise


@contextmanager
def server_stream(url: PostgresUrl, wanted: Wanted) -> Iterator[ServerStream]:
    """As `streamed`, from a server.

    Raises `Away` when the server goes meanwhile. Not within a running event loop.
    """
    loop = asyncio.new_event_loop()
    try:
        try:
            # Behind a pooler statements cannot be kept from one transaction to the next.
            connection = loop.run_until_complete(connect(url, statement_cache_size=0))
        except AWAY as error:
            raise why_away(error, url.server) from error
        try:
            yield loop.run_until_complete(_begin(connection, loop, wanted))
        finally:
            connection.terminate()
            # What it still has to close is closed in a turn of its loop.
            loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()


async def _begin(connection: Any, loop: asyncio.AbstractEventLoop, wanted: Wanted) -> ServerStream:
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    zones = json.dumps(dict(wanted.zones or {}))
    await connection.execute("SELECT set_config('baraza.zones', $1, true)", zones)
    _where, values = within(wanted, lambda _number: "", datetime.isoformat)
    # `COPY` takes no parameters.
    literals = [await connection.fetchval("SELECT quote_literal($1::text)", one) for one in values]
    return ServerStream(connection, loop, wanted, literals)
