"""A town of several processes, for the tests of this folder that ask for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from storage.postgres import PostgresDatabase
from tests.conversation.gate import Town
from tests.houses import open_house
from tests.postgres import POSTGRES, cluster


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_house(tmp_path, POSTGRES) as house:
        assert isinstance(house.database, PostgresDatabase)
        other = PostgresDatabase(house.database.url, house.tasks.hand_over)
        gate = await asyncpg.connect(cluster().text_url(house.database.url.database))
        yield Town(house, other, gate)
        await gate.close()
        await other.close()
