"""Small elections for the tests of counting."""

from __future__ import annotations

from bot.counting.ballots import Election, Option
from bot.counting.money import read_money


def election(
    costs: dict[str, str],
    *ballots: str,
    pot: str | None = None,
    seats: int = 1,
    least: int = 0,
    most: int | None = None,
    withdrawn: str = "",
) -> Election:
    """Options named by one letter each; a ballot is written as the letters it chose."""
    options = [
        Option(key, key.upper(), read_money(cost), key in withdrawn) for key, cost in costs.items()
    ]
    return Election(
        options,
        [tuple(ballot) for ballot in ballots],
        pot=None if pot is None else read_money(pot),
        seats=seats,
        least=least,
        most=most,
    )


POT_100 = """META
key;value
description;Plaza vote
country;Uruguay
unit;Casavalle
instance;2026
num_projects;4
num_votes;6
budget;100
vote_type;approval
rule;greedy
date_begin;01.11.2026
date_end;30.11.2026
PROJECTS
project_id;cost;votes;name;selected
2;50;4;Luces;1
1;60;4;"Juegos; y bancos";0
3;30;3;Árboles;1
4;10;1;Pintura;1
VOTES
voter_id;vote
1;1,2
2;1,2
3;1,3
4;1,2,3
5;2,3
6;4
"""
"""A whole file whose winners are worked out by hand in the tests."""
