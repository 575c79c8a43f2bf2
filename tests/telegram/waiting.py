"""Waiting for what another process or task does, which no event of ours tells of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SECONDS = 20.0
"""A test that waits longer has failed; no test depends on how long it took."""


async def until(holds: Callable[[], object], seconds: float = SECONDS) -> None:
    """Return once it holds. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # what is waited for stands in another process
            await asyncio.sleep(0.01)
