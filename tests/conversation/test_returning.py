"""“Is it fixed?”, for who had blocked us when it was owed, or was telling something just then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.inbound import Away, Back, Command, Event, Input, Text
from bot.domain.reports import Status
from bot.services.moderation import Change, Changed, change_report
from storage import outbox, reports
from tests.conversation.test_turns import DOOR, heard, lines
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

ASKED = "Is {code} really done?"
MENU = "What would you like to do?"
FILED = ("report", "full bin", "It is full.", "Palermo", "skip", "skip", "2", "no", "send it")


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        house.take(*DOOR, *map(Text, FILED))
        yield house


def take(house: SmallHouse, *given: Input | Event | str) -> list[str]:
    """The lines that come back to the last of them."""
    for item in given:
        heard(house)
        said = Text(item) if isinstance(item, str) else item
        inbound = replace(house.inbound(Text("")), input=said)
        house.database.write_now(house.conversations.take_turn, inbound)
    return lines(heard(house))


def change(house: SmallHouse, status: Status) -> None:
    [row] = house.database.write_now(reports.list_reports)
    outcome = house.database.write_now(
        change_report,
        house.outside,
        "organiser",
        row.code,
        Change(status),
        house.conversations.begin,
    )
    assert isinstance(outcome, Changed), outcome


def given_up(house: SmallHouse) -> None:
    """What is owed does not arrive: Telegram says that we are blocked."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    [address] = {row.address_id for row in rows}
    house.database.write_now(outbox.give_up_all, address, "blocked")
    take(house, Away())


def test_who_had_blocked_us_is_asked_once_when_they_come_back(house: SmallHouse) -> None:
    assert take(house, Away()) == []
    change(house, Status.DONE)
    assert lines(heard(house)) == []
    assert take(house, Back()) == [ASKED]
    assert take(house, Command("start"))[-1] == MENU
    assert take(house, Away(), Back()) == [ASKED], "not answered yet"
    assert take(house, "yes")[0] == "That is good news. Thank you for telling us about {code}."
    assert take(house, Away(), Back()) == []


def test_it_is_asked_after_what_they_come_back_with(house: SmallHouse) -> None:
    take(house, Away())
    change(house, Status.DONE)
    told = take(house, Command("start"))
    assert told[-2:] == [MENU, ASKED]
    assert ASKED not in take(house, "menu")


def test_what_never_arrived_is_not_answered_by_what_they_come_back_with(
    house: SmallHouse,
) -> None:
    heard(house)
    change(house, Status.DONE)
    given_up(house)
    assert take(house, "no")[-1] == ASKED
    assert house.database.write_now(reports.list_reports)[0].status is Status.DONE
    assert take(house, "no")[0] == "Thank you for telling us. What is still wrong?"


def test_words_that_they_come_back_with_are_kept_and_it_is_asked_after_them(
    house: SmallHouse,
) -> None:
    take(house, Away())
    change(house, Status.DONE)
    assert take(house, "The lamp at the gate is out since Monday.")[-1] == "What is it?"
    take(house, "a problem", "full bin", "Cordón", "skip", "skip", "skip", "no")
    assert take(house, "send it")[-1] == ASKED


def test_who_is_telling_something_is_asked_after_it(house: SmallHouse) -> None:
    take(house, "The lamp at the gate is out since Monday.")
    change(house, Status.DONE)
    assert ASKED not in lines(heard(house))
    assert take(house, "cancel")[-1] == ASKED


def test_what_is_open_again_is_asked_no_more(house: SmallHouse) -> None:
    take(house, Away())
    change(house, Status.DONE)
    change(house, Status.REOPENED)
    assert take(house, Back()) == []


def test_who_said_stop_is_not_asked(house: SmallHouse) -> None:
    take(house, Away())
    change(house, Status.DONE)
    assert ASKED not in take(house, "stop")
