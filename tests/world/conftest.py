"""What every town in one process needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.world.simulate import prepare


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    prepare()
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
