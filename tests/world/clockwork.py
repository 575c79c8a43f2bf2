"""An event loop on virtual time: it never waits, and tells when there is nothing left to run."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVarTuple, Unpack

Args = TypeVarTuple("Args")


class _Instant(selectors.SelectSelector):
    """Lets time pass instead of waiting for it. Nothing outside the process is ever ready."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: Callable[[float | None], None] = lambda seconds: None

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout > 0:
            self.passed(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Asks `rests` whenever nothing can run until time passes: True ends `run_forever`."""

    def __init__(self, now: float) -> None:
        selector = _Instant()
        self._now = now
        super().__init__(selector)
        selector.passed = self._pass
        self.rests: Callable[[], bool] = lambda: False

    def time(self) -> float:
        return self._now

    def call_soon_threadsafe(
        self,
        callback: Callable[[Unpack[Args]], object],
        *args: *Args,
        context: Context | None = None,
    ) -> asyncio.Handle:
        # All is one thread here: nobody has to be woken through a socket.
        return self.call_soon(callback, *args, context=context)

    def _pass(self, seconds: float | None) -> None:
        if self.rests():
            self.stop()
        elif seconds is None:
            raise RuntimeError("everything waits for something that will never come")
        else:
            self._now += seconds

    def end(self) -> None:
        """Cancel whatever is under way, and close."""
        self.rests = lambda: False
        tasks = asyncio.all_tasks(self)
        for task in tasks:
            task.cancel()
        if tasks:
            self.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self.close()
