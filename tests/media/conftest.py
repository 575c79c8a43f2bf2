"""A small house, and the channel that its files come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fetchers import Channel
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


@pytest.fixture
async def channel(house: SmallHouse) -> AsyncIterator[Channel]:
    yield Channel(house)
    await house.database.close()
