"""A vote from its opening to its result, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.counting.pabulib import read_pabulib
from bot.domain.messages import Message, Verbatim
from bot.domain.outcomes import Done, NotAllowed
from bot.domain.vote_news import TellWhyNot
from bot.domain.vote_results import told_areas
from bot.domain.votes import AREA_LEAST, Barrier, Status, Who
from bot.services import upkeep, vote_course, vote_news, vote_results
from bot.services.vote_course import Changed
from storage import audit, ballots, tasks
from tests.houses import SmallHouse
from tests.votes.elections import (
    WHY,
    all_cast,
    cast,
    closed,
    counts,
    ending,
    made_up,
    opened,
    option,
    resident,
    result,
    six_voted,
    stands,
    stands_in,
    told,
)


@pytest.fixture
def six(house: SmallHouse) -> str:
    return six_voted(house)


def test_a_vote_closes_at_its_moment_though_nobody_was_there(house: SmallHouse) -> None:
    code = opened(house)
    all_cast(house, code, ana=["a"], beto=["a", "b"])
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


def test_a_promised_result_falls_due_and_is_late_until_it_is_published(
    house: SmallHouse,
) -> None:
    code = opened(house, made_up(result_days=2))
    vote = closed(house, code)
    due = vote.result_due
    assert due is not None
    assert (due.date() - vote.closes.date()).days == 3
    for moment, late in ((due - timedelta(seconds=1), False), (due, True)):
        house.now = moment.astimezone(UTC)
        while house.database.write_now(upkeep.do_due, house.outside):
            pass
        assert stands(house, code).owes_result(house.now) is late
    noted = house.database.write_now(lambda one: one.execute(_LATE).all())
    assert [tuple(row) for row in noted] == [("system", code, "owner: Ana of the team")]
    house.database.write_now(vote_course.publish_vote, house.outside, "ana", code)
    assert not stands(house, code).owes_result(house.now)


_LATE = text("select actor, subject, detail from audit where action = 'vote result late'")


def test_a_result_that_came_in_time_is_no_promise_any_more(house: SmallHouse) -> None:
    code = opened(house, made_up(result_days=2))
    closed(house, code)
    house.database.write_now(vote_course.publish_vote, house.outside, "ana", code)
    left = house.database.write_now(
        lambda one: one.scalar(text("select count(*) from due where kind like 'vote%'"))
    )
    assert left == 0


def test_a_close_before_its_date_needs_a_reason_and_is_told(house: SmallHouse) -> None:
    code = opened(house)
    all_cast(house, code, ana=["a"])
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
    late = house.database.write_now(
        vote_news.tell_why_not,
        house.outside,
        house.countries["uruguay"],
        TellWhyNot(code, Barrier.ENDED),
    )
    assert [line.source for line in late.lines if isinstance(line, Message)][:2] == [
        "This vote was closed before its date, on {when}.",
        "The reason: {reason}",
    ]
    again = house.database.write_now(close, house.outside, house.keys, "ana", code, WHY)
    assert isinstance(again, NotAllowed)
    assert "was closed already" in again.why


def test_a_vote_that_opens_later_is_not_closed_but_withdrawn(house: SmallHouse) -> None:
    vote = made_up()
    code = opened(house, replace(vote, opens=vote.closes.replace(hour=0)))
    close, withdraw = vote_course.close_vote, vote_course.withdraw_vote
    refused = house.database.write_now(close, house.outside, house.keys, "ana", code, WHY)
    assert isinstance(refused, NotAllowed)
    assert "withdraw the whole vote" in refused.why
    done = house.database.write_now(withdraw, house.outside, "ana", code, WHY)
    assert isinstance(done, Changed)


def test_nothing_is_published_before_it_is_cleaned(house: SmallHouse) -> None:
    code = opened(house)
    all_cast(house, code, ana=["a"])
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
    all_cast(house, code, ana=["a", "b", "c"], beto=["a", "b", "c"], caro=["a", "b", "c"])
    closed(house, code)
    found = result(house, code)
    assert counts(house, code) == {"a": 3, "b": 3, "c": 3}
    assert (found.ballots, found.with_choice, found.all_equal) == (3, 3, True)
    assert [(tie.keys, tie.decided) for tie in found.ties] == [(("a", "b", "c"), True)]
    said = [line.source for line in vote_results.result_lines(found)]
    assert "All options got the same: {n} vote each." in said
    assert any("the order on the vote's page decided" in line for line in said)


def test_a_vote_that_nobody_took_part_in_is_said_so(house: SmallHouse) -> None:
    code = opened(house)
    closed(house, code)
    found = result(house, code)
    assert (found.ballots, found.winners, found.all_equal) == (0, (), False)
    said = [line.source for line in vote_results.result_lines(found)]
    assert "Nobody voted, so nothing was decided." in said


def test_blank_ballots_count_as_turnout_and_for_nothing(house: SmallHouse) -> None:
    code = opened(house)
    all_cast(house, code, ana=["a"], beto=["a", "b"], caro=[], dora=[], elsa=["c"])
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
    all_cast(house, code, ana=["luces", "caminos"], beto=["luces", "caminos"], caro=["luces"])
    all_cast(house, code, dora=["pintura"])
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


def test_a_key_that_cannot_be_read_or_destroyed_holds_up_no_other_vote(
    house: SmallHouse, six: str, caplog: pytest.LogCaptureFixture
) -> None:
    others = [opened(house, made_up(key=f"plaza-{number}")) for number in (1, 2)]
    # As a file of another user is to whoever is not root.
    file = house.keys.votes.folder / f"{six}.key"
    kept = file.read_bytes()
    file.unlink()
    file.mkdir()
    house.later(days=8)
    close = vote_course.close_due
    assert set(house.database.write_now(close, house.outside, house.keys)) == set(others)
    assert f"the vote {six} is over and could not be closed" in caplog.text
    assert set(ending(house).clean_now()) == set(others)
    withdraw = vote_course.withdraw_vote
    last = opened(house, made_up(key="plaza-3", closes=stands(house, six).closes.replace(day=30)))
    for code in (six, last):
        house.database.write_now(withdraw, house.outside, "ana", code, WHY)
    with pytest.raises(IsADirectoryError):
        ending(house).clean_now()
    assert stands(house, last).cleaned_at is not None
    assert stands(house, six).cleaned_at is None
    file.rmdir()
    file.write_bytes(kept)
    assert ending(house).clean_now() == [six]


def test_a_damaged_ballot_counts_as_invalid(
    house: SmallHouse, six: str, caplog: pytest.LogCaptureFixture
) -> None:
    [(mark, sealed), *_others] = house.database.write_now(ballots.read_ballots, six)
    house.database.write_now(ballots.put_ballot, six, mark, sealed[:-1] + bytes([sealed[-1] ^ 1]))
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
    listed = house.database.write_now(ballots.counted_codes, vote.code)
    assert listed == sorted(codes)


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
