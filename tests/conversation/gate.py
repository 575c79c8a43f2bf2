"""A second process beside a house on PostgreSQL, and a gate that functions wait at."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import asyncpg
from sqlalchemy import Connection, text

from bot.domain.inbound import Command, Input, Text
from storage.postgres import PostgresDatabase
from tests.houses import SmallHouse

T = TypeVar("T")
U = TypeVar("U")

REPORT: tuple[Input, ...] = tuple(
    Text(words)
    for words in ("report", "full bin", "it smells", "Palermo", "skip", "skip", "2", "no", "yes")
)
DOOR: tuple[Input, ...] = (Command("start"), Text("English"), Text("yes"))


@dataclass(slots=True)
class Town:
    """A house, a second process beside it, and a gate that functions wait at until it opens."""

    house: SmallHouse
    other: PostgresDatabase
    gate: asyncpg.Connection

    async def shut(self) -> None:
        await self.gate.execute("select pg_advisory_lock(1)")

    async def open(self) -> None:
        await self.gate.execute("select pg_advisory_unlock(1)")

    async def waiting(self, many: int) -> None:
        """Until so many connections wait for a lock; the gate is one."""
        asked = (
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        while await self.gate.fetchval(asked) < many:
            pass

    async def meet(
        self, first: Callable[[Connection], T], second: Callable[[Connection], U]
    ) -> tuple[T, U]:
        """What two functions come to: the second begins in the second process while the first has
        done all that it does, and is not committed. One must wait for the other there."""

        def stays(connection: Connection) -> T:
            result = first(connection)
            at_the_gate(connection)
            return result

        await self.shut()
        staying = asyncio.create_task(self.house.database.write(stays))
        await self.waiting(1)
        coming = asyncio.create_task(self.other.write(second))
        await self.waiting(2)
        await self.open()
        return await staying, await coming

    def read(self, sql: str) -> list[tuple[object, ...]]:
        return self.house.rows(sql)


def at_the_gate(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock_shared(1)"))
