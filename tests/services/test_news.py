"""What residents are told of a report's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from bot.domain.inbound import Command, Text
from bot.domain.operations import Tell
from bot.domain.outcomes import NotAllowed
from bot.domain.owed import load_operation
from bot.domain.reports import Status
from bot.services import moderation, upkeep
from bot.services.hours import day_there
from bot.services.moderation import Change, Changed
from storage import outbox, reports
from storage.database import Connection
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def heard(house: SmallHouse) -> list[str]:
    """The lines that are owed, in words, taken out of the outbox."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    operations = [load_operation(msgspec.json.decode(row.payload)) for row in rows]
    speech = house.speeches["uruguay"]
    return [speech.text(item.line, "en") for item in operations if isinstance(item, Tell)]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 31), "planned for 31 December."),
        (date(2027, 1, 1), "planned for 1 January 2027."),
        (date(2025, 12, 1), "planned for 1 December 2025."),
    ],
)
def test_a_planned_day_of_another_year_is_said_with_it(
    house: SmallHouse, day: date, said: str
) -> None:
    assert_planned(house, day, said, house.now.date())


def test_the_year_turns_on_the_clocks_there(house: SmallHouse) -> None:
    house.now = datetime(2027, 1, 1, 1, tzinfo=UTC)  # ten in the evening in Montevideo
    there = day_there(house.countries["uruguay"], house.now)
    assert there == date(2026, 12, 31)
    assert_planned(house, date(2026, 12, 31), "planned for 31 December.", there)


def assert_planned(house: SmallHouse, day: date, said: str, today: date) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"))
    house.take(Text("Overflowing"), Text("Palermo"), Text("skip"), Text("skip"), Text("2"))
    house.take(Text("no"), Text("send it"))
    [row] = house.database.write_now(reports.list_reports)
    heard(house)
    planned = house.database.write_now(
        moderation.change_report,
        house.outside,
        "shell:ana",
        row.code,
        Change(Status.PLANNED, planned_for=day, said_on=today),
        house.conversations.begin,
    )
    assert planned == Changed(row.code, 1)
    assert heard(house) == [f"News of {row.code}: it is {said}"]
    house.take(Text(row.code))
    assert f"It is {said}" in heard(house)


def file_report(house: SmallHouse, who: str, story: str) -> str:
    """A full bin in Palermo, told by somebody new; its code."""
    known = {row.code for row in house.database.write_now(reports.list_reports)}
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), who=who)
    house.take(Text("full bin"), Text(story), Text("Palermo"), Text("skip"), who=who)
    house.take(Text("skip"), Text("2"), Text("no"), Text("send it"), who=who)
    [code] = {row.code for row in house.database.write_now(reports.list_reports)} - known
    return code


def change(house: SmallHouse, code: str, status: Status, into: str | None = None) -> None:
    changed = house.database.write_now(
        moderation.change_report,
        house.outside,
        "shell:ana",
        code,
        Change(status, merged_into=into),
        house.conversations.begin,
    )
    assert isinstance(changed, Changed)


def status_of(house: SmallHouse, code: str) -> Status:
    row = house.database.write_now(reports.find_report, code)
    assert row is not None
    return row.status


@pytest.mark.parametrize(("days", "said"), [(36, "25 November."), (37, "25 November 2026.")])
def test_a_report_of_another_year_is_said_with_it(house: SmallHouse, days: int, said: str) -> None:
    code = file_report(house, "ana", "Overflowing since the market")
    heard(house)
    house.later(days=days)
    house.take(Text(code))
    assert heard(house)[0] == f"{code}: Full bin, Palermo, {said}"


def test_who_backed_a_report_is_told_once_that_it_was_taken_back(house: SmallHouse) -> None:
    code = file_report(house, "ana", "Overflowing since the market")
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), who="beto")
    house.take(Text("full bin"), Text("Overflowing since the market"), who="beto")
    house.take(Text("Palermo"), Text("skip"), Text("yes"), who="beto")
    heard(house)
    house.take(Text(code), Text("take it back"), Text("yes"))
    assert heard(house)[-1] == f"Done. {code} is taken back."
    while house.database.write_now(upkeep.do_due, house.outside):
        pass
    assert heard(house) == [f"News of {code}: taken back."]
    house.later(days=1)
    assert house.database.write_now(upkeep.do_due, house.outside) == 0


