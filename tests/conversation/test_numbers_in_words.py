"""The number of an option may be said in words, in each language; nothing else is taken for it."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from bot.conversation.town import CountryReader
from bot.domain.inbound import Attachment
from bot.flows.idea import GIVES, SIZES
from bot.flows.questions import Choice, Consent, Many, Option, Photos, Question, Story, YesNo
from bot.flows.questions.asked import Answer, Typed, Under
from bot.flows.questions.options import named
from bot.flows.questions.words import Text
from bot.flows.vote import BLANK, BLANK_WORDS
from tests.flows.chats import line
from tests.houses import served

COUNTRIES, SPEECHES = served()
SIZE = Choice("size", line("How big?"), SIZES)
MANY = Many("gives", line("What?"), GIVES, alone=("nothing",))
AGREE = Consent("agreed", line("Agreed?"), more=(), version="1")


def read(question: Question[Any], said: str, country: str, partial: Any = None) -> Any:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    shown = tuple(button.key for button in question.look(partial, (), reader).buttons)
    reading = question.read(Typed(said), shown, partial, reader)
    return reading.value if isinstance(reading, Answer) else None


@pytest.mark.parametrize(
    ("country", "number", "texts"),
    [
        ("kenya", 1, ["one", "the first one", "moja", "ya kwanza", "namba moja", "Moja pls"]),
        ("kenya", 2, ["two", "the second", "mbili", "ya pili", "la pili", "option two please"]),
        ("uruguay", 1, ["uno", "la primera", "el uno", "la 1ra"]),
        ("uruguay", 2, ["dos", "la dos", "la segunda", "el número dos", "la opción dos, gracias"]),
        ("uruguay", 5, ["cinco", "la quinta", "five"]),
        ("indonesia", 2, ["dua", "yang kedua", "nomor dua", "ke-2", "yg kedua ya"]),
        ("thailand", 2, ["สอง", "อันที่สอง", "ข้อสอง", "ข้อที่สองค่ะ", "ข้อ สอง ครับ"]),
        ("somalia", 2, ["labo", "laba", "kan labaad", "اثنان", "الثاني", "رقم اثنين"]),
        ("somalia", 1, ["kow", "kan koowaad", "الأول", "واحد", "first"]),
    ],
)  # fmt: skip
def test_an_option_is_chosen(country: str, number: int, texts: list[str]) -> None:
    for said in texts:
        assert read(SIZE, said, country) == SIZES[number - 1].key, said


@pytest.mark.parametrize("country", COUNTRIES)
def test_each_language_counts_to_ten(country: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    assert {*named(SIZES, reader).spelled.values()} == {*range(1, 11)}


@pytest.mark.parametrize(
    ("country", "said", "keys"),
    [
        ("uruguay", "uno y tres", ["time", "tool"]),
        ("uruguay", "la uno, la tres", ["time", "tool"]),
        ("kenya", "the first and the third", ["time", "tool"]),
        ("kenya", "moja na tatu", ["time", "tool"]),
        ("indonesia", "satu dan tiga ya", ["time", "tool"]),
        ("uruguay", "uno y 3", ["time", "tool"]),
        ("thailand", "ข้อหนึ่งกับข้อสามค่ะ", ["time", "tool"]),
        ("thailand", "1กับ3", ["time", "tool"]),
        ("somalia", "الأول والثالث", ["time", "tool"]),
        ("somalia", "رقم واحد ورقم ٣", ["time", "tool"]),
        ("kenya", "one second", None),
        ("uruguay", "un segundo, por favor", None),
        ("somalia", "ثانية واحدة", None),
        ("kenya", "no one and no two", None),
        ("uruguay", "uno y nueve", None),
        ("uruguay", "uno y no", None),
    ],
)
def test_several_options_are_chosen(country: str, said: str, keys: list[str] | None) -> None:
    assert read(MANY, said, country) == keys


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("kenya", "one of them is broken"), ("kenya", "not one"), ("kenya", "seven"),
        ("uruguay", "uno de ellos"), ("uruguay", "hace dos años"), ("uruguay", "la"),
    ],
)  # fmt: skip
def test_a_longer_sentence_or_a_number_too_high_is_no_answer(country: str, said: str) -> None:
    assert read(SIZE, said, country) is None


@pytest.mark.parametrize("said", ["no one", "No, one.", "no two", "no one please"])
def test_nobody_is_not_the_first_wherever_a_no_is_short_for_number(said: str) -> None:
    asked: tuple[Question[Any], ...] = (SIZE, MANY, AGREE)
    for country, question in product(("kenya", "indonesia"), asked):
        assert read(question, said, country) in {None, "no"}, country
    assert read(SIZE, "no 1", "indonesia") == read(SIZE, "nomor satu", "indonesia") == "community"


def test_where_a_label_has_the_word_it_is_asked_which_was_meant() -> None:
    wells = Choice(
        "wells",
        line("How many?"),
        [Option(key, line(label), key) for key, label in (("a", "Two wells"), ("b", "A pump"))],
    )
    reader = CountryReader(COUNTRIES["kenya"], date(2026, 11, 25), SPEECHES["kenya"])
    assert wells.read(Typed("two"), ("a", "b"), None, reader) == Under(["which", ["a", "b"]])
    assert read(wells, "two wells", "kenya") == "a"
    assert read(wells, "one", "kenya") == "a", "no label has it"
    both = Many("wells", line("What?"), wells.options)
    assert read(both, "one and two", "kenya") is None
    tree = [Option("north", line("North"), None, options=(Option("sita", line("Sita"), "sita"),))]
    tree += [Option(f"o{number}", line(f"Other {number}"), "o") for number in range(6)]
    assert read(Choice("place", line("Where?"), tree), "sita", "kenya") == "sita"
    assert read(Choice("place", line("Where?"), tree), "tano", "kenya") == "o3"


@pytest.mark.parametrize(
    ("country", "one", "none"),
    [
        ("kenya", "moja", "hata moja"), ("indonesia", "satu", "tidak satu pun"),
        ("somalia", "واحد", "ولا واحد"), ("somalia", "mid", "mid maya"),
    ],
)  # fmt: skip
def test_on_a_ballot_a_number_within_none_of_these_counts_too(
    country: str, one: str, none: str
) -> None:
    label, *also = BLANK_WORDS
    ballot: tuple[Option[Any], ...] = (*SIZES[:2], Option(BLANK, label, BLANK, also=tuple(also)))
    assert read(Choice("one", line("Which?"), ballot), one, country) == SIZES[0].key
    assert read(Choice("one", line("Which?"), ballot), none, country) == BLANK


def test_where_free_words_are_asked_it_is_words() -> None:
    assert read(Text("name", line("Name?")), "one", "kenya") == "one"
    assert read(Text("detail", line("Near?"), optional=True), "mbili", "kenya") == "mbili"
    story = Story("story", line("Tell us."), photos=3)
    assert read(story, "moja", "kenya", ["p1"]) == {"text": "moja", "photos": ["p1"]}


def test_a_lone_button_is_not_counted() -> None:
    photos = Photos("photos", line("Photos?"), most=3, optional=True)
    assert photos.join([], [Attachment("photo", "n", "image/jpeg", 1, ref="p1")]) == ["p1"]
    assert read(photos, "moja", "kenya", ["p1"]) is None
    assert read(YesNo("sure", line("Sure?")), "mbili", "kenya") == "no"
