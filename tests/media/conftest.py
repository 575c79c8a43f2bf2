"""A small house, and the channel that its files come from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fetchers import Channel
from tests.houses import SmallHouse


@pytest.fixture
async def channel(house: SmallHouse) -> AsyncIterator[Channel]:
    yield Channel(house)
    await house.database.close()
