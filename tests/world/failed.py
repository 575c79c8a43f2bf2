"""Seeds that every run of the tests lives through: each found a mistake, or has something rare.

A seed names a town only as long as `plans` and `people` draw as they do: what it found is written
down, so that a rare thing can be sought again.
"""

from __future__ import annotations

SEEDS: dict[int, str] = {
    0: "power cuts in every step",
    11: "five answers lost in a row: a question that ends unsure",
    2: "two questions of equal words: which of them still has its buttons",
}
