"""What is kept of who took part in a vote, and for how long."""

from __future__ import annotations

import msgspec
import pytest

from bot.domain.inbound import Command
from bot.services import residents
from storage import ballots, own_data
from tests.houses import SmallHouse
from tests.swept import erase_old
from tests.votes.elections import (
    all_cast,
    closed,
    counts,
    resident,
    result,
    six_voted,
)


@pytest.fixture
def six(house: SmallHouse) -> str:
    return six_voted(house)


def forget(house: SmallHouse, who: str) -> None:
    person = resident(house, who)
    house.database.write_now(residents.forget, house.outside, house.keys, person)


def test_who_is_forgotten_takes_their_ballot_out_of_an_open_vote(
    house: SmallHouse, six: str
) -> None:
    forget(house, "fay")
    assert house.database.write_now(ballots.count_ballots, six) == 5
    assert house.database.write_now(ballots.count_parts, six) == 5
    all_cast(house, six, fay=["a"])
    closed(house, six)
    assert counts(house, six) == {"a": 3, "b": 2, "c": 2}, "one person, one ballot"


def test_who_is_forgotten_later_stays_counted_and_is_named_nowhere(
    house: SmallHouse, six: str
) -> None:
    fay = resident(house, "fay").resident_id
    closed(house, six)
    forget(house, "fay")
    assert result(house, six).ballots == 6
    assert fay not in house.database.write_now(ballots.participants, six)


def test_my_data_names_the_votes_and_never_the_choices(house: SmallHouse, six: str) -> None:
    kept = house.database.write_now(own_data.kept_of, resident(house).resident_id)
    assert kept["votes taken part in"] == [{"vote": six, "area": ""}]
    assert b"Option" not in msgspec.json.encode(kept)
    house.take(Command("mydata"))


def test_who_took_part_is_kept_for_its_term_and_the_count_stays(
    house: SmallHouse, six: str
) -> None:
    vote = closed(house, six)
    days = house.countries["uruguay"].retention.days()
    house.later(days=days["took_part"])
    assert vote.ended_at is not None
    assert house.database.write_now(erase_old, "uruguay", days, house.now)["took_part"] == 0
    house.later(seconds=1)
    assert house.database.write_now(erase_old, "uruguay", days, house.now)["took_part"] == 6
    assert result(house, six).ballots == 6
