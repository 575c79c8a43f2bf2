"""A count as a Pabulib `.pb` file, which anybody can count again."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from bot.counting.ballots import Election
from bot.counting.money import write_money
from bot.counting.pabulib import WITHDRAWN_COST
from bot.counting.rules import NOBODY, WINS, Outcome

OBLIGATORY = ("description", "country", "unit", "instance", "date_begin", "date_end")
"""What the form demands of META beside what the count itself says. Dates are `dd.mm.yyyy`."""

RULES: Mapping[str, str] = {
    "greedy-skip": "greedy",
    "greedy-stop": "greedy-no-skip",
    # Without money each option costs 1 and the pot is the number of seats: the same winners.
    "plurality": "greedy",
    "approval": "greedy",
}


def write_pabulib(election: Election, outcome: Outcome, meta: Mapping[str, str]) -> Iterator[str]:
    """The lines of the file. Projects stand in the order in which the count took them, so that its
    tie rule can be read off. Ballots stand as they come: who hands them in has shuffled them.

    Raises `ValueError` for a `meta` without what the form demands.
    """
    missing = [name for name in OBLIGATORY if not meta.get(name)]
    if missing:
        raise ValueError(f"META needs {', '.join(missing)}")
    pot = (
        str(election.seats) if outcome.left is None else write_money(election.pot or outcome.left)
    )
    rule, least = RULES[outcome.method], _least(election, outcome)
    written = {
        **{name: meta[name] for name in OBLIGATORY[:4]},
        "num_projects": str(len(election.options)),
        "num_votes": str(len(election.ballots)),
        "budget": pot,
        "vote_type": "choose-1" if election.most == 1 else "approval",
        "rule": f"{rule}-threshold" if least and rule == "greedy" else rule,
        **{name: meta[name] for name in OBLIGATORY[4:]},
        "min_length": "1",
        "max_length": str(election.most or len(election.options)),
    }
    if least:
        written["min_project_score_threshold"] = str(least)
    written |= {name: value for name, value in meta.items() if name not in written and value}
    yield "META\n"
    yield from _lines([("key", "value"), *written.items()])
    yield "PROJECTS\n"
    yield from _lines(
        [("project_id", "cost", "votes", "name", "selected"), *_projects(election, outcome)]
    )
    yield "VOTES\n"
    yield from _lines([("voter_id", "vote")])
    for number, ballot in enumerate(election.ballots, start=1):
        yield from _lines([(str(number), ",".join(ballot))])


def _least(election: Election, outcome: Outcome) -> int:
    """How many votes an option needs: one where something that nobody chose would still fit, as
    the rule alone would fund it."""
    if outcome.left is None:
        fits = len(outcome.winners) < election.seats
    else:
        room = outcome.left
        fits = any(step.verdict == NOBODY and step.cost <= room for step in outcome.steps)
    return max(election.least, int(fits))


def _projects(election: Election, outcome: Outcome) -> Iterator[tuple[str, ...]]:
    named = {option.key: option.name for option in election.options}
    for step in outcome.steps:
        cost = "1" if step.left is None else write_money(step.cost)
        yield step.key, cost, str(step.votes), named[step.key], str(int(step.verdict == WINS))
    for option in election.options:
        if option.withdrawn:
            votes = sum(option.key in ballot for ballot in election.ballots)
            yield option.key, str(WITHDRAWN_COST), str(votes), option.name, "0"


def _lines(rows: list[tuple[str, ...]]) -> Iterator[str]:
    into = StringIO()
    csv.writer(into, delimiter=";", lineterminator="\n").writerows(rows)
    yield into.getvalue()
