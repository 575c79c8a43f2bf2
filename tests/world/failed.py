"""Seeds that the tests live through: each found a mistake, or has something rare.

A seed names a town only as long as `plans` and `people` draw as they do: what it found is written
down, so that a rare thing can be sought again.
"""

from __future__ import annotations

SEEDS: dict[int, str] = {
    0: "power cuts; a photo that was left expected by whoever died as its row was kept",
    5: "the same of a voice note; six answers lost in a row; a photo that is gone",
    10: "an update that fails until it is mended, and is tried again; an announcement to five",
    12: "a second announcement in a week, which waits for its end",
    22: "a vote with its close, its count and its result, and what was kept of no voter",
    80: "power cuts where files are sent; an older database that is laid down again",
    151: "a group that moves while the whole bot must wait, heard by a process that just began",
    175: "a story of a voice note alone, and words under a photo where photos are asked for",
    728: "a vote that somebody answers when its result is announced: told in the same words",
}

SAMPLE = range(100)
"""Towns as they come: with those above, what every run lives through."""

SLOW = frozenset({151, 175, 728})
"""Those beyond the sample that take more than a few seconds: not in every run."""
