"""What came of a vote, as the count gives it and as everybody may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.votes import AREA_LEAST, Vote


@dataclass(frozen=True, slots=True)
class Standing:
    """One option in the order in which the count looked at it. `left` of the pot is after it.

    `verdict` is a word of `bot.counting.rules`: `wins`, `loses`, `nobody chose it`, …
    """

    key: str
    votes: int
    won: bool
    verdict: str
    left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TieTold:
    """Options with equally many votes, in the order that the tie rule gave.

    `decided`: another order would have let another one win.
    """

    keys: tuple[str, ...]
    votes: int
    decided: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A count. The four kinds of ballots add up to `ballots`, which is the turnout.

    `blank` chose nothing on purpose; `without_choice` chose only what was withdrawn since;
    `invalid` broke the rules. `areas` are those with at least `AREA_LEAST` voters, and only where
    what is left over has as many too.
    """

    vote: Vote
    standings: tuple[Standing, ...]
    ties: tuple[TieTold, ...]
    ballots: int
    with_choice: int
    blank: int
    without_choice: int
    invalid: int
    left: Decimal | None = None
    areas: tuple[tuple[str, int], ...] = ()

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(standing.key for standing in self.standings if standing.won)

    @property
    def all_equal(self) -> bool:
        """Every option has the same number of votes, and at least one."""
        votes = {standing.votes for standing in self.standings}
        return len(self.standings) > 1 and len(votes) == 1 and votes != {0}


def told_areas(areas: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Turnout by area, without those so small that a neighbour could tell who voted.

    Held back together, the small ones must be large enough too: with one area missing, its number
    would be the difference to the whole.
    """
    by_size = sorted(areas.items(), key=lambda item: (-item[1], item[0]))
    shown = [item for item in by_size if item[1] >= AREA_LEAST]
    held = sum(count for _area, count in by_size[len(shown) :])
    while shown and 0 < held < AREA_LEAST:
        held += shown.pop()[1]
    return tuple(shown)
