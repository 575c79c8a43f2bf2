"""Ending in order: signals ask for it once, and what is under way is finished first.

A loop that is cancelled is asked to end. What it must not leave half done it awaits through
`finished`; cancelled once more, it leaves that too.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
Task = asyncio.Task[Any]

logger = logging.getLogger(__name__)

TAKING_SECONDS = 4
"""How long answers to pages and turns under way may take once the process is told to stop."""

SENDING_SECONDS = 3.0
"""So long after them what is being sent may take; what is not begun is put back at once."""

CUT_SECONDS = 1.0
"""So long what is still waiting for an answer has to note that it is lost."""

STOP_MOST = 10
"""A process that is told to stop is gone after so many seconds, whatever holds it."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def finished(work: Awaitable[T]) -> T:
    """Await `work`; a caller that is cancelled meanwhile ends only when `work` has.

    Cancelled once more, the caller takes `work` with it.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
        # Raised, it would take the place of the cancellation, and the loop would live on.
        if not task.cancelled() and (error := task.exception()):
            logger.error("work that was under way at the stop failed", exc_info=error)
        raise


async def until_stopped(stopped: asyncio.Event, tasks: Collection[Task]) -> None:
    """Wait for the stop, or until one of the tasks ends by itself; raises what that one raised.

    A process that lacks one of its loops would look well and do half of its work.
    """
    waiting = asyncio.create_task(stopped.wait())
    try:
        done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    for task in done - {waiting}:
        task.result()


async def end(tasks: Collection[Task], seconds: float, *, ask: bool = True) -> bool:
    """Wait so long for tasks to end, having asked them (by cancelling) first. Whether all did."""
    if ask:
        for task in tasks:
            task.cancel()
    _, left = await asyncio.wait(tasks, timeout=seconds) if tasks else ((), ())
    return not left


@contextmanager
def told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first SIGTERM or Ctrl-C. The second one ends the process at once, and
    so does `STOP_MOST`: both as safe as any other death.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def first() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
            # Python's own answer to Ctrl-C is an exception, which would wait for threads.
            signal.signal(number, signal.SIG_DFL)
        signal.alarm(STOP_MOST)
        stop()

    for number in _SIGNALS:
        loop.add_signal_handler(number, first)
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