def test_two_reports_are_held_in_one_order_whichever_is_joined_with_which(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    one, other = sorted((first, file_report(house, "beto", "Its lid lies in the street")))
    held: list[str] = []
    hold = reports.hold_report

    def note(connection: Connection, code: str) -> reports.ReportRow | None:
        held.append(code)
        return hold(connection, code)

    monkeypatch.setattr(reports, "hold_report", note)
    change(house, other, Status.MERGED, into=one)
    assert held[:2] == [one, other]


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.DONE, Status.NOT_OURS])
def test_nobody_is_joined_with_a_report_that_was_closed_since_it_was_offered(
    house: SmallHouse, status: Status
) -> None:
    code = file_report(house, "ana", "Overflowing since the market")
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), who="beto")
    house.take(Text("full bin"), Text("Overflowing since the market"), who="beto")
    house.take(Text("Palermo"), Text("skip"), who="beto")
    change(house, code, status)
    heard(house)
    house.take(Text("yes"), who="beto")
    assert heard(house) == ["That report is gone. Please tell us yours."]
    house.take(Text("skip"), Text("2"), Text("no"), Text("send it"), who="beto")
    own, other = house.database.write_now(reports.list_reports)
    assert (own.text, own.affected, other.affected) == ("Overflowing since the market", 1, 1)


def test_everybody_who_told_of_either_counts_once_for_the_report_that_stays(
    house: SmallHouse,
) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    backed = {"caro": (first,), "dina": (first, other), "emil": (other,)}
    for who, codes in backed.items():
        house.take(Command("start"), Text("English"), Text("yes"), who=who)
        for code in codes:
            words = (
                "Overflowing since the market" if code == first else "quite other words on rats"
            )
            house.take(Text("report"), Text("full bin"), Text(words), who=who)
            house.take(Text("Palermo"), Text("skip"), Text("yes"), who=who)
    change(house, first, Status.MERGED, other)
    row = house.database.write_now(reports.find_report, other)
    assert row is not None
    assert row.affected == 5


def test_who_finds_a_joined_report_not_fixed_opens_the_one_that_stays(house: SmallHouse) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    change(house, first, Status.DONE)
    change(house, other, Status.DONE)
    change(house, first, Status.MERGED, other)
    heard(house)
    house.take(Text("no"), Text("skip"))
    assert f"Thank you. {other} is open again, and the team sees it." in heard(house)
    assert (status_of(house, first), status_of(house, other)) == (
        Status.MERGED,
        Status.REOPENED,
    )


def test_nobody_is_told_that_a_report_is_open_which_was_taken_back(house: SmallHouse) -> None:
    code = file_report(house, "ana", "Overflowing since the market")
    change(house, code, Status.DONE)
    change(house, code, Status.WITHDRAWN)
    heard(house)
    house.take(Text("no"), Text("skip"))
    told = heard(house)
    assert "Status: taken back." in told
    assert not [line for line in told if "is open again" in line]


def test_a_report_that_was_joined_meanwhile_is_not_said_to_be_taken_back(
    house: SmallHouse,
) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    house.take(Text(first), Text("take it back"))
    change(house, first, Status.MERGED, other)
    heard(house)
    house.take(Text("yes"))
    told = heard(house)
    assert "Status: joined with another." in told
    assert not [line for line in told if "is taken back" in line]
    assert status_of(house, first) is Status.MERGED


def test_a_stranger_learns_nothing_of_a_limited_report_by_one_that_was_joined_with_it(
    house: SmallHouse,
) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    change(house, first, Status.MERGED, other)
    limit = "update report set limited = 1 where code = ?"
    house.database.write_now(lambda connection: connection.exec_driver_sql(limit, (other,)))
    house.take(Command("start"), Text("English"), Text("yes"), who="carla")
    heard(house)
    house.take(Text(first), who="carla")
    assert f"We could not find {first}. Please check it." in heard(house)
    house.take(Text(first), who="ana")
    assert f"{other}: Full bin, Palermo, 25 November." in heard(house)


