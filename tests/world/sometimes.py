"""What a whole run must have met, and how often it did: what was never met proves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.world.faults import CALL_FAULTS

FULL = 100
"""From so many seeds on a run fails that never met one of these."""

MOVES = ("say", "place", "sticker", "video", "old press", "block", "leave", "return")
ACTS = ("planned", "again", "done", "restart", "release", "clock jump", "power cut")
REFUSALS = ("403: sendMessage", "400: sendMessage")
ENDS = ("ended: sent", "ended: given up blocked", "ended: given up rejected",
        "ended: unknown answer lost")  # fmt: skip

SOMETIMES: tuple[str, ...] = (
    *MOVES,
    *ACTS,
    *REFUSALS,
    *ENDS,
    *(f"{kind}: {method}" for method, kinds in CALL_FAULTS.items() for kind in kinds),
)


def never_met(seen: Mapping[str, int]) -> list[str]:
    return [what for what in SOMETIMES if what not in seen]


def table(seen: Mapping[str, int]) -> str:
    """How often each thing was met, with what else came up after it."""
    others = sorted(set(seen) - set(SOMETIMES))
    return "".join(f"{seen.get(what, 0):9} {what}\n" for what in (*SOMETIMES, *others))
