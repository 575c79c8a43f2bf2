"""What says no more than that all is well is answered with a kind word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.words import control_words
from bot.domain.inbound import Command, Text
from bot.flows.lone_words import lone_word
from tests.conversation.test_turns import DOOR, heard, lines
from tests.houses import SmallHouse, open_house, served
from tests.postgres import SQLITE

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
        heard(house)
        house.take(Text(words))
    return lines(heard(house))


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
    house.take(Command("report"))
    assert lines(heard(house))[-1].startswith("Where is it?")


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
