"""Questions of staff in SQL on a server, by a role that may read the open views alone."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg

from storage.columns import stored_moment
from storage.open_reading import BYTES_MOST, ROWS_MOST, SECONDS_MOST, Answer, NotAllowed, TooLong
from storage.open_role import Reader
from storage.postgres_link import AWAY, connect, why_away
from storage.postgres_url import PostgresUrl
from storage.views import VIEWS

LENGTH_MOST = 1_000_000
"""Signs of one value; what is longer is cut."""

ROWS_AT_ONCE = 100

_KEPT = {"bool", "int2", "int4", "int8", "float4", "float8", "numeric", "timestamptz", "date"}
"""Types that are handed on as they are; every other one as text."""

_MORE = """
    select string_agg(format('%I.%I', nspname, relname), ', ')
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p', 'v', 'm', 'f')
      and nspname not in ('pg_catalog', 'information_schema')
      and relname <> all($1::text[])
      and (has_table_privilege(pg_class.oid, 'select') or has_any_column_privilege(
        pg_class.oid, 'select'))
"""
_CATALOGUES = {"pg_catalog", "information_schema"}

_TELLING = re.compile(
    r"\b(pg_(?!sleep|typeof|size_pretty)\w+|(?:query|table|schema|database|cursor)_to_xml\w*|ts_stat)\(",
    re.ASCII,
)
"""Calls in a plan, which names each as the server knows it, however it was typed; without
those that wait, or that name a type or a size."""

_ROLES = """
    select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
      or exists (select from pg_auth_members where member = pg_roles.oid)
    from pg_roles where rolname = session_user
"""


class CannotAsk(Exception):
    """What was asked is no question; the server's words."""


class NoReader(Exception):
    """The role is not there, or its password is another: `db upgrade` or an administrator."""


async def ask(
    url: PostgresUrl,
    reader: Reader,
    sql: str,
    most: int = ROWS_MOST,
    zones: Mapping[str, str] | None = None,
) -> Answer:
    """Answer one question. `zones` are countries' own by name, for `local_day`.

    Raises `NotAllowed`, `TooLong`, `CannotAsk`, `NoReader`, and `Away` without a server.
    """
    try:
        connection = await connect(
            replace(url, user=reader.name, password=reader.password), statement_cache_size=0
        )
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise NoReader(str(error)) from None
    except AWAY as error:
        raise why_away(error, url.server) from error
    try:
        async with asyncio.timeout(SECONDS_MOST):
            return await _ask(connection, sql, most, zones or {})
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ReadOnlySQLTransactionError) as error:
        raise NotAllowed(str(error)) from None
    except (TimeoutError, asyncpg.QueryCanceledError):
        raise TooLong(f"stopped after {SECONDS_MOST:.0f} seconds") from None
    except (asyncpg.OutOfMemoryError, asyncpg.ProgramLimitExceededError) as error:
        raise TooLong(type(error).__name__) from None
    except asyncpg.PostgresSyntaxError as error:
        many = "multiple commands" in str(error)
        raise CannotAsk("ask one question at a time" if many else str(error)) from None
    except (
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        # A type that the driver does not know, such as those of the server's statistics.
        asyncpg.InternalClientError,
        ValueError,
    ) as error:
        raise CannotAsk(str(error)) from None
    finally:
        # Nothing is committed: a notification, say, goes nowhere.
        connection.terminate()


async def _ask(connection: Any, sql: str, most: int, zones: Mapping[str, str]) -> Answer:
    await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    await connection.execute(f"SET LOCAL statement_timeout = {int(SECONDS_MOST * 1000)}")
    await connection.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    await connection.execute("SET LOCAL idle_in_transaction_session_timeout = '60s'")
    await connection.execute("SELECT set_config('baraza.zones', $1, true)", json.dumps(zones))
    # Somebody may have granted it more since, or let it join another role.
    more = await connection.fetchval(_MORE, [view.name for view in VIEWS])
    if more or await connection.fetchval(_ROLES):
        raise NotAllowed(f"the reading role may read more than the open views: {more or 'a role'}")
    asked = sql.strip().rstrip(";")
    # Prepared, so one statement; within a cursor, so one that reads.
    attributes = (await connection.prepare(asked)).get_attributes()
    if not attributes:
        raise CannotAsk("it gives nothing to read: ask by SELECT")
    names = [f"c{number}" for number, _attribute in enumerate(attributes)]
    values = ", ".join(
        name if attribute.type.name in _KEPT else f"left({name}::text, {LENGTH_MOST})"
        for name, attribute in zip(names, attributes, strict=True)
    )
    reading = f"SELECT {values} FROM (\n{asked}\n) AS asked ({', '.join(names)})"
    plan = await connection.fetchval(f"EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) {reading}")
    if server := sorted(set(_of_the_server(json.loads(plan)))):
        raise NotAllowed(f"only the open views can be read, not {', '.join(server)}")
    await connection.fetch(f"DECLARE question NO SCROLL CURSOR FOR {reading}")
    rows, cut = await _fetch(connection, most)
    return Answer(tuple(attribute.name for attribute in attributes), rows, cut)


def _of_the_server(plan: Any) -> Iterator[str]:
    """What a plan reads of the server itself, which every role may: its catalogues, and functions
    that tell of it or run a statement of their own."""
    match plan:
        case str():
            yield from _TELLING.findall(plan)
        case list():
            for item in plan:
                yield from _of_the_server(item)
        case dict():
            if plan.get("Schema") in _CATALOGUES and "Relation Name" in plan:
                yield plan["Relation Name"]
            for item in plan.values():
                yield from _of_the_server(item)


async def _fetch(connection: Any, most: int) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    rows: list[tuple[Any, ...]] = []
    size = 0
    while batch := await connection.fetch(f"FETCH {ROWS_AT_ONCE} FROM question"):
        for row in batch:
            if len(rows) == most or size > BYTES_MOST:
                return tuple(rows), True
            rows.append(_plain(row))
            size += sum(len(value) for value in row if isinstance(value, str))
    return tuple(rows), False


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    """Values as a SQLite file gives them."""
    return tuple(_value(value) for value in row)


def _value(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return stored_moment(value.astimezone(UTC))
        case date():
            return value.isoformat()
        case _:
            return value