def tell_in_baidoa(house: SmallHouse, who: str, answer: str) -> list[str]:
    """The well of a section, told or backed by somebody new; the lines that answer."""
    house.take(Command("start"), Text("English"), Text("yes"), who=who, country="somalia")
    house.take(Text("report"), Text("water point"), who=who, country="somalia")
    house.take(Text("The well gives no water"), Text("Isha"), who=who, country="somalia")
    if house.database.write_now(reports.list_reports):
        heard(house)
        house.take(Text("yes"), Text(answer), who=who, country="somalia")
    else:
        house.take(Text("skip"), Text(answer), Text("send it"), who=who, country="somalia")
    return heard(house)


def test_who_wants_no_message_gets_none_and_finds_the_news_by_the_code(house: SmallHouse) -> None:
    told = tell_in_baidoa(house, "ana", "do not write to me")
    day = "Send the number from 7 December on to see what happened with it."
    assert f"We will not write to you. {day}" in told
    [row] = house.database.write_now(reports.list_reports)
    for status in (Status.SEEN, Status.DONE):
        change(house, row.code, status)
    assert heard(house) == []
    house.later(days=8)
    while house.database.write_now(upkeep.do_due, house.outside):
        pass
    assert status_of(house, row.code) is Status.CLOSED_UNCONFIRMED
    assert heard(house) == []
    house.take(Text(row.code), country="somalia")
    assert "Status: closed, not confirmed." in heard(house)


def test_each_who_backs_a_report_says_anew_how_to_be_answered(house: SmallHouse) -> None:
    tell_in_baidoa(house, "ana", "here in this chat")
    told = tell_in_baidoa(house, "beto", "do not write to me")
    [row] = house.database.write_now(reports.list_reports)
    assert (
        f"Thank you. We added you to {row.code}. Send that number any time for its news." in told
    )
    change(house, row.code, Status.SEEN)
    assert heard(house) == [f"News of {row.code}: seen by the team."]
    # The last word counts.
    tell_in_baidoa(house, "beto", "here in this chat")
    change(house, row.code, Status.SENT_ON)
    assert len(heard(house)) == 2


def test_who_wants_no_message_gets_none_of_the_report_theirs_was_joined_with(
    house: SmallHouse,
) -> None:
    tell_in_baidoa(house, "ana", "do not write to me")
    [first] = house.database.write_now(reports.list_reports)
    house.take(Command("start"), Text("English"), Text("yes"), who="beto", country="somalia")
    house.take(Text("report"), Text("water point"), Text("Rats"), who="beto", country="somalia")
    house.take(Text("Horsed"), Text("skip"), Text("1"), Text("1"), who="beto", country="somalia")
    [other] = {row.code for row in house.database.write_now(reports.list_reports)} - {first.code}
    heard(house)
    change(house, first.code, Status.MERGED, other)
    change(house, other, Status.SEEN)
    assert heard(house) == [f"News of {other}: seen by the team."]


def test_who_did_not_say_what_is_wrong_is_asked_anew_when_it_is_done_again(
    house: SmallHouse,
) -> None:
    code = file_report(house, "ana", "Overflowing since the market")
    change(house, code, Status.DONE)
    house.take(Text("no"))
    assert status_of(house, code) is Status.DONE
    change(house, code, Status.REOPENED)
    change(house, code, Status.DONE)
    asked = house.database.write_now(
        lambda connection: connection.scalar(
            text("select state from conversation where flow = 'fixed'")
        )
    )
    assert b'"answers":[]' in bytes(asked)
    house.take(Text("yes"))
    assert status_of(house, code) is Status.CONFIRMED


def test_nothing_is_joined_with_a_report_that_was_taken_back(house: SmallHouse) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    change(house, other, Status.WITHDRAWN)
    refused = house.database.write_now(
        moderation.change_report,
        house.outside,
        "shell:ana",
        first,
        Change(Status.MERGED, merged_into=other),
        house.conversations.begin,
    )
    assert isinstance(refused, NotAllowed)
    assert "was taken back" in refused.why
    assert status_of(house, first) is Status.NEW


@pytest.mark.parametrize("then", [Status.WITHDRAWN, Status.MERGED])
def test_a_join_that_is_typed_again_is_so_already_whatever_became_of_the_other(
    house: SmallHouse, then: Status
) -> None:
    first = file_report(house, "ana", "Overflowing since the market")
    other = file_report(house, "beto", "quite other words on rats")
    third = file_report(house, "caro", "it has no lid and blows about")
    change(house, first, Status.MERGED, other)
    change(house, other, then, third if then is Status.MERGED else None)
    change(house, first, Status.MERGED, other)
