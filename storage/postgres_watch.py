"""Waking other processes: a notification goes out with the commit that leaves them work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache

from storage.errors import Refused
from storage.later import LEDGERS
from storage.postgres_link import AWAY, connect, why_away
from storage.postgres_url import PostgresUrl

logger = logging.getLogger(__name__)

CHANNEL = "baraza_work"
"""With a task's name behind it, what is heard by whoever does that task, and by nobody else."""

CHECK_SECONDS = 5.0
"""So long a notification to oneself may take; it takes a millisecond."""

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0

ALIVE_SECONDS = 30.0
"""How often a quiet connection is asked whether it still is one."""


@cache
def ending(tasks: frozenset[str]) -> str:
    """What ends a transaction: ask for its number, which only one has that has written something,
    and wake whoever does these tasks, once it is committed."""
    wakes = [f"pg_notify('{channel(task)}', '')" for task in sorted(tasks & LEDGERS)]
    return ", ".join(["select pg_current_xact_id_if_assigned()::text", *wakes])


def channel(task: str) -> str:
    """Where it is said that there is work for a task."""
    return f"{CHANNEL}_{task}"


async def listen(
    url: PostgresUrl, wake: Callable[[str | None], None], tasks: Collection[str]
) -> None:
    """Call `wake` on each notification for one of these tasks, for ever; what was missed while
    away is one wake for all."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            connection = await connect(url, statement_cache_size=0)
            try:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
                for task in tasks:
                    await connection.add_listener(
                        channel(task), lambda *_notification, task=task: wake(task)
                    )
                wake(None)
                pause = FIRST_PAUSE_SECONDS
                while not lost.is_set():
                    with suppress(TimeoutError):
                        await asyncio.wait_for(lost.wait(), ALIVE_SECONDS)
                    await connection.execute("select 1", timeout=CHECK_SECONDS)
            finally:
                connection.terminate()
        except AWAY as error:
            logger.warning("nothing is heard from the database (%s)", type(error).__name__)
        await asyncio.sleep(pause)
        pause = min(LONGEST_PAUSE_SECONDS, pause * 2)


async def check_listening(url: PostgresUrl) -> None:
    """Send a notification from one connection to another. Raises `Refused` when it never comes: a
    pooler stands between that hands each transaction to another connection. (One connection would
    hear itself even there.)"""
    heard = asyncio.Event()
    try:
        listener = await connect(url, statement_cache_size=0)
        try:
            await listener.add_listener(CHANNEL, lambda *_notification: heard.set())
            teller = await connect(url, statement_cache_size=0)
            try:
                await teller.execute(f"NOTIFY {CHANNEL}")
                await _hear(heard)
            finally:
                teller.terminate()
        finally:
            listener.terminate()
    except AWAY as error:
        raise why_away(error, url.server) from error


async def _hear(heard: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(heard.wait(), CHECK_SECONDS)
    except TimeoutError:
        raise Refused(
            "a pooler in transaction mode (such as pgbouncer) stands between Baraza and "
            "PostgreSQL: notifications are lost there. Give BARAZA_DATABASE_URL the server's "
            "own address, or let the pooler use session mode"
        ) from None
