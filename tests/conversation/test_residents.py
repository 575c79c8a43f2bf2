"""What residents write to the house of a country, as they write it on cheap phones."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.town import CountryReader
from bot.domain.messages import Message
from bot.domain.operations import Ask, Tell
from bot.flows.fixed import FIXED
from bot.flows.idea import SIZES
from bot.flows.matching import match
from bot.flows.questions.options import named
from tests.houses import SmallHouse, served
from tests.player import Player


def at_the_menu(house: SmallHouse, country: str, language: str) -> Player:
    player = Player(house, country, language)
    player.play([{"say": "/start"}, {"press": language}, {"press": "yes"}])
    return player


def test_before_consent_no_menu_and_no_person_is_offered(house: SmallHouse) -> None:
    """Neither is there yet: a press on them was met with the same question once more."""
    player = Player(house, "uruguay", "es")
    player.play([{"say": "/start"}, {"press": "es"}])
    player.play([{"say": "hmm"}] * 4)
    assert [button.key for button in player.asked["ana"].controls] == ["!back"]


@pytest.mark.parametrize(
    ("country", "language", "asks", "thanks"),
    [
        ("uruguay", "es", "quien sos?", "muchas gracias"),
        ("kenya", "sw", "ni bure?", "asante sana"),
        ("kenya", "en", "is this free", "thx"),
        ("somalia", "so", "yaad tahay", "mahadsanid"),
        ("somalia", "ar", "من انتم؟", "شكرا جزيلا"),
        ("indonesia", "id", "gratis gak?", "makasih ya"),
        ("thailand", "th", "คุณเป็นใครคะ", "ขอบคุณค่ะ"),
    ],
)
def test_a_question_back_and_a_thank_you_are_answered_and_nothing_is_lost(
    house: SmallHouse, country: str, language: str, asks: str, thanks: str
) -> None:
    player = at_the_menu(house, country, language)
    player.play([
        {"say": thanks}, {"see": ["You are welcome.", "What would you like to do?"]},
        {"press": "report"}, {"press": "something_else"}, {"say": asks},
        {"see": [
            "This is {programme}, a free chat of {organisation}."
            " A program asks, and people of our team read."
        ]},
        {"say": thanks}, {"see": ["You are welcome."]},
    ])  # fmt: skip
    assert player.asked["ana"].wants[:1] == ("text",)


@pytest.mark.parametrize(
    ("country", "begins", "said", "reads"),
    [
        ("thailand", "en", "น้ำไม่ไหลค่ะ", "th"),
        ("somalia", "so", "لا يوجد ماء عندنا", "ar"),
        ("thailand", "th", "no water here", "th"),
        ("kenya", "sw", "no water here", "sw"),
    ],
)
def test_who_writes_at_the_first_question_goes_on_in_a_language_that_is_surely_theirs(
    house: SmallHouse, country: str, begins: str, said: str, reads: str
) -> None:
    player = Player(house, country, begins)
    player.play([{"say": "/start"}, {"say": said}])
    [language] = {language for (language,) in house.rows("select language from resident")}
    assert language == reads
    asks_for_consent = any(button.key == "yes" for button in player.asked["ana"].buttons)
    assert asks_for_consent is (begins != reads)


@pytest.mark.parametrize(
    ("country", "language", "said"),
    [
        ("uruguay", "es", "no sé"), ("kenya", "sw", "sijui"), ("kenya", "en", "i dont know"),
        ("somalia", "so", "ma aqaan"), ("somalia", "ar", "لا ادري"),
        ("indonesia", "id", "ga tau"), ("thailand", "th", "ไม่รู้ค่ะ"),
    ],
)  # fmt: skip
def test_who_does_not_know_is_not_kept_as_a_story(
    house: SmallHouse, country: str, language: str, said: str
) -> None:
    player = at_the_menu(house, country, language)
    player.play([{"press": "report"}, {"press": "something_else"}, {"say": said}])
    heard = [item.line for item in player.heard if isinstance(item, Tell | Ask)]
    skipped = house.countries[country].place_question
    assert heard[0] in {Message("We need this one, sorry."), skipped}


@pytest.mark.parametrize(
    ("country", "said", "language"),
    [
        ("uruguay", "ingles", "en"), ("uruguay", "spanish please", "es"),
        ("kenya", "kiingereza", "en"), ("kenya", "swahili", "sw"), ("somalia", "carabi", "ar"),
        ("somalia", "الإنجليزية", "en"), ("somalia", "somali", "so"),
        ("indonesia", "bahasa inggris", "en"), ("thailand", "อังกฤษ", "en"),
    ],
)  # fmt: skip
def test_a_language_is_chosen_by_what_it_is_called_in_any_of_them(
    house: SmallHouse, country: str, said: str, language: str
) -> None:
    player = Player(house, country, language)
    player.play([{"say": "/start"}, {"say": said}])
    assert player.language == language
    assert player.asked["ana"].line == house.countries[country].consent.question


@pytest.mark.parametrize(
    ("country", "language", "said"),
    [
        ("uruguay", "es", "quiero borrar mis datos"), ("uruguay", "en", "delete me pls"),
        ("kenya", "sw", "nifute tafadhali"), ("somalia", "so", "i tirtir"),
        ("somalia", "ar", "احذفوني"), ("indonesia", "id", "hapus semua"),
        ("thailand", "th", "ขอลบข้อมูลค่ะ"),
    ],
)  # fmt: skip
def test_who_asks_to_be_erased_is_asked_whether_to_and_not_kept_as_a_story(
    house: SmallHouse, country: str, language: str, said: str
) -> None:
    player = at_the_menu(house, country, language)
    player.play([
        {"press": "report"}, {"press": "something_else"}, {"say": said},
        {"see": ["This cannot be undone. Shall we forget you?"]},
    ])  # fmt: skip


@pytest.mark.parametrize("asks", ["hola! que paso con mi reporte {code}?", "Tu código es {code}."])
def test_a_code_in_a_sentence_at_the_menu_brings_its_news(house: SmallHouse, asks: str) -> None:
    """It was kept as a new story, and asked what it was about."""
    player = at_the_menu(house, "uruguay", "es")
    player.play([
        {"say": "reporte"}, {"say": "contenedor lleno"}, {"say": "Está lleno."},
        {"say": "Palermo"}, {"say": "no sé"}, {"say": "no tengo foto"}, {"say": "hace mucho"},
        {"say": "no, gracias"}, {"say": "dale"},
        {"see": ["Thank you. Your number is {code}."]},
        {"say": asks},
        {"see": ["{code}: {category}, {place}, {day}."]},
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("country", "language", "said", "key"),
    [
        ("uruguay", "es", "sigue igual", "no"), ("uruguay", "es", "ya lo arreglaron", "yes"),
        ("uruguay", "es", "a medias", "partly"), ("kenya", "sw", "bado", "no"),
        ("kenya", "sw", "imerekebishwa", "yes"), ("kenya", "en", "still broken", "no"),
        ("somalia", "so", "weli", "no"), ("somalia", "ar", "لم يتم", "no"),
        ("indonesia", "id", "belum", "no"), ("indonesia", "id", "udah beres", "yes"),
        ("thailand", "th", "ยังไม่เสร็จค่ะ", "no"), ("thailand", "th", "แก้แล้วครับ", "yes"),
    ],
)  # fmt: skip
def test_is_it_fixed_is_answered_in_peoples_own_words(
    country: str, language: str, said: str, key: str
) -> None:
    countries, speeches = served()
    reader = CountryReader(countries[country], date(2026, 11, 25), speeches[country])
    found = match(said, named(FIXED, reader), ("yes", "partly", "no"))
    assert (found.keys, found.certain) == ((key,), True)


@pytest.mark.parametrize(
    ("country", "said", "key"),
    [
        ("kenya", "ndogo", "small"), ("kenya", "dogo", "small"), ("kenya", "ni kidogo", "small"),
        ("kenya", "mkubwa", "large"), ("kenya", "kubwa sana", "large"),
        ("kenya", "ya wastani", "small"),
        ("uruguay", "chico", "small"), ("uruguay", "mediano", "small"),
        ("uruguay", "es enorme", "large"),
        ("somalia", "كبير", "large"), ("somalia", "صغير", "small"), ("somalia", "wayn", "large"),
        ("indonesia", "kecil aja", "small"), ("indonesia", "gede", "large"),
        ("thailand", "ขนาดกลางค่ะ", "small"), ("kenya", "not big", None),
        ("uruguay", "no es grande", None),
    ],
)  # fmt: skip
def test_how_big_it_is_may_be_said_in_any_form(country: str, said: str, key: str | None) -> None:
    countries, speeches = served()
    reader = CountryReader(countries[country], date(2026, 11, 25), speeches[country])
    found = match(said, named(SIZES, reader), tuple(option.key for option in SIZES))
    assert found.keys == (() if key is None else (key,))


def test_who_says_ok_to_the_question_for_a_story_tells_it_then(house: SmallHouse) -> None:
    player = at_the_menu(house, "kenya", "sw")
    player.play([
        {"say": "ripoti"}, {"press": "something_else"}, {"say": "sawa"},
        {"see": ["Please type it, or send your voice."]},
        {"say": "Bomba limepasuka sokoni."},
        {"see": ["Where is it? Send your location, or pick your sub-county."]},
    ])  # fmt: skip
