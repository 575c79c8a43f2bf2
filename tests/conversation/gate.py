"""A second process beside a house on PostgreSQL, and a gate that functions wait at."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
from sqlalchemy import Connection, text

from bot.domain.inbound import Command, Input, Text
from storage.postgres import PostgresDatabase
from tests.houses import SmallHouse

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

    def read(self, sql: str) -> list[tuple[object, ...]]:
        return self.house.database.write_now(
            lambda connection: [tuple(row) for row in connection.execute(text(sql))]
        )


def at_the_gate(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock_shared(1)"))
