"""How somebody is answered: the ways that there are, and a number to call in any writing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.country import ANSWERS, Country
from bot.domain.inbound import Contact, Location
from bot.domain.messages import Listing, Message
from bot.domain.reports import Answered
from bot.flows.engine import SKIP, Control
from bot.flows.questions import WayToAnswer
from bot.flows.questions.asked import Answer, Given, Pressed, Reading, Typed, Unclear, Under
from bot.flows.questions.ways import is_to_be_sealed, phone_in, read_phone
from tests.flows.chats import Chat
from tests.flows.made_up import OneLanguage

READER = OneLanguage()
NUMBER = ["call"]
"""The partial answer while the number is asked for."""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0712345678", "0712345678"),
        (" 0712 345 678 ", "0712 345 678"),
        ("0712-345.678", "0712-345.678"),
        ("+254 (712) 345-678", "+254 (712) 345-678"),
        ("00254712345678", "00254712345678"),
        ("\u202a+254 712 345 678\u202c", "+254 712 345 678"),
        ("0712\u00a0345\u2011678", "0712 345\u2010678"),
        ("٠٧١٢٣٤٥٦٧٨", "0712345678"),
        ("๐๘๑๒๓๔๕๖๗๘", "0812345678"),
        ("+254712345678", "+254712345678"),
        ("1234567", "1234567"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_number_is_kept_as_it_was_written_in_plain_digits(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "", "999", "112", "1195", "123456", "1234567890123456", "0000000", "my number", "+", "00",
        "0712 345 678 or 0713 345 678", "0712345678x", "07/12/345678", "a@b.ke", "+254+712345678",
        "²³⁴⁵⁶⁷⁸⁹x", "1" * 500, "call 0712345678",
    ],
)  # fmt: skip
def test_what_is_no_number_that_can_be_called_is_none(typed: str) -> None:
    assert read_phone(typed) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("my number is 0712345678", "0712345678"),
        ("namba yangu ni +254 712 345 678, asante", "+254 712 345 678"),
        ("Tel: (0712) 345-678.", "(0712) 345-678"),
        ("เบอร์ ๐๘๑ ๒๓๔ ๕๖๗๘ ค่ะ", "081 234 5678"),
        ("رقمي ٠٧١٢٣٤٥٦٧٨", "0712345678"),
        ("0712 345 678 ext 12", None),
        ("0712 345 678 or 0713 345 678", None),
        ("my number is 999", None),
        ("he who broke it last night has 0712 345 678", None),
        ("my number", None),
    ],
)
def test_one_number_in_a_short_sentence_is_the_answer(said: str, number: str | None) -> None:
    assert phone_in(said) == number
    asked = asking().read(Typed(said), (), NUMBER, READER)
    assert asked == Answer({"phone": number}) if number else isinstance(asked, Unclear)


def asking(*ways: str) -> WayToAnswer:
    return WayToAnswer("answer", Message("How may we answer you?"), ways or ("here", "call"))


def read(given: Given | str, partial: Any = None, *ways: str) -> Reading:
    question = asking(*ways)
    shown = tuple(button.key for button in question.look(partial, (), READER).buttons)
    said = Typed(given) if isinstance(given, str) else given
    return question.read(said, shown, partial, READER)


def test_only_the_ways_that_there_are_are_offered_in_one_order() -> None:
    for ways in (("here", "call"), ("call", "here"), ("none", "here"), ANSWERS):
        keys = [button.key for button in asking(*ways).look(None, (), READER).buttons]
        assert keys == [way for way in ANSWERS if way in ways]


@pytest.mark.parametrize("given", [Pressed("call"), "2", "by phone", "call me", "Call me please"])
def test_a_call_asks_for_its_number_with_a_way_back(given: Given | str) -> None:
    assert read(given) == Under(NUMBER)
    look = asking().look(NUMBER, (), READER)
    assert look.line.source.startswith("Which number may we call?")
    assert "contact" in look.wants
    assert [button.key for button in look.buttons] == ["here"]
    assert "contact" not in asking().look(None, (), READER).wants


@pytest.mark.parametrize("given", ["0712 345 678", Contact("0712 345 678")])
@pytest.mark.parametrize("partial", [None, NUMBER])
def test_a_number_answers_at_either_question(given: Given | str, partial: Any) -> None:
    reading = read(given, partial)
    assert reading == Answer({"phone": "0712 345 678"})
    assert is_to_be_sealed(reading.value)
    assert asking().decode(reading.value) == Answered("call", "0712 345 678")
    assert asking().chosen(reading.value) == "call"


@pytest.mark.parametrize(
    "given",
    [
        Pressed("here"), "1", "answer here instead", "Here in this chat", "no", "no phone",
        "I don't have a phone", "Don't call me.", "in the chat", "rather not", "I changed my mind",
    ],
)  # fmt: skip
def test_who_would_rather_not_say_it_is_answered_in_the_chat(given: Given | str) -> None:
    assert read(given, NUMBER) == Answer("here")


@pytest.mark.parametrize(
    "given", ["2", "999", "yes", "call me on 0712", "what for?", Pressed("gone"), Location(1, 1)]
)
def test_anything_else_is_told_what_is_expected(given: Given | str) -> None:
    reading = read(given, NUMBER)
    assert isinstance(reading, Unclear)
    assert reading.line.source.startswith("Please type a phone number")


def test_a_number_that_is_not_known_to_be_ones_own_is_declined_kindly() -> None:
    for partial in (None, NUMBER):
        reading = read(Contact(""), partial)
        assert isinstance(reading, Unclear)
        assert "only your own number" in reading.line.source


async def _flow(_country: Country) -> Answered:
    return await asking()


def test_who_skips_the_number_is_answered_in_the_chat_and_the_ways_are_needed() -> None:
    chat = Chat(_flow)
    assert chat(Control(SKIP)).lines[0].message == Message("We need this one, sorry.")
    end = chat("by phone", Control(SKIP)).end
    assert end is not None
    assert end.result == Answered("here")


@pytest.mark.parametrize("given", ["SMS", "both", "by e-mail", "both of them please"])
def test_who_names_a_way_that_is_none_is_told_which_there_are(given: str) -> None:
    for ways in (("here", "call"), ("here", "none"), ANSWERS):
        reading = read(given, None, *ways)
        assert isinstance(reading, Unclear)
        assert reading.line.source == "There are only these ways, please choose one: {ways}."
        (named,) = [value for _name, value in reading.line.values]
        buttons = asking(*ways).look(None, (), READER).buttons
        assert named == Listing(tuple(button.label for button in buttons))


def test_a_number_that_no_way_has_is_told_the_numbers() -> None:
    reading = read("7")
    assert isinstance(reading, Unclear)
    assert reading.line.source.startswith("Please choose a number")


def test_where_nobody_calls_a_number_is_no_answer() -> None:
    for given in ("0712345678", Contact("0712345678"), Contact(""), "by phone", Pressed("call")):
        assert isinstance(read(given, None, "here", "none"), Unclear)
        assert isinstance(read(given, NUMBER, "here", "none"), Unclear)
    question = asking("here", "none")
    for value in ({"phone": "0712345678"}, "call"):
        with pytest.raises(ValueError, match=r"."):
            question.decode(value)


@pytest.mark.parametrize("value", ["call", {"phone": "999"}, {"phone": 7}, {}, None, ["call"]])
def test_a_call_without_a_number_that_can_be_called_is_asked_again(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        asking().decode(value)


def test_answers_of_before_are_good_still() -> None:
    assert asking("here", "none").decode("here") == Answered("here")
    assert asking("here", "none").decode("none") == Answered("none")
