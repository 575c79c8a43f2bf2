"""A town with each engine of later work, one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.houses import migrated_file
from tests.postgres import cluster, empty_town
from tests.work.engines import ENGINES, FILE, Town, open_town

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(params=ENGINES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """An engine's name, and where its database is."""
    engine: str = request.param
    if engine != FILE:
        return engine, cluster().text_url(empty_town())
    path = tmp_path / "town.db"
    path.write_bytes(migrated_file())
    return engine, str(path)


@pytest.fixture
async def town(place: tuple[str, str]) -> AsyncIterator[Town]:
    engine, where = place
    async with open_town(engine, Path(where), where, NOW) as found:
        yield found
