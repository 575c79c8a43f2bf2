"""A loop over a ledger: does what is due, and sleeps until something is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0
"""It sleeps so long at most: what another process put down is found even unannounced."""

LEAST_SECONDS = 0.02
"""And so long at least, when what is due next is due already but held by another."""


class Rounds:
    """Calls `step` again and again: True when it found work, else when there will be some."""

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[bool | datetime | None]],
        clock: Callable[[], datetime],
        rest: float = 0.0,
    ) -> None:
        """`rest`: so many seconds are between two rounds at least; what comes meanwhile is then
        done together."""
        self._name = name
        self._step = step
        self._clock = clock
        self._rest = rest
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be work. Call in the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Work for as long as the process lives."""
        while True:
            self._woken.clear()
            try:
                found = await self._step()
            except Exception:
                # The loop must live on: what failed is still due.
                logger.exception("%s: a round failed", self._name)
                found = None
            if self._rest:
                await asyncio.sleep(self._rest)
            if found is True:
                continue
            # Not `wait_for`: up to Python 3.11 it may lose a cancellation.
            try:
                async with asyncio.timeout(self._seconds_until(found)):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def _seconds_until(self, due: bool | datetime | None) -> float:
        if not isinstance(due, datetime):
            return SWEEP_SECONDS
        left = (due - self._clock()).total_seconds()
        return min(SWEEP_SECONDS, max(LEAST_SECONDS, left))
