"""Who comes first among equals: rules with names, decided before the vote."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.counting.ballots import Option

LOT = "lot:"
SEED_MOST = 200
"""Signs of a published seed."""


@dataclass(frozen=True, slots=True)
class TieRule:
    """`order` sorts options with equal votes, given in the order of their file."""

    name: str
    order: Callable[[Sequence[Option]], list[Option]]


def read_tie_rule(name: str) -> TieRule:
    """The rule of this name: `cheapest`, `file` or `lot:SEED`. Raises `ValueError`.

    `cheapest` leaves what costs the same in the order of the file.
    """
    if name == "file":
        return TieRule(name, list)
    if name == "cheapest":
        return TieRule(name, lambda tied: sorted(tied, key=lambda option: option.cost))
    seed = name.removeprefix(LOT)
    if name.startswith(LOT) and 0 < len(seed) <= SEED_MOST:
        return TieRule(name, lambda tied: sorted(tied, key=lambda option: draw(seed, option.key)))
    raise ValueError(f"the tie rule {name!r} is none of: cheapest, file, lot:SEED")


def draw(seed: str, key: str) -> str:
    """The lot of an option, lower first; anybody draws it again: `printf 'SEED/KEY' | sha256sum`.

    It is as fair as its seed: one that nobody who knows the ballots could choose.
    """
    return hashlib.sha256(f"{seed}/{key}".encode()).hexdigest()
