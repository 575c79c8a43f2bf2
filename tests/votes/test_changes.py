"""What may still change in a vote that is open: its texts, and what is withdrawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.messages import Name
from bot.domain.outcomes import NotAllowed
from bot.services import vote_course
from bot.services.vote_course import Changed
from storage import audit, ballots
from tests.houses import SmallHouse
from tests.votes.elections import (
    WHY,
    all_cast,
    closed,
    counts,
    ending,
    made_up,
    opened,
    option,
    result,
    six_voted,
    stands,
    told,
)


@pytest.fixture
def six(house: SmallHouse) -> str:
    return six_voted(house)


def correct(house: SmallHouse, code: str, **changes: Any) -> Changed | NotAllowed:
    vote = stands(house, code)
    return house.database.write_now(
        vote_course.correct_vote, house.outside, "ana", vote, replace(vote, **changes)
    )


def test_a_corrected_text_keeps_every_ballot_and_is_noted(house: SmallHouse, six: str) -> None:
    a, *others = stands(house, six).options
    better = replace(a, label=Name("Opción A", (("es", "Opción A"), ("en", "Option A"))))
    assert isinstance(correct(house, six, options=(better, *others)), Changed)
    assert stands(house, six).options[0].label.within("en") == "Option A"
    lines = house.database.write_now(audit.lines)
    assert lines[0][2:] == ("vote correct", six, "the texts of a")
    closed(house, six)
    assert counts(house, six) == {"c": 3, "a": 2, "b": 2}


def test_a_cost_and_a_new_option_are_refused_while_it_is_open(house: SmallHouse, six: str) -> None:
    a, *others = stands(house, six).options
    cost = correct(house, six, options=(replace(a, cost=Decimal(1)), *others))
    more = correct(house, six, options=(a, *others, option("d")))
    less = correct(house, six, options=tuple(others))
    date = correct(house, six, closes=stands(house, six).closes.replace(year=2027))
    refused = [done for done in (cost, more, less, date) if isinstance(done, NotAllowed)]
    said = [done.why.partition("Also changed: ")[2] for done in refused]
    assert said == [
        "the cost of a.",
        "the new option d.",
        "the missing option a.",
        "closes.",
    ]


def test_a_withdrawn_option_is_told_to_all_and_its_ballots_stay(
    house: SmallHouse, six: str
) -> None:
    told(house)
    done = house.database.write_now(
        vote_course.withdraw_option, house.outside, "ana", six, "c", WHY
    )
    assert isinstance(done, Changed)
    assert done.told == 6
    assert told(house).count(b"was withdrawn") == 6
    all_cast(house, six, dora=["b"])
    closed(house, six)
    found = result(house, six)
    assert counts(house, six) == {"b": 3, "a": 2}
    assert (found.ballots, found.with_choice, found.without_choice) == (6, 4, 2)


def test_the_last_option_cannot_be_withdrawn(house: SmallHouse) -> None:
    code = opened(house, made_up("a", "b"))
    withdraw = vote_course.withdraw_option
    house.database.write_now(withdraw, house.outside, "ana", code, "a", WHY)
    for key, why in (("a", "already"), ("b", "the last option"), ("z", "no option z")):
        refused = house.database.write_now(withdraw, house.outside, "ana", code, key, WHY)
        assert isinstance(refused, NotAllowed)
        assert why in refused.why


def test_a_withdrawn_vote_is_told_and_its_ballots_are_erased_unread(
    house: SmallHouse, six: str
) -> None:
    told(house)
    done = house.database.write_now(vote_course.withdraw_vote, house.outside, "ana", six, WHY)
    assert isinstance(done, Changed)
    assert done.told == 6
    assert b"Llueve." in told(house)
    assert ending(house).clean_now() == [six]
    assert house.database.write_now(ballots.count_ballots, six) == 0
    assert house.database.write_now(ballots.counted_ballots, six) == []
    assert not house.keys.votes.has(six)
    house.later(days=30)
    assert house.database.write_now(vote_course.close_due, house.outside, house.keys) == []
