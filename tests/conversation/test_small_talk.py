"""What says no more than that all is well is answered with a kind word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.words import control_words
from bot.domain.inbound import Text
from bot.domain.operations import Operation
from bot.flows.lone_words import lone_word
from bot.services.locked import read_owed
from storage import outbox
from tests.conversation.test_turns import DOOR, lines
from tests.houses import SmallHouse, open_house, served
from tests.postgres import SQLITE
from tests.votes.elections import made_up, opened, resident

COUNTRIES, SPEECHES = served()
NOD = "All right. Write to us whenever you like."
BYE = "Goodbye. Write to us whenever you like."
MENU = "What would you like to do?"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, SQLITE) as house:
        house.take(*DOOR)
        yield house


def say(house: SmallHouse, *given: str) -> list[str]:
    """The lines that come back to the last of them."""
    for words in given:
        opened_now(house)
        house.take(Text(words))
    return lines(opened_now(house))


def opened_now(house: SmallHouse) -> list[Operation]:
    """What is owed since the last look, that of a ballot too, marked as sent."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    return [read_owed(row.payload, house.keys) for row in rows]


@pytest.mark.parametrize(
    "said", ["ok", "Ok.", "dale", "no", "👍", "👍🏿👍🏿", "🙏", "❤️", "claro gracias"]
)
def test_a_nod_at_the_menu_is_answered_kindly(house: SmallHouse, said: str) -> None:
    assert say(house, said) == [NOD, MENU]


@pytest.mark.parametrize("said", ["qqq", "😡", "???", "ok?? qqq"])
def test_anything_else_there_is_asked_again(house: SmallHouse, said: str) -> None:
    told = say(house, said)
    assert NOD not in told
    assert told[-1] == MENU


def test_the_picture_of_a_button_is_that_button(house: SmallHouse) -> None:
    assert say(house, "📣") == ["What is the problem?"]


def test_where_a_yes_is_asked_for_it_is_a_yes(house: SmallHouse) -> None:
    assert NOD not in say(house, "report", "full bin", "ok")


def test_a_farewell_is_returned_and_nothing_asked(house: SmallHouse) -> None:
    assert say(house, "bye") == [BYE]


def test_a_farewell_in_a_report_tells_that_it_waits(house: SmallHouse) -> None:
    told = say(house, "report", "full bin", "It is full since Monday.", "chau")
    assert told == [BYE, "Your report is not sent. Write “report” within a week to go on."]
    assert say(house, "report")[-1].startswith("Where is it?")


@pytest.mark.parametrize("leaves", ["bye", "stop"])
def test_who_leaves_where_nothing_is_told_yet_hears_of_nothing_unsent(
    house: SmallHouse, leaves: str
) -> None:
    assert len(say(house, "report", leaves)) == 1


def test_a_farewell_at_words_that_nobody_knows_what_they_are_tells_so(house: SmallHouse) -> None:
    told = say(house, "The lamp at the gate is out since Monday.", "bye")
    assert told == [BYE, "What you told us is not sent yet. To go on, tell us what it is."]


def test_a_farewell_in_a_ballot_tells_what_becomes_of_it(house: SmallHouse) -> None:
    resident(house)
    opened(house, made_up(most=1))
    unsent = "Your vote is not sent yet. To go on, write “vote”."
    assert say(house, "vote", "bye") == [BYE, unsent]
    assert say(house, "vote", "1", "bye") == [BYE, unsent]
    assert say(house, "stop")[1:] == [unsent]
    assert say(house, "start", "vote", "1", "bye") == [BYE]
    assert say(house, "vote", "2", "bye") == [
        BYE,
        "Your vote is not changed. To go on, write “vote”.",
    ]


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "hasta luego"), ("kenya", "kwaheri"), ("somalia", "nabad gelyo"),
        ("somalia", "مع السلامة"), ("indonesia", "sampai jumpa"), ("thailand", "ลาก่อนค่ะ"),
        ("thailand", "ขอบคุณค่ะ ลาก่อน"),
    ],
)  # fmt: skip
def test_each_language_has_its_farewells(country: str, said: str) -> None:
    assert lone_word(said, control_words(SPEECHES[country])) == "bye"
