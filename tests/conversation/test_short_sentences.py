"""A yes or a no in a short sentence that says nothing else is that answer; others are asked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.conversation.town import CountryReader
from bot.domain.messages import Message
from bot.flows.fixed import FIXED
from bot.flows.questions import Choice, Sure, YesNo
from bot.flows.questions.agreement import Consent
from bot.flows.questions.asked import Answer, Question, Typed
from bot.flows.report import DANGER, SAME
from tests.houses import served

COUNTRIES, SPEECHES = served()
ASK = Message("Is it the same?")
SAME_ONE = YesNo("same", ASK, meant=SAME)
ADULT = YesNo("adult", ASK)
DANGEROUS = Choice("danger", ASK, DANGER)
DONE = Choice("fixed", ASK, FIXED)
FORGET = Sure("sure", ASK)
AGREE = Consent("consent", ASK, (), "1")


def answer(question: Question[Any], country: str, said: str) -> object:
    """What was said as an answer; None where it is asked again."""
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    shown = tuple(button.key for button in question.look(None, (), reader).buttons)
    reading = question.read(Typed(said), shown, None, reader)
    return reading.value if isinstance(reading, Answer) else None


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "ya sama"), ("indonesia", "iya, yang sama"), ("indonesia", "sama"),
        ("uruguay", "sí, es el mismo"), ("uruguay", "si es lo mismo"), ("uruguay", "es ese"),
        ("uruguay", "yes it is the same"), ("kenya", "ndiyo ni hilo"), ("kenya", "ni lile lile"),
        ("somalia", "haa waa isla"), ("somalia", "haa, waa isku mid"), ("somalia", "نعم نفسه"),
        ("thailand", "ใช่ อันเดียวกัน"), ("thailand", "ใช่เรื่องเดียวกันค่ะ"),
    ],
)  # fmt: skip
def test_it_is_the_same_one(country: str, said: str) -> None:
    assert answer(SAME_ONE, country, said) == "yes"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "tidak, beda"), ("indonesia", "bukan yang sama"), ("uruguay", "no, es otro"),
        ("uruguay", "no es el mismo"), ("uruguay", "no it is different"),
        ("kenya", "hapana ni tofauti"), ("somalia", "maya waa mid kale"),
        ("somalia", "لا، ليس نفسه"), ("thailand", "ไม่ใช่ คนละอัน"),
    ],
)  # fmt: skip
def test_it_is_another_one(country: str, said: str) -> None:
    assert answer(SAME_ONE, country, said) == "no"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "ya tapi bukan"), ("indonesia", "tidak beda"), ("uruguay", "yes but no"),
        ("uruguay", "sí pero no"), ("uruguay", "no es otro"), ("kenya", "ndiyo lakini hapana"),
        ("somalia", "haa laakiin maya"), ("somalia", "نعم لكن لا"), ("thailand", "ใช่ แต่ไม่ใช่"),
    ],
)  # fmt: skip
def test_what_says_something_else_too_is_asked_again(country: str, said: str) -> None:
    assert answer(SAME_ONE, country, said) is None


@pytest.mark.parametrize(
    ("question", "country", "said", "meant"),
    [
        (ADULT, "uruguay", "yes I am", "yes"),
        (ADULT, "uruguay", "sí soy", "yes"),
        (ADULT, "uruguay", "no I am not", "no"),
        (ADULT, "uruguay", "yes but I am 15", None),
        (DANGEROUS, "indonesia", "ya, bahaya", "yes"),
        (DANGEROUS, "indonesia", "tidak bahaya", "no"),
        (DANGEROUS, "indonesia", "berbahaya sekali", "yes"),
        (DANGEROUS, "indonesia", "nggak kok", "no"),
        (DANGEROUS, "thailand", "มีค่ะ", "yes"),
        (DANGEROUS, "thailand", "ไม่มีครับ", "no"),
        (ADULT, "thailand", "ยังไม่ถึงค่ะ", "no"),
        (DANGEROUS, "indonesia", "nda bahaya", "no"),
        (DANGEROUS, "indonesia", "bisa jadi", "unsure"),
        (DONE, "indonesia", "so beres", "yes"),
        (DANGEROUS, "kenya", "si hatari kabisa", "no"),
        (DANGEROUS, "kenya", "ndiyo ni hatari sana", "yes"),
        (DONE, "uruguay", "yes it is", "yes"),
        (DONE, "uruguay", "yes, but it broke again", None),
    ],
)
def test_so_it_is_wherever_a_yes_or_a_no_is_asked_for(
    question: Question[Any], country: str, said: str, meant: str | None
) -> None:
    assert answer(question, country, said) == meant


@pytest.mark.parametrize(
    "said", ["yes it is", "yes I am", "sí, es el mismo", "si pero no", "yes?", "¿De acuerdo?"]
)
def test_consent_takes_what_agrees_alone(said: str) -> None:
    assert answer(AGREE, "uruguay", said) is None
    assert answer(AGREE, "uruguay", "sí, claro") == "yes"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "yes what?"), ("uruguay", "what if yes"), ("uruguay", "yes later"),
        ("uruguay", "yes?"), ("uruguay", "sure?"), ("indonesia", "ya nanti"),
        ("kenya", "ndiyo kesho"), ("somalia", "نعم؟"), ("somalia", "haa berri"),
    ],
)  # fmt: skip
def test_what_cannot_be_undone_needs_a_yes_that_says_nothing_else(country: str, said: str) -> None:
    assert answer(FORGET, country, said) is None


@pytest.mark.parametrize("said", ["yes", "yes please", "1", "👍", "sure", "yeees", "sí, claro"])
def test_a_plain_yes_is_one_there_too(said: str) -> None:
    assert answer(FORGET, "uruguay", said) == "yes"
    assert answer(FORGET, "uruguay", "no thank you") == "no"
    assert answer(FORGET, "uruguay", "no, it leaks") == "no"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "ya, yakin"), ("indonesia", "saya yakin"), ("kenya", "ndiyo, nina hakika"),
        ("uruguay", "sí, estoy segura"), ("uruguay", "yes, I'm sure"), ("uruguay", "yes do it"),
        ("somalia", "haa waan hubaa"), ("somalia", "نعم متأكد"), ("thailand", "แน่ใจค่ะ"),
    ],
)  # fmt: skip
def test_who_is_sure_says_yes(country: str, said: str) -> None:
    assert answer(FORGET, country, said) == "yes"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "belum yakin"), ("kenya", "sina hakika"), ("uruguay", "no estoy segura"),
        ("uruguay", "I'm not sure"), ("uruguay", "do not do it"), ("uruguay", "¿estoy seguro?"),
        ("somalia", "ma hubo"), ("somalia", "لست متأكدا"), ("thailand", "ไม่แน่ใจ"),
    ],
)  # fmt: skip
def test_who_is_not_sure_says_no_yes(country: str, said: str) -> None:
    assert answer(FORGET, country, said) != "yes"
