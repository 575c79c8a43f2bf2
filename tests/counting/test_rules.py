"""Counting rules: the winners by hand, exactly, and what is said of equals and of nothing."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.counting.ballots import Election, Option, count_ballots
from bot.counting.money import read_money, write_money
from bot.counting.rules import METHODS, Outcome, count_election
from bot.counting.ties import draw, read_tie_rule
from tests.counting.elections import election
from tests.examples import examples

PLAZA = ("ab", "ab", "ac", "abc", "bc", "d")
PLAZA_COSTS = {"b": "50", "a": "60", "c": "30", "d": "10"}


def count(chosen: Election, method: str = "greedy-skip", tie: str = "cheapest") -> Outcome:
    return count_election(chosen, method, read_tie_rule(tie))


@pytest.mark.parametrize(
    ("method", "costs", "tie", "winners", "left"),
    [
        ("greedy-skip", PLAZA_COSTS, "cheapest", "bcd", "10"),
        ("greedy-skip", {"a": "60", "b": "50", "c": "30", "d": "10"}, "file", "acd", "0"),
        ("greedy-stop", PLAZA_COSTS, "cheapest", "b", "50"),
        ("greedy-stop", {"a": "60", "b": "50", "c": "30", "d": "10"}, "file", "a", "40"),
    ],
)
def test_greedy_takes_what_fits_as_worked_out_by_hand(
    method: str, costs: dict[str, str], tie: str, winners: str, left: str
) -> None:
    outcome = count(election(costs, *PLAZA, pot="100"), method, tie)
    assert "".join(outcome.winners) == winners
    assert outcome.left == read_money(left)
    assert [told.decided for told in outcome.ties if told.votes == 4] == [True]


def test_money_is_exact_where_floats_would_let_another_win() -> None:
    ballots = ["l", "l", "l", "c", "c", "p"]
    costs = {"l": "1500.20", "c": "2100.40", "p": "900.00"}
    outcome = count(election(costs, *ballots, pot="3600.60"))
    assert outcome.winners == ("l", "c")
    assert outcome.left == 0


def test_what_nobody_chose_is_never_funded_and_nothing_is_divided_by_nobody() -> None:
    outcome = count(election({"a": "1", "b": "1"}, pot="10"))
    assert outcome.winners == ()
    assert outcome.ties == ()
    assert outcome.count.ballots == 0


def test_all_equal_is_a_tie_and_not_an_empty_vote() -> None:
    outcome = count(election({"a": "0", "b": "0", "c": "0"}, "abc", "abc", "abc"), "approval")
    assert dict(outcome.count.votes) == {"a": 3, "b": 3, "c": 3}
    [tie] = outcome.ties
    assert (tie.keys, tie.votes, tie.decided) == (("a", "b", "c"), 3, True)


def test_blank_withdrawn_and_invalid_ballots_are_three_things() -> None:
    chosen = election(
        {"a": "0", "b": "0", "c": "0"}, "a", "ab", "", "", "c", "abc", "x", most=2, withdrawn="c"
    )
    counted = count_ballots(chosen)
    assert dict(counted.votes) == {"a": 2, "b": 1}
    assert (counted.with_choice, counted.blank) == (2, 2)
    assert (counted.without_choice, counted.invalid, counted.ballots) == (1, 2, 7)


def test_an_option_with_too_few_votes_is_passed_over_by_both_rules() -> None:
    for method in ("greedy-skip", "greedy-stop"):
        outcome = count(election({"a": "5", "b": "5"}, "a", "a", "b", pot="10", least=2), method)
        assert outcome.winners == ("a",)
        assert outcome.steps[1].verdict == "below the least"


@pytest.mark.parametrize(
    ("method", "costs", "decided"),
    [
        ("greedy-skip", {"a": "60", "b": "60"}, True),
        ("greedy-skip", {"a": "40", "b": "60"}, False),
        ("greedy-skip", {"a": "40", "b": "200"}, False),  # b never fits, whoever is first
        ("greedy-skip", {"a": "200", "b": "300"}, False),
        ("greedy-stop", {"a": "40", "b": "60"}, False),
        ("greedy-stop", {"a": "40", "b": "200"}, True),  # b first would have stopped it
        ("greedy-stop", {"a": "200", "b": "300"}, False),
        ("plurality", {"a": "0", "b": "0"}, True),
    ],
)
def test_a_tie_says_whether_it_decided(method: str, costs: dict[str, str], decided: bool) -> None:
    [tie] = count(election(costs, "a", "b", pot="100"), method).ties
    assert tie.decided is decided


@pytest.mark.parametrize("most", [None, 1, 3])
def test_in_plurality_a_ballot_with_more_than_one_choice_is_invalid(most: int | None) -> None:
    chosen = election(
        dict.fromkeys("abc", "0"),
        "b", "b", "a", "ab", "abc", "ac", "", "c", "cb", "ax", "x",
        most=most, withdrawn="c",
    )  # fmt: skip
    outcome = count(chosen, "plurality")
    assert outcome.winners == ("a",)
    assert outcome.count.votes == {"a": 2, "b": 2}
    assert (outcome.count.ballots, outcome.count.with_choice) == (11, 4)
    assert (outcome.count.blank, outcome.count.without_choice, outcome.count.invalid) == (1, 1, 5)


def test_approval_counts_each_choice_of_the_same_ballots() -> None:
    ballots = ("ab", "ab", "b")
    costs = dict.fromkeys("ab", "0")
    assert count(election(costs, *ballots), "approval").count.votes == {"a": 2, "b": 3}
    plural = count(election(costs, *ballots), "plurality").count
    assert (plural.votes, plural.invalid) == ({"a": 0, "b": 1}, 2)


def test_as_many_win_as_there_are_seats() -> None:
    outcome = count(
        election(dict.fromkeys("abc", "0"), "a", "a", "b", "b", "c", seats=2), "approval"
    )
    assert outcome.winners == ("a", "b")
    assert [tie.decided for tie in outcome.ties] == [False]


def test_a_lot_can_be_drawn_again_by_anybody() -> None:
    assert draw("20261125", "a") == (hashlib.sha256(b"20261125/a").hexdigest())
    options = [Option(key) for key in "abcdef"]
    drawn = read_tie_rule("lot:20261125").order(options)
    assert drawn == read_tie_rule("lot:20261125").order(list(reversed(options)))
    assert drawn != read_tie_rule("lot:20261126").order(options)


@pytest.mark.parametrize("name", ["", "dearest", "lot", "lot:", "lot:" + "x" * 201])
def test_an_unknown_tie_rule_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="none of: cheapest, file, lot:SEED"):
        read_tie_rule(name)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="none of: plurality"):
        count(election({"a": "1"}, "a"), "dictator")
    with pytest.raises(ValueError, match="how much can be spent"):
        count(election({"a": "1"}, "a"))
    with pytest.raises(ValueError, match="stands there twice"):
        Election([Option("a"), Option("a")], [])
    with pytest.raises(ValueError, match="below nothing"):
        Election([Option("a", cost=Fraction(-1))], [])


@pytest.mark.parametrize(
    ("typed", "amount", "written"),
    [
        ("1500", 1500, "1500"),
        (" 1500.2 ", Fraction("1500.2"), "1500.20"),
        ("100,00", 100, "100"),
        ("0.125", Fraction(1, 8), "0.125"),
        ("9" * 30, 10**30 - 1, "9" * 30),
    ],
)
def test_amounts_are_read_and_written_whole(typed: str, amount: Fraction, written: str) -> None:
    assert read_money(typed) == amount
    assert write_money(read_money(typed)) == written


@pytest.mark.parametrize(
    "typed", ["", "-1", "1e5", "1,200", "1 200", "NaN", "١٢", "9" * 31, "1.2.3"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"no amount|may mean two"):
        read_money(typed)


def test_an_amount_without_an_end_is_not_written() -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write_money(Fraction(1, 3))


KEYS = "abcdef"
ELECTIONS = st.builds(
    lambda costs, ballots, pot, least: Election(
        [Option(key, cost=cost) for key, cost in zip(KEYS, costs, strict=False)],
        [tuple(sorted(ballot)) for ballot in ballots],
        pot=pot,
        least=least,
    ),
    st.lists(st.fractions(0, 100), min_size=1, max_size=6),
    st.lists(st.sets(st.sampled_from(KEYS)), max_size=30),
    st.fractions(0, 300),
    st.integers(0, 3),
)


@given(ELECTIONS, st.sampled_from(sorted(METHODS)), st.sampled_from(["file", "cheapest", "lot:1"]))
@examples(150)
def test_whatever_the_ballots_the_result_keeps_its_promises(
    chosen: Election, method: str, tie: str
) -> None:
    outcome = count(chosen, method, tie)
    by_key = {option.key: option for option in chosen.options}
    spent = sum((by_key[key].cost for key in outcome.winners), Fraction(0))
    counted = outcome.count
    assert {step.key for step in outcome.steps} == set(by_key)
    assert all(counted.votes[key] >= max(1, chosen.least) for key in outcome.winners)
    kinds = (counted.with_choice, counted.blank, counted.without_choice, counted.invalid)
    assert sum(kinds) == counted.ballots == len(chosen.ballots)
    if METHODS[method].needs_pot:
        assert chosen.pot is not None
        assert spent + (outcome.left or 0) == chosen.pot
        assert spent <= chosen.pot


@given(ELECTIONS, st.sampled_from(["greedy-skip", "greedy-stop", "approval"]))
@examples(150)
def test_a_tie_decided_exactly_where_another_order_lets_another_win(
    chosen: Election, method: str
) -> None:
    outcome = count(chosen, method, "file")
    if not any(tie.decided for tie in outcome.ties):
        # No order within the equals changes the winners: the reverse of the file is one.
        turned = Election(
            list(reversed(chosen.options)), chosen.ballots, pot=chosen.pot, least=chosen.least
        )
        assert set(count(turned, method, "file").winners) == set(outcome.winners)
