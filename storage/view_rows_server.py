"""The rows of an open view on a server, as a stream: by a cursor, some thousand at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import asyncpg

from storage.errors import Away
from storage.postgres_link import AWAY, connect, is_lost, why_away
from storage.postgres_url import PostgresUrl
from storage.view_rows import Stream, Wanted, order, within

T = TypeVar("T")

ROWS_AT_ONCE = 2_000


@contextmanager
def streamed_from_server(url: PostgresUrl, wanted: Wanted) -> Iterator[Stream]:
    """`streamed` from a server, in a read-only transaction that sees one moment.

    Raises `Away` when the server goes meanwhile. Not within a running event loop.
    """
    where, values = within(wanted, lambda number: f"${number}", lambda moment: moment)
    loop = asyncio.new_event_loop()

    def wait(work: Coroutine[Any, Any, T]) -> T:
        try:
            return loop.run_until_complete(work)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            if is_lost(error) or isinstance(error, asyncpg.InterfaceError):
                raise Away("the database server went away") from error
            raise

    try:
        try:
            # Behind a pooler statements cannot be kept from one transaction to the next.
            connection = loop.run_until_complete(connect(url, statement_cache_size=0))
        except AWAY as error:
            raise why_away(error) from error
        try:
            count = wait(_declare(connection, wanted, where, values))
            yield Stream(count, _fetched(lambda: wait(_fetch(connection))))
        finally:
            connection.terminate()
            # What it still has to close is closed in a turn of its loop.
            loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()


async def _declare(connection: Any, wanted: Wanted, where: str, values: list[Any]) -> int:
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    zones = json.dumps(dict(wanted.zones or {}))
    await connection.execute("SELECT set_config('baraza.zones', $1, true)", zones)
    source = f"({wanted.view.select_on('postgresql')}) AS wanted{where}"
    count: int = await connection.fetchval(f"SELECT count(*) FROM {source}", *values)
    await connection.execute(
        f"DECLARE rows NO SCROLL CURSOR FOR SELECT {wanted.names} FROM {source}"
        f"{order(wanted.view)}",
        *values,
    )
    return count


async def _fetch(connection: Any) -> Sequence[Sequence[Any]]:
    rows: Sequence[Sequence[Any]] = await connection.fetch(f"FETCH {ROWS_AT_ONCE} FROM rows")
    return rows


def _fetched(fetch: Any) -> Iterator[Sequence[Any]]:
    while batch := fetch():
        yield from batch
