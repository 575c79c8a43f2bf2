"""Of age or not: yes, no, or the years that somebody has, in each language of a country."""

from __future__ import annotations

from datetime import date

import pytest

from bot.conversation.town import CountryReader
from bot.flows.age import AskAge
from bot.flows.questions.asked import Answer, Reading, Typed, Unclear
from tests.houses import served

COUNTRIES, SPEECHES = served()


def read(country: str, said: str) -> Reading:
    reader = CountryReader(COUNTRIES[country], date(2026, 12, 1), SPEECHES[country])
    asked = AskAge("adult")
    shown = tuple(button.key for button in asked.look(None, (), reader).buttons)
    return asked.read(Typed(said), shown, None, reader)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "25"), ("uruguay", "18"), ("uruguay", "tengo 30 años"),
        ("uruguay", "Ya tengo 18"), ("uruguay", "sí, tengo 25 años"), ("uruguay", "soy mayor"),
        ("uruguay", "más de 18"), ("uruguay", "I am 25 years old"), ("uruguay", "I'm 40"),
        ("uruguay", "yes I am over 18"), ("uruguay", "1"), ("uruguay", "of course"),
        ("kenya", "nina miaka 25"), ("kenya", "Umri wangu ni miaka 25."), ("kenya", "mtu mzima"),
        ("somalia", "أكبر من ١٨"), ("somalia", "فوق ١٨"), ("somalia", "18 ka weyn"),
        ("somalia", "25 sano"), ("somalia", "waxaan ahay 30 jir"), ("somalia", "qof weyn"),
        ("somalia", "عمري ٢٥ سنة"), ("somalia", "أنا بالغ"), ("somalia", "٣٠"),
        ("indonesia", "umur saya 30 tahun"), ("indonesia", "saya sudah dewasa"),
        ("thailand", "อายุ 25 ปี"), ("thailand", "ผมอายุ๒๕ปีครับ"), ("thailand", "เป็นผู้ใหญ่แล้ว"),
        ("kenya", "20 🙂"), ("kenya", "nina 20."), ("kenya", "nina 20 🙏🏽"), ("kenya", "18+"),
        ("uruguay", "+18"), ("uruguay", "tengo 20 😀😀"), ("indonesia", "20 tahun ya 🙏"),
    ],
)  # fmt: skip
def test_who_says_so_in_years_or_in_words_is_of_age(country: str, said: str) -> None:
    assert read(country, said) == Answer("yes")


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "17"), ("uruguay", "tengo 16"), ("uruguay", "no, tengo 16"),
        ("uruguay", "menos de 18"), ("uruguay", "soy menor"), ("uruguay", "I am 15 years old"),
        ("uruguay", "under 18"), ("uruguay", "2"), ("kenya", "nina miaka 12"),
        ("kenya", "chini ya miaka 18"), ("somalia", "15 sano"), ("somalia", "عمري ١٦"),
        ("somalia", "تحت ١٨"), ("somalia", "أصغر من ١٨ سنة"), ("somalia", "18 jir ka yar"),
        ("somalia", "أقل من 18"), ("indonesia", "umur 14 tahun"), ("indonesia", "belum 18"),
        ("thailand", "อายุ 15 ปีค่ะ"), ("thailand", "ยังไม่ถึง 18 ปี"),
        ("kenya", "17 🙂"), ("kenya", "nina 16."),
    ],
)  # fmt: skip
def test_who_says_so_in_years_or_in_words_is_not(country: str, said: str) -> None:
    assert read(country, said) == Answer("no")


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "18 or 17"), ("uruguay", "17-18"), ("uruguay", "yes, 16"),
        ("uruguay", "yes 16"), ("uruguay", "no, I am 25"), ("uruguay", "no tengo 20"),
        ("uruguay", "casi 18"), ("uruguay", "my son is 20"), ("uruguay", "hasta los 30"),
        ("uruguay", "1990"), ("uruguay", "300"), ("uruguay", "18?"), ("uruguay", "<18"),
        ("kenya", "17+"), ("kenya", "20 👎"), ("kenya", "18 🔞"), ("kenya", "18 ⬇️"),
        ("kenya", "no 18+"), ("kenya", "18+?"), ("uruguay", "18-"),
        ("uruguay", "I will be 18 in May"), ("uruguay", "3"),
        ("uruguay", "2020 years and something that is told and never comes to an end at all 1"),
        ("kenya", "karibu miaka 18"), ("somalia", "ku dhawaad 18"), ("somalia", "تحت ١٧"),
        ("indonesia", "hampir 18"), ("thailand", "เกือบ 18"), ("thailand", "ลูกอายุ 20"),
    ],
)  # fmt: skip
def test_what_may_be_either_is_asked_again(country: str, said: str) -> None:
    assert isinstance(read(country, said), Unclear)
