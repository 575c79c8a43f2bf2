"""What a whole run must have met, and how often it did: what was never met proves nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.world.faults import CALL_FAULTS
from tests.world.matters import CLOCK_ACTS
from tests.world.organisers import ACTS as TEAM_ACTS

FULL = 400
"""From so many seeds on a run fails that never met one of these."""

MOVES = ("say", "place", "sticker", "video", "old press", "block", "leave", "return", "edit",
         "live place", "block told", "return told", "call", "become supergroup",
         "call in supergroup", "edit told", "photo", "shared photo", "broken photo", "gone photo",
         "voice", "album", "late album", "part")  # fmt: skip
WAYS = ("polling", "web hook")
ACTS = (*TEAM_ACTS, *CLOCK_ACTS, "restart", "release", "restore", "clock jump", "power cut")
REFUSALS = ("403: sendMessage", "400: sendMessage")
ENDS = ("ended: sent", "ended: given up blocked", "ended: given up rejected",
        "ended: unknown answer lost",
        "set aside")  # fmt: skip
COPIES = ("copy: sent", "copy: given up blocked",
          "copy: held stopped", "copy: waiting weekly limit", "copy: cancelled",
          "copy: cancelled forgotten", "copy: waiting",
          "copy: unknown answer lost", "copy: unknown process ended")  # fmt: skip

SOMETIMES: tuple[str, ...] = (
    *MOVES,
    *WAYS,
    *ACTS,
    *REFUSALS,
    *ENDS,
    *COPIES,
    *(f"{kind}: {method}" for method, kinds in CALL_FAULTS.items() for kind in kinds),
)


def never_met(seen: Mapping[str, int]) -> list[str]:
    return [what for what in SOMETIMES if what not in seen]


def table(seen: Mapping[str, int]) -> str:
    """How often each thing was met, with what else came up after it."""
    others = sorted(set(seen) - set(SOMETIMES))
    return "".join(f"{seen.get(what, 0):9} {what}\n" for what in (*SOMETIMES, *others))
