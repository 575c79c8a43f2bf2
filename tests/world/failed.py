"""Seeds that the tests live through: each found a mistake, or has something rare.

A seed names a town only as long as `plans` and `people` draw as they do: what it found is written
down, so that a rare thing can be sought again.
"""

from __future__ import annotations

SEEDS: dict[int, str] = {
    0: "power cuts in every step",
    11: "five answers lost in a row: a question that ends unsure",
    2: "an update set aside by whoever died before saying sorry for it",
    10: "five copies of an announcement, each sent once or unknown",
    22: "a vote with its close, its count and its result",
}

SLOW = frozenset({11})
"""Those of them that take more than a few seconds: not in every run."""
