"""An answer with courtesy around it, or letters drawn out for warmth, is that answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from bot.conversation.town import CountryReader
from bot.conversation.words import control_words
from bot.flows.fixed import FIXED
from bot.flows.idea import GIVES, NAMED
from bot.flows.lone_words import lone_word
from bot.flows.matching import match
from bot.flows.plainer import plainer
from bot.flows.questions import Many, Option, YesNo
from bot.flows.questions.asked import Answer, Typed
from bot.flows.questions.options import named
from bot.flows.report import DANGER
from tests.flows.chats import line
from tests.houses import served

COUNTRIES, SPEECHES = served()
SURE = YesNo("sure", line("Sure?"))
MANY = Many("gives", line("What?"), GIVES, alone=("nothing",))


def reader_of(country: str) -> CountryReader:
    return CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])


@pytest.mark.parametrize(
    ("country", "said", "key"),
    [
        ("uruguay", "siii", "yes"), ("uruguay", "si si", "yes"), ("uruguay", "no, gracias", "no"),
        ("uruguay", "el 2", "no"), ("uruguay", "opcion 2 por favor", "no"),
        ("uruguay", "👍👍", "yes"), ("uruguay", "#2", "no"), ("uruguay", "noooo", "no"),
        ("kenya", "ndiooo", "yes"), ("kenya", "hapana asante", "no"), ("kenya", "2 pls", "no"),
        ("kenya", "namba 2", "no"), ("kenya", "yess", "yes"),
        ("somalia", "haaa", "yes"), ("somalia", "haa mahadsanid", "yes"),
        ("somalia", "lambarka 2", "no"), ("somalia", "نعممم", "yes"), ("somalia", "رقم ٢", "no"),
        ("indonesia", "yaa", "yes"), ("indonesia", "2 ya", "no"), ("indonesia", "nomor 2", "no"),
        ("indonesia", "nanti saja kak", "no"), ("indonesia", "nanti aja makasih", "no"),
        ("thailand", "2ค่ะ", "no"), ("thailand", "ข้อ ๒", "no"), ("thailand", "ข้อ2ครับ", "no"),
        ("thailand", "ไม่ ขอบคุณค่ะ", "no"),
        ("thailand", "ใช่ค่า", "yes"), ("thailand", "ใช่ๆ", "yes"), ("thailand", "ok ค่ะ", "yes"),
    ],
)  # fmt: skip
def test_an_answer_with_courtesy_is_certain(country: str, said: str, key: str) -> None:
    found = match(said, named(SURE.options, reader_of(country)), ("yes", "no"))
    assert (found.keys, found.certain) == ((key,), True)


@pytest.mark.parametrize("country", ["kenya", "somalia", "thailand"])
@pytest.mark.parametrize(("said", "key"), [("y", "yes"), ("Y.", "yes"), ("n", "no")])
def test_a_letter_is_an_answer_where_no_language_has_another_word_for_it(
    country: str, said: str, key: str
) -> None:
    found = match(said, named(SURE.options, reader_of(country)), ("yes", "no"))
    assert (found.keys, found.certain) == ((key,), True)


@pytest.mark.parametrize(
    ("said", "key"), [("ok", "yes"), ("👍🏽", "yes"), ("👎", "no"), ("❌", "no")]
)
@pytest.mark.parametrize("options", [SURE.options, DANGER, FIXED, NAMED])
def test_a_thumb_answers_whatever_a_yes_answers(
    options: Sequence[Option[Any]], said: str, key: str
) -> None:
    found = match(said, named(options, reader_of("uruguay")), ())
    assert (found.keys, found.certain) == ((key,), True)


@pytest.mark.parametrize(
    "said", ["gracias", "por favor", "y", "22", "el", "el 2 y el 1", "-1", "1 2"]
)
def test_what_says_nothing_or_two_things_is_no_answer(said: str) -> None:
    assert match(said, named(SURE.options, reader_of("uruguay")), ("yes", "no")).keys == ()


@pytest.mark.parametrize(
    ("country", "said", "keys"),
    [
        ("uruguay", "1 y 3", ["time", "tool"]),
        ("somalia", "وقت ومهارة", ["time", "skill"]),
        ("uruguay", "el 1 y el 3 por favor", ["time", "tool"]),
        ("uruguay", "1+3", ["time", "tool"]),
        ("uruguay", "1️⃣ 3️⃣", ["time", "tool"]),
        ("kenya", "1 na 3", ["time", "tool"]),
        ("somalia", "١ و٣", ["time", "tool"]),
        ("somalia", "١، ٣", ["time", "tool"]),
        ("indonesia", "no 1 dan 3 ya", ["time", "tool"]),
        ("thailand", "ข้อ 1 กับ 3 ค่ะ", ["time", "tool"]),
        ("uruguay", "tiempo y dinero", ["time", "money"]),
        ("uruguay", "tiempo, dinero", ["time", "money"]),
        ("uruguay", "tiempo, y dinero no", None),
        ("kenya", "muda na ujuzi", ["time", "skill"]),
        ("indonesia", "waktu sama uang", ["time", "money"]),
        ("indonesia", "waktu dan entah apa", None),
        ("uruguay", "1-3", None),
        ("uruguay", "1 año y 3 meses", None),
        ("uruguay", "1 y 9", None),
    ],
)
def test_several_numbers_are_said_as_people_say_them(
    country: str, said: str, keys: list[str] | None
) -> None:
    shown = tuple(option.key for option in GIVES)
    reading = MANY.read(Typed(said), shown, None, reader_of(country))
    assert (reading.value if isinstance(reading, Answer) else None) == keys


@pytest.mark.parametrize(
    ("country", "said", "name"),
    [
        ("uruguay", "ayuda por favor", "help"), ("uruguay", "holaaa", "hello"),
        ("uruguay", "parar, gracias", "stop"), ("uruguay", "parar el camión por favor", None),
        ("kenya", "please stop", "stop"), ("kenya", "rudi tafadhali", "back"),
        ("somalia", "fadlan jooji", "stop"), ("indonesia", "batal ya", "cancel"),
        ("thailand", "สวัสดีค่าา", "hello"),
    ],
)  # fmt: skip
def test_a_control_word_may_be_said_with_courtesy(
    country: str, said: str, name: str | None
) -> None:
    speech = SPEECHES[country]
    spelled = control_words(speech)
    assert lone_word(said, spelled) == name


def test_readings_are_the_surest_first_and_each_once() -> None:
    assert list(plainer("nooo please", {"please"}, ())) == [
        "nooo", "noo please", "no please", "noo", "no",
    ]  # fmt: skip
    assert list(plainer("please", {"please"}, ())) == []
    polite = {"gracias", "muchas gracias", "mil gracias", "gracias por todo"}
    for courtesy in polite:  # whichever the set names first
        assert next(plainer(f"acepto {courtesy}", polite, ())) == "acepto"
        assert next(plainer(f"{courtesy} acepto", polite, ())) == "acepto"
    assert list(plainer("x" * 81, {"x"}, ())) == []
