"""The open view of a vote's options says what its result says, and nothing of it before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from bot.domain.messages import Name
from bot.domain.votes import Option
from bot.services import vote_course
from bot.services.vote_course import Changed
from storage.saved_questions import QUESTIONS
from storage.tables import CountedBallot
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
)

LIGHT = Name("Luz", (("es", "Luz"), ("en", "Light")))


def rows(house: SmallHouse, columns: str) -> list[tuple[Any, ...]]:
    return house.rows(f"select {columns} from open_vote_options order by vote, number")


def add_ballot(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(CountedBallot).values(values))


def test_an_option_has_its_label_and_its_cost_from_the_opening_on(house: SmallHouse) -> None:
    vote = made_up(options=(option("a", "1500.20"), option("b_1", "0")), currency="UYU")
    code = opened(house, vote)
    again = opened(house, made_up(key="otra", options=(Option("x", LIGHT),)))
    told = rows(house, "vote, country, number, option, label, cost, currency, withdrawn_at")
    assert sorted(told) == sorted(
        [
            (code, "uruguay", 1, "a", "Opción a", "1500.20", "UYU", None),
            (code, "uruguay", 2, "b_1", "Opción b_1", "0", "UYU", None),
            (again, "uruguay", 1, "x", "Luz", "0", "", None),
        ]
    )
    assert set(rows(house, "votes, won, pilot, demo")) == {(None, None, 0, 0)}


def test_votes_stand_there_once_it_is_cleaned_and_who_won_once_that_is_told(
    house: SmallHouse,
) -> None:
    code = opened(house, made_up("a", "a_b", "b", "c"))
    withdraw = vote_course.withdraw_option
    all_cast(house, code, ana=["a", "c"], beto=["a_b", "a"], caro=["b"], dora=["c"], elsa=[])
    done = house.database.write_now(withdraw, house.outside, "ana", code, "c", WHY)
    assert isinstance(done, Changed)
    assert [row[0] is None for row in rows(house, "withdrawn_at")] == [True, True, True, False]
    house.later(days=8)
    house.database.write_now(vote_course.close_due, house.outside, house.keys)
    assert set(rows(house, "votes, won")) == {(None, None)}, "closed and not cleaned"


def test_the_votes_of_an_option_are_those_of_the_result(house: SmallHouse) -> None:
    code = opened(house, made_up("a", "a_b", "b", "c"))
    all_cast(house, code, ana=["a", "c"], beto=["a_b", "a"], caro=["b"], dora=["c"], elsa=[])
    house.database.write_now(vote_course.withdraw_option, house.outside, "ana", code, "c", WHY)
    closed(house, code)
    # Neither could be cast: too many choices, and a ballot that could not be opened.
    for number, choices in ((100, "a,a_b,b,c"), (101, "?")):
        kept = {"vote": code, "number": number, "choices": choices}
        house.database.write_now(add_ballot, kept)
    assert rows(house, "option, votes, won") == [
        ("a", 2, None),
        ("a_b", 1, None),
        ("b", 1, None),
        ("c", None, None),
    ]
    assert counts(house, code) == {"a": 2, "a_b": 1, "b": 1}
    assert result(house, code).invalid == 2
    house.database.write_now(vote_course.publish_vote, house.outside, "ana", code)
    assert rows(house, "option, won") == [("a", 1), ("a_b", 0), ("b", 0), ("c", 0)]
    assert result(house, code).winners == ("a",)
    [question] = [one for one in QUESTIONS if one.name == "votes-by-option"]
    assert [row[1:4] for row in house.rows(question.sql)] == [
        ("Opción a", "a", 2), ("Opción a_b", "a_b", 1), ("Opción b", "b", 1),
    ]  # fmt: skip


def test_a_withdrawn_vote_tells_no_votes(house: SmallHouse) -> None:
    code = opened(house)
    all_cast(house, code, ana=["a"])
    house.database.write_now(vote_course.withdraw_vote, house.outside, "ana", code, WHY)
    assert ending(house).clean_now() == [code]
    assert set(rows(house, "votes, won")) == {(None, None)}
