"""What is counted: options, ballots, and how many ballots say what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.counting.money import NOTHING, Money

Ballot = tuple[str, ...]
"""The keys that one person chose, each once; empty for a blank ballot, cast on purpose."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen. A withdrawn one stays on the ballots and cannot win."""

    key: str
    name: str = ""
    cost: Money = NOTHING
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Election:
    """Options in the order of their file, and the ballots.

    `pot` is what can be spent, `seats` how many win where nothing is spent. A ballot with more
    than `most` choices is invalid; None takes as many as there are. An option with fewer than
    `least` votes cannot win.
    """

    options: Sequence[Option]
    ballots: Sequence[Ballot]
    pot: Money | None = None
    seats: int = 1
    most: int | None = None
    least: int = 0

    def __post_init__(self) -> None:
        keys = Counter(option.key for option in self.options)
        twice = [key for key, times in keys.items() if times > 1]
        if twice:
            raise ValueError(f"the option {twice[0]!r} stands there twice")
        if any(option.cost < 0 for option in self.options) or (
            self.pot is not None and self.pot < 0
        ):
            raise ValueError("an amount below nothing")


@dataclass(frozen=True, slots=True)
class Count:
    """`votes` has every option that can win. The kinds of ballots add up to `ballots`.

    `blank` chose nothing; `without_choice` chose only what was withdrawn since; `invalid` broke
    the vote's rule or named only what is no option.
    """

    votes: Mapping[str, int]
    ballots: int
    with_choice: int
    blank: int
    without_choice: int
    invalid: int


def count_ballots(election: Election) -> Count:
    """Each ballot counts once for each option it names."""
    known = {option.key for option in election.options}
    gone = {option.key for option in election.options if option.withdrawn}
    votes = {option.key: 0 for option in election.options if not option.withdrawn}
    blank = without_choice = invalid = with_choice = 0
    # Many people choose alike, so that equal ballots are looked at once.
    for ballot, times in Counter(election.ballots).items():
        chosen = set(ballot) & known
        if not ballot:
            blank += times
        elif not chosen or (election.most is not None and len(chosen) > election.most):
            invalid += times
        elif chosen <= gone:
            without_choice += times
        else:
            with_choice += times
            for key in chosen - gone:
                votes[key] += times
    return Count(votes, len(election.ballots), with_choice, blank, without_choice, invalid)
