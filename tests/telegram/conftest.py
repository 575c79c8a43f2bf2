"""A house and a bot in it, for each test anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.houses import SmallHouse
from tests.telegram.life import Life, living


@pytest.fixture
async def life(house: SmallHouse, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(house, tmp_path) as running:
        yield running
