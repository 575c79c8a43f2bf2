"""Counting rules by name, and what each says of every option.

Greedy is how most cities decide a participatory budget: the option with the most votes first, for
as long as it fits into what is left (Rey and Maly, "The (Computational) Social Choice Take on
Indivisible Participatory Budgeting", arXiv 2303.00621, section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.counting.ballots import Count, Election, Option, count_ballots
from bot.counting.money import NOTHING, Money
from bot.counting.ties import TieRule

WINS = "wins"
LOSES = "loses"
NOBODY = "nobody chose it"
BELOW = "below the least"
TOO_DEAR = "does not fit"
AFTER_STOP = "after the stop"


@dataclass(frozen=True, slots=True)
class Step:
    """One option in the order in which it was looked at. `left` is what remains after it."""

    key: str
    votes: int
    verdict: str
    cost: Money
    left: Money | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Options with the same votes, in the order that the tie rule gave.

    `decided` tells whether another order would have let another one win.
    """

    keys: tuple[str, ...]
    votes: int
    rule: str
    decided: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A count with its steps. `winners` are in the order in which they won."""

    method: str
    tie_rule: str
    count: Count
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    left: Money | None

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(step.key for step in self.steps if step.verdict == WINS)


Ranked = Sequence[tuple[Option, int]]
"""Options with their votes, most first."""


@dataclass(frozen=True, slots=True)
class Method:
    """`verdicts` gives, for ranked options in order, each one's verdict and what is left after it.

    `decided` tells of the steps of equals, and what was left before them, whether another order
    would have let another one win. `most` is what the method itself lets a ballot choose.
    """

    verdicts: Callable[[Election, Ranked], Iterator[tuple[str, Money | None]]]
    decided: Callable[[Sequence[Step], Money], bool]
    needs_pot: bool = False
    most: int | None = None


def count_election(election: Election, method: str, tie_rule: TieRule) -> Outcome:
    """Count by a method of `METHODS`. Raises `ValueError` for another, or for a missing pot."""
    if method not in METHODS:
        raise ValueError(f"the method {method!r} is none of: {', '.join(METHODS)}")
    if METHODS[method].needs_pot and election.pot is None:
        raise ValueError(f"{method} needs to know how much can be spent")
    if (most := METHODS[method].most) is not None:
        election = replace(election, most=most)
    count = count_ballots(election)
    ranked = _rank(election, count, tie_rule)
    verdicts = METHODS[method].verdicts(election, ranked)
    steps = tuple(
        Step(option.key, votes, verdict, option.cost, left)
        for (option, votes), (verdict, left) in zip(ranked, verdicts, strict=True)
    )
    left = steps[-1].left if steps else election.pot
    ties = tuple(_ties(steps, METHODS[method], tie_rule.name, election.pot or NOTHING))
    return Outcome(method, tie_rule.name, count, steps, ties, left)


def _rank(election: Election, count: Count, tie_rule: TieRule) -> Ranked:
    """Most votes first; equal ones as the tie rule says."""
    options = [option for option in election.options if not option.withdrawn]
    options.sort(key=lambda option: -count.votes[option.key])
    ranked: list[tuple[Option, int]] = []
    for votes, tied in groupby(options, key=lambda option: count.votes[option.key]):
        ranked += [(option, votes) for option in tie_rule.order(list(tied))]
    return ranked


def _most_votes(election: Election, ranked: Ranked) -> Iterator[tuple[str, Money | None]]:
    """The first `seats` win."""
    free = election.seats
    for _option, votes in ranked:
        verdict = _out(election, votes) or (WINS if free else LOSES)
        free -= verdict == WINS
        yield verdict, None


def _skip(election: Election, ranked: Ranked) -> Iterator[tuple[str, Money | None]]:
    """What does not fit is passed over."""
    left = election.pot or NOTHING
    for option, votes in ranked:
        verdict = _out(election, votes) or (WINS if option.cost <= left else TOO_DEAR)
        if verdict == WINS:
            left -= option.cost
        yield verdict, left


def _stop(election: Election, ranked: Ranked) -> Iterator[tuple[str, Money | None]]:
    """The first that does not fit ends it."""
    left, stopped = election.pot or NOTHING, False
    for option, votes in ranked:
        verdict = _out(election, votes)
        if verdict is None:
            fits = option.cost <= left
            verdict = AFTER_STOP if stopped else WINS if fits else TOO_DEAR
            stopped = stopped or not fits
        if verdict == WINS:
            left -= option.cost
        yield verdict, left


def _out(election: Election, votes: int) -> str | None:
    if votes == 0:
        return NOBODY
    return BELOW if votes < election.least else None


def _ties(steps: Sequence[Step], method: Method, rule: str, before: Money) -> Iterator[Tie]:
    """Groups of equals, but for those that nobody chose or that were too few to win."""
    for votes, group in groupby(steps, key=lambda step: step.votes):
        tied = list(group)
        if len(tied) > 1 and tied[0].verdict not in {NOBODY, BELOW}:
            decided = method.decided(tied, before)
            yield Tie(tuple(step.key for step in tied), votes, rule, decided)
        before = tied[-1].left or NOTHING


def _not_all_win(tied: Sequence[Step], _before: Money) -> bool:
    return 0 < sum(step.verdict == WINS for step in tied) < len(tied)


def _not_all_fit(tied: Sequence[Step], before: Money) -> bool:
    """Whoever fits alone would have been taken in the first place."""
    alone = [step.cost for step in tied if step.cost <= before]
    return sum(alone) > before


def _may_stop(tied: Sequence[Step], before: Money) -> bool:
    """The group ends the count somewhere, and one of it could have come before that."""
    if tied[0].verdict == AFTER_STOP:
        return False
    costs = [step.cost for step in tied]
    return min(costs) <= before < sum(costs)


METHODS: Mapping[str, Method] = {
    "plurality": Method(_most_votes, _not_all_win, most=1),
    "approval": Method(_most_votes, _not_all_win),
    "greedy-skip": Method(_skip, _not_all_fit, needs_pot=True),
    "greedy-stop": Method(_stop, _may_stop, needs_pot=True),
}
