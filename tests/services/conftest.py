"""A house on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        yield house
