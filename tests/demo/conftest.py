"""Houses that made-up towns are filled into."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.demo.towns import made
from tests.houses import SmallHouse, small_house


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallHouse]:
    """A quarter of a town that is large enough to have everything. Only to be read."""
    for house in small_house(tmp_path_factory.mktemp("big")):
        made(house, days=90, residents=250)
        yield house
