"""Results for the tests of what is told and shown of them, as the count would give them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.domain.messages import Name
from bot.domain.vote_results import Result, Standing, TieTold
from bot.domain.votes import Option, Status, Vote
from tests.votes.elections import made_up


def vote_of(*options: Option, **more: Any) -> Vote:
    """A published vote of the country `riverside`."""
    values: dict[str, Any] = {
        "country": "riverside",
        "code": "RIV-2222",
        "question": Name("Which <first>?"),
        "options": options,
        "status": Status.PUBLISHED,
        "method": "plurality",
    }
    return replace(made_up(), **({"most": 1} | values | more))


def named(key: str, cost: str = "0", withdrawn: str = "") -> Option:
    why = Name(withdrawn) if withdrawn else None
    return Option(key, Name(f"The {key}"), cost=Decimal(cost), withdrawn=why)


def result(vote: Vote, *counts: tuple[str, int, bool], **more: Any) -> Result:
    """`counts` are keys with their votes and whether they won, most votes first."""
    standings = tuple(
        Standing(key, votes, won, "wins" if won else "loses") for key, votes, won in counts
    )
    total = sum(votes for _key, votes, _won in counts)
    values: dict[str, Any] = {
        "ties": (),
        "ballots": total,
        "with_choice": total,
        "blank": 0,
        "without_choice": 0,
        "invalid": 0,
    }
    return Result(vote, standings, **(values | more))


def one_winner() -> Result:
    return result(
        vote_of(named("bench"), named("tree")), ("tree", 1200, True), ("bench", 3, False)
    )


def with_money() -> Result:
    vote = vote_of(
        named("bench", "1500.20"),
        named("tree", "2100.40"),
        named("wall", "900", withdrawn="The wall is gone."),
        pot=Decimal("3600.60"),
        currency="KES",
        most=3,
    )
    return result(
        vote, ("tree", 4, True), ("bench", 4, True), left=Decimal("0.00"), areas=(("centre", 20),)
    )


def tied() -> Result:
    return result(
        vote_of(named("bench"), named("tree"), tie="lot:a seed"),
        ("tree", 3, True),
        ("bench", 3, False),
        ties=(TieTold(("tree", "bench"), 3, True),),
    )


def nobody() -> Result:
    return result(vote_of(named("bench"), named("tree")), ("bench", 0, False), ("tree", 0, False))
