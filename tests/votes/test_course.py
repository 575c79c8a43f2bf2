"""A vote from its opening to its result, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from bot.counting.pabulib import read_pabulib
from bot.domain.inbound import Command
from bot.domain.messages import Name, Verbatim
from bot.domain.outcomes import Done
from bot.domain.vote_results import told_areas
from bot.domain.votes import AREA_LEAST, Status, Who
from bot.services import residents as resident_services
from bot.services import upkeep, vote_course, vote_results, votes
from bot.services.vote_course import Changed, NotAllowed
from storage import audit, ballots, outbox, retention, tasks
from tests.houses import SmallHouse, small_house
from tests.postgres import ENGINES
from tests.votes.elections import (
    WHY,
    cast,
    closed,
    ending,
    made_up,
    opened,
    option,
    resident,
    result,
    stands,
    stands_in,
)


@pytest.fixture(params=ENGINES)
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path, request.param)


def vote_of(house: SmallHouse, code: str, **chosen: list[str]) -> None:
    for who, choices in chosen.items():
        assert isinstance(cast(house, code, who, choices), Done)


def told(house: SmallHouse) -> bytes:
    """Everything that is owed to anybody, taken out of the outbox."""
    rows = house.database.write_now(outbox.claim, house.outside.clock(), 1000)
    found = [row.payload for row in rows]
    while rows:
        house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
        rows = house.database.write_now(outbox.claim, house.outside.clock(), 1000)
        found += [row.payload for row in rows]
    return b"".join(found)


def counts(house: SmallHouse, code: str) -> dict[str, int]:
    return {one.key: one.votes for one in result(house, code).standings}


def test_a_vote_closes_at_its_moment_though_nobody_was_there(house: SmallHouse) -> None:
    code = opened(house)
    vote_of(house, code, ana=["a"], beto=["a", "b"])
    house.later(days=30)
    while house.database.write_now(upkeep.do_due, house.outside):
        pass
    names = [row.name for row in house.database.write_now(tasks.list_tasks)]
    assert vote_course.END_VOTES in names
    vote = closed(house, code)
    assert vote.status is Status.CLOSED
    assert not vote.early
    assert counts(house, code) == {"a": 2, "b": 1, "c": 0}
    assert not house.keys.votes.has(code)


def test_nothing_is_due_any_more_of_a_vote_that_was_closed(house: SmallHouse) -> None:
    code = opened(house)
    closed(house, code)
    house.later(days=30)
    assert house.database.write_now(vote_course.close_due, house.outside, house.keys) == []
    assert ending(house).clean_now() == []
    count = house.database.write_now(
        lambda one: one.scalar(text("select count(*) from due where kind = 'vote closes'"))
    )
    assert count == 0


def test_a_close_before_its_date_needs_a_reason_and_is_told(house: SmallHouse) -> None:
    code = opened(house)
    vote_of(house, code, ana=["a"])
    resident(house, "beto")
    told(house)
    close = vote_course.close_vote
    refused = house.database.write_now(close, house.outside, house.keys, "ana", code)
    assert isinstance(refused, NotAllowed)
    assert "needs a reason" in refused.why
    assert stands(house, code).status is Status.OPEN
    done = house.database.write_now(close, house.outside, house.keys, "ana", code, WHY)
    assert isinstance(done, Changed)
    assert done.told == 1, "who did not take part is told nothing"
    said = told(house)
    assert b"closed before its date" in said
    assert b"Llueve." in said
    assert stands(house, code).early
    again = house.database.write_now(close, house.outside, house.keys, "ana", code, WHY)
    assert isinstance(again, NotAllowed)
    assert "is closed" in again.why


def test_nothing_is_published_before_it_is_cleaned(house: SmallHouse) -> None:
    code = opened(house)
    vote_of(house, code, ana=["a"])
    house.later(days=8)
    house.database.write_now(vote_course.close_due, house.outside, house.keys)
    publish = vote_course.publish_vote
    refused = house.database.write_now(publish, house.outside, "ana", code)
    assert isinstance(refused, NotAllowed)
    assert "not cleaned" in refused.why
    country = house.countries["uruguay"]
    assert house.database.write_now(vote_results.published_result, country, code) is None
    ending(house).clean_now()
    told(house)
    done = house.database.write_now(publish, house.outside, "ana", code)
    assert isinstance(done, Changed)
    assert done.told == 1
    assert b"Chosen: {winners}." in told(house)
    found = house.database.write_now(vote_results.published_result, country, code)
    assert found is not None
    assert found.winners == ("a",)
    again = house.database.write_now(publish, house.outside, "ana", code)
    assert isinstance(again, NotAllowed)


def test_every_end_leaves_an_audit_line(house: SmallHouse) -> None:
    code = opened(house)
    closed(house, code)
    house.database.write_now(vote_course.publish_vote, house.outside, "ana", code)
    lines = house.database.write_now(audit.lines)
    assert [(who, what, of) for _at, who, what, of, _detail in reversed(lines)] == [
        ("ana", "vote open", code),
        ("system", "vote close", code),
        ("ana", "vote publish", code),
    ]


# D16: all-equal, empty and blank are three things.


def test_three_who_chose_everything_are_a_tie_and_not_nobody(house: SmallHouse) -> None:
    code = opened(house)
    vote_of(house, code, ana=["a", "b", "c"], beto=["a", "b", "c"], caro=["a", "b", "c"])
    closed(house, code)
    found = result(house, code)
    assert counts(house, code) == {"a": 3, "b": 3, "c": 3}
    assert (found.ballots, found.with_choice, found.all_equal) == (3, 3, True)
    assert [(tie.keys, tie.decided) for tie in found.ties] == [(("a", "b", "c"), True)]
    said = [line.source for line in vote_results.result_lines(found)]
    assert "All options got the same: {n} vote each." in said
    assert any("the list's order decided" in line for line in said)


def test_a_vote_that_nobody_took_part_in_is_said_so(house: SmallHouse) -> None:
    code = opened(house)
    closed(house, code)
    found = result(house, code)
    assert (found.ballots, found.winners, found.all_equal) == (0, (), False)
    said = [line.source for line in vote_results.result_lines(found)]
    assert "Nobody voted, so nothing was decided." in said


def test_blank_ballots_count_as_turnout_and_for_nothing(house: SmallHouse) -> None:
    code = opened(house)
    vote_of(house, code, ana=["a"], beto=["a", "b"], caro=[], dora=[], elsa=["c"])
    closed(house, code)
    found = result(house, code)
    assert (found.ballots, found.with_choice, found.blank) == (5, 3, 2)
    assert counts(house, code) == {"a": 2, "b": 1, "c": 1}
    said = {line.source: dict(line.values) for line in vote_results.result_lines(found)}
    assert said["{n} person voted; {blank} chose none of these."] == {"n": 5, "blank": 2}


# D19: money is exact.


def test_money_is_exact_from_the_file_to_the_published_ballots(house: SmallHouse) -> None:
    luces, caminos = option("luces", "1500.20"), option("caminos", "2100.40")
    vote = made_up(method="greedy-skip", pot=Decimal("3600.60"), currency="UYU")
    code = opened(house, replace(vote, options=(luces, caminos, option("pintura", "900.00"))))
    vote_of(house, code, ana=["luces", "caminos"], beto=["luces", "caminos"], caro=["luces"])
    vote_of(house, code, dora=["pintura"])
    closed(house, code)
    found = result(house, code)
    assert found.winners == ("luces", "caminos")
    assert found.left == Decimal(0)
    assert stands(house, code).spent(["luces", "caminos"]) == Decimal("3600.60")
    country = house.countries["uruguay"]
    lines = "".join(
        house.database.write_now(
            lambda one: list(vote_results.write_pb(one, stands_in(one, code), country))
        )
    )
    assert ";2100.40;" in lines
    again = read_pabulib(lines)
    assert again.selected == frozenset({"luces", "caminos"})
    assert again.oddities == ()


# D21: options edited or withdrawn during the vote.


@pytest.fixture
def six(house: SmallHouse) -> str:
    code = opened(house)
    vote_of(house, code, ana=["a"], beto=["a", "b"], caro=["b"], dora=["c"], elsa=["c"], fay=["c"])
    return code


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
    vote_of(house, six, dora=["b"])
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


def test_a_vote_without_its_key_is_not_closed_and_says_so(
    house: SmallHouse, six: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = house.keys.votes.folder
    folder.rename(folder.with_name("not mounted"))
    house.later(days=8)
    assert house.database.write_now(vote_course.close_due, house.outside, house.keys) == []
    assert "cannot be counted" in caplog.text
    assert stands(house, six).status is Status.OPEN
    folder.with_name("not mounted").rename(folder)
    closed(house, six)
    assert result(house, six).ballots == 6, "nothing is lost where it was only not mounted"


def test_a_damaged_ballot_counts_as_invalid(
    house: SmallHouse, six: str, caplog: pytest.LogCaptureFixture
) -> None:
    [(mark, sealed), *_others] = house.database.write_now(ballots.read_ballots, six)
    house.database.write_now(ballots.put_ballot, six, mark, sealed[:-1] + b"!")
    closed(house, six)
    found = result(house, six)
    assert (found.ballots, found.invalid) == (6, 1)
    assert "damaged" in caplog.text


def test_a_ballot_in_the_place_of_another_is_not_believed(house: SmallHouse, six: str) -> None:
    [(mark, _own), (_other, sealed), *_more] = house.database.write_now(ballots.read_ballots, six)
    house.database.write_now(ballots.put_ballot, six, mark, sealed)
    closed(house, six)
    assert result(house, six).invalid == 1


def test_whoever_voted_finds_their_code_in_the_list(house: SmallHouse) -> None:
    code = opened(house)
    codes = []
    for who in ("ana", "beto", "caro"):
        done = cast(house, code, who, ["a"])
        assert isinstance(done, Done)
        [shown] = [
            value.text
            for line in done.lines
            for _name, value in getattr(line, "values", ())
            if isinstance(value, Verbatim)
        ]
        codes.append(shown)
    vote = closed(house, code)
    listed = house.database.write_now(vote_results.counted_codes, vote)
    assert listed == sorted(codes)


# Forgetting.


def forget(house: SmallHouse, who: str) -> None:
    person = resident(house, who)
    house.database.write_now(resident_services.forget, house.outside, house.keys, person)


def test_who_is_forgotten_takes_their_ballot_out_of_an_open_vote(
    house: SmallHouse, six: str
) -> None:
    forget(house, "fay")
    assert house.database.write_now(ballots.count_ballots, six) == 5
    assert house.database.write_now(ballots.count_parts, six) == 5
    vote_of(house, six, fay=["a"])
    closed(house, six)
    assert counts(house, six) == {"a": 3, "b": 2, "c": 2}, "one person, one ballot"


def test_who_is_forgotten_later_stays_counted_and_is_named_nowhere(
    house: SmallHouse, six: str
) -> None:
    fay = resident(house, "fay").resident_id
    closed(house, six)
    forget(house, "fay")
    assert result(house, six).ballots == 6
    assert fay not in house.database.write_now(votes.participants, six)


def test_my_data_names_the_votes_and_never_the_choices(house: SmallHouse, six: str) -> None:
    from storage import residents

    kept = house.database.write_now(residents.kept_of, resident(house).resident_id)
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
    sweep = retention.sweep
    assert house.database.write_now(sweep, "uruguay", days, house.now)["took_part"] == 0
    house.later(seconds=1)
    assert house.database.write_now(sweep, "uruguay", days, house.now)["took_part"] == 6
    assert result(house, six).ballots == 6


# Turnout by area.


def test_turnout_by_area_is_kept_at_the_close(house: SmallHouse) -> None:
    place = house.countries["uruguay"].places[0].key
    code = opened(house, made_up(who=Who(adult=False), ask_area=True))
    for who in ("ana", "beto"):
        cast(house, code, who, ["a"], place)
    closed(house, code)
    assert result(house, code).areas == (), "two are too few to be told"


@pytest.mark.parametrize(
    ("areas", "shown"),
    [
        ({"a": AREA_LEAST}, {"a"}),
        ({"a": AREA_LEAST - 1}, set()),
        ({"a": 50, "b": 30, "c": 3}, {"a"}),
        ({"a": 50, "b": 30, "c": 12, "d": 8}, {"a", "b"}),
        ({"a": 50, "b": 3}, set()),
        ({}, set()),
    ],
)
def test_small_areas_cannot_be_told_even_by_subtraction(
    areas: dict[str, int], shown: set[str]
) -> None:
    assert {area for area, _count in told_areas(areas)} == shown
