"""Casting, changing and reading back a ballot, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.messages import Name
from bot.domain.outcomes import Done, Refused
from bot.domain.votes import AREA, CHOICES, Barrier, Who
from bot.services import vote_course, votes
from storage import addresses, ballots
from tests.houses import START, SmallHouse
from tests.votes.elections import cast, made_up, opened, option, resident


def own(house: SmallHouse, code: str, who: str = "ana") -> tuple[str, ...] | None:
    return house.database.write_now(votes.own_ballot, house.keys, resident(house, who), code)


def barrier(house: SmallHouse, code: str, who: str = "ana", area: str = "") -> Barrier | None:
    country = house.countries["uruguay"]
    return house.database.write_now(
        votes.may_vote, house.outside, house.keys, country, resident(house, who), code, area
    )


def test_a_ballot_is_read_back_and_changed_and_counts_once(house: SmallHouse) -> None:
    code = opened(house)
    assert own(house, code) is None
    first = cast(house, code, "ana", ["b", "a"])
    assert isinstance(first, Done)
    assert own(house, code) == ("a", "b")
    again = cast(house, code, "ana", ["c"])
    assert isinstance(again, Done)
    assert own(house, code) == ("c",)
    assert first.lines[1] == again.lines[1], "the counted code stays the same"
    assert house.database.write_now(ballots.count_ballots, code) == 1
    assert house.database.write_now(ballots.participants, code) == [resident(house).resident_id]


def test_a_blank_ballot_is_one_cast_on_purpose(house: SmallHouse) -> None:
    code = opened(house)
    cast(house, code, "ana", [])
    assert own(house, code) == ()


@pytest.mark.parametrize(
    ("choices", "more"),
    [
        (["d"], {}),
        (["a", "b"], {"most": 1}),
        ([], {"blank": False}),
        (["x", "y"], {"pot": option("", "3600.60").cost, "within_pot": True}),
    ],
)
def test_what_is_no_ballot_goes_back_to_the_choices(
    house: SmallHouse, choices: list[str], more: dict[str, object]
) -> None:
    vote = made_up(**more)
    costly = (*vote.options, option("x", "1500.20"), option("y", "2100.41"))
    code = opened(house, replace(vote, options=costly))
    refused = cast(house, code, "ana", choices)
    assert isinstance(refused, Refused)
    assert refused.reopen == CHOICES
    assert own(house, code) is None
    assert house.database.write_now(ballots.participants, code) == []


def test_exactly_the_pot_fits_into_the_pot(house: SmallHouse) -> None:
    vote = made_up(pot=option("", "3600.60").cost, within_pot=True, most=2)
    code = opened(house, replace(vote, options=(option("x", "1500.20"), option("y", "2100.40"))))
    assert isinstance(cast(house, code, "ana", ["x", "y"]), Done)
    assert own(house, code) == ("x", "y")


def test_a_choice_that_was_withdrawn_meanwhile_is_chosen_again(house: SmallHouse) -> None:
    code = opened(house)
    reason = Name("Ya está hecho.", (("es", "Ya está hecho."), ("en", "It is done already.")))
    house.database.write_now(vote_course.withdraw_option, house.outside, "ana", code, "c", reason)
    refused = cast(house, code, "ana", ["a", "c"])
    assert isinstance(refused, Refused)
    assert refused.reopen == CHOICES
    assert isinstance(cast(house, code, "ana", ["a"]), Done)


def test_nobody_votes_before_the_opening_or_from_the_close_on(house: SmallHouse) -> None:
    vote = made_up()
    code = opened(house, replace(vote, opens=house.now.astimezone(vote.opens.tzinfo)))
    cast(house, code, "ana", ["a"])
    house.later(days=6, hours=23, minutes=59)
    assert barrier(house, code) is None
    house.later(minutes=1)
    assert barrier(house, code) is Barrier.ENDED
    cast(house, code, "ana", ["b"])
    assert own(house, code) == ("a",), "the clock closes it, whether or not it was counted yet"


def test_a_vote_that_opens_later_takes_nothing_yet(house: SmallHouse) -> None:
    vote = made_up()
    code = opened(house, replace(vote, opens=vote.closes.replace(hour=0)))
    assert barrier(house, code) is Barrier.NOT_YET
    assert isinstance(cast(house, code, "ana", ["a"]), Done)
    assert own(house, code) is None
    country = house.countries["uruguay"]
    person = resident(house)
    assert house.database.write_now(votes.open_votes, house.outside, country, person) == ()


def test_only_who_stated_to_be_of_age_votes_where_that_is_asked(house: SmallHouse) -> None:
    code = opened(house, made_up(who=Who(adult=True)))
    person = resident(house)
    assert barrier(house, code) is Barrier.AGE_UNKNOWN
    house.database.write_now(addresses.state_age, person.resident_id, False)
    assert barrier(house, code) is Barrier.UNDER_AGE
    house.database.write_now(addresses.state_age, person.resident_id, True)
    assert barrier(house, code) is None


def test_only_who_joined_before_the_day_votes(house: SmallHouse) -> None:
    code = opened(house, made_up(who=Who(adult=False, registered_before=START)))
    assert barrier(house, code) is Barrier.LATE
    house.now = START.replace(year=2025)
    resident(house, "beto")
    house.now = START
    assert barrier(house, code, "beto") is None


def test_only_the_area_votes_and_areas_within_it_do(house: SmallHouse) -> None:
    places = house.countries["uruguay"].places
    home, other = places[0], places[1]
    inner = home.children[0] if home.children else home
    code = opened(house, made_up(who=Who(adult=False, areas=(home.key,))))
    assert barrier(house, code) is Barrier.AREA_UNKNOWN
    assert barrier(house, code, area=other.key) is Barrier.OTHER_AREA
    assert barrier(house, code, area=inner.key) is None
    refused = cast(house, code, "ana", ["a"])
    assert isinstance(refused, Refused)
    assert refused.reopen == AREA
    cast(house, code, "ana", ["a"], inner.key)
    assert house.database.write_now(ballots.turnout, code) == {inner.key: 1}


@pytest.mark.parametrize("more", [{}, {"ask_area": True}], ids=["only its area", "all areas"])
def test_where_somebody_lives_is_not_asked_again_of_who_changes_their_vote(
    house: SmallHouse, more: dict[str, object]
) -> None:
    home, other = house.countries["uruguay"].places[:2]
    who = Who(adult=False, areas=() if more else (home.key,))
    code = opened(house, made_up(who=who, **more))
    cast(house, code, "ana", ["a"], home.key)
    assert barrier(house, code) is None
    assert barrier(house, code, "beto") is Barrier.AREA_UNKNOWN
    assert isinstance(cast(house, code, "ana", ["b"]), Done)
    assert own(house, code) == ("b",)
    assert house.database.write_now(ballots.turnout, code) == {home.key: 1}
    assert (barrier(house, code, area=other.key) is None) is bool(more)


def test_each_resident_sees_the_options_in_an_order_of_their_own(house: SmallHouse) -> None:
    keys = [f"option-{number}" for number in range(9)]
    code = opened(house, made_up(*keys))
    country = house.countries["uruguay"]
    seen = []
    for who in ("ana", "beto", "ana"):
        found = house.database.write_now(
            votes.the_vote, house.keys, country, resident(house, who), code
        )
        assert found is not None
        seen.append([option.key for option in found.options])
    assert sorted(seen[0]) == keys
    assert seen[0] != seen[1]
    assert seen[0] == seen[2]


def test_open_votes_say_which_one_was_taken_already(house: SmallHouse) -> None:
    soon = opened(house)
    vote = made_up(key="later")
    later = opened(house, replace(vote, closes=vote.closes.replace(year=2027)))
    cast(house, later, "ana", ["a"])
    country = house.countries["uruguay"]
    lines = house.database.write_now(votes.open_votes, house.outside, country, resident(house))
    assert [(line.code, line.taken) for line in lines] == [(soon, False), (later, True)]


def test_a_vote_of_another_country_is_none(house: SmallHouse) -> None:
    code = opened(house)
    person = resident(house)
    other = house.countries["kenya"]
    assert house.database.write_now(votes.the_vote, house.keys, other, person, code) is None
    assert (
        house.database.write_now(votes.may_vote, house.outside, house.keys, other, person, code)
        is Barrier.NO_VOTE
    )


def test_without_the_key_nothing_is_taken_and_it_is_said(house: SmallHouse) -> None:
    code = opened(house)
    house.keys.votes.destroy(code)
    told = cast(house, code, "ana", ["a"])
    assert isinstance(told, Done)
    assert "wrong" in str(told.lines[0])
    assert house.database.write_now(ballots.participants, code) == []
