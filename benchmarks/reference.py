"""A fixed piece of Python, so that figures of different machines can be compared."""

from __future__ import annotations

import time

ROUNDS = 2_000_000


def reference_seconds() -> float:
    """CPU seconds of a fixed loop on this machine, now."""
    start = time.process_time()
    total = 0
    for number in range(ROUNDS):
        total += number % 7
    return time.process_time() - start
