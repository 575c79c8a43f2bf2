"""Who says the opposite of a label has not said it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any

import pytest

from bot.conversation.town import CountryReader
from bot.domain.messages import Message
from bot.flows.fixed import FIXED
from bot.flows.idea import GIVES, NAMED, SIZES
from bot.flows.ideas import DO
from bot.flows.matching import match
from bot.flows.named import Named, Names, bare
from bot.flows.questions import Consent, Option, YesNo
from bot.flows.questions.agreement import REVIEW_OPTIONS, Review
from bot.flows.questions.asked import Answer, Typed, Unclear
from bot.flows.questions.options import named
from bot.flows.questions.ways import WAYS
from tests.flows.chats import line
from tests.houses import served

COUNTRIES, SPEECHES = served()

CONSENT = Consent("agreed", line("Agreed?"), more=(), version="1")

OPTIONS = (
    REVIEW_OPTIONS,
    CONSENT.options,
    YesNo("sure", line("Sure?")).options,
    FIXED,
    NAMED,
    SIZES,
    GIVES,
    DO,
)

LEAVE = YesNo(
    "leave", line("Leave it?"), yes=Message("Leave it"), no=Message("Take it back")
).options

STREET = Names(
    [Named("send", frozenset({"Send it"})), Named("market", frozenset({"The old market hall"}))],
    ["no", "not", "don t", "ไม"],
)


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_a_label_that_is_denied_is_not_chosen_in_any_language(country: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    for names in (named(options, reader) for options in OPTIONS):
        assert names.denials
        for item, denial in product(names, names.denials):
            if denial in map(bare, item.texts):
                continue  # "no, change it": it is said, not denied
            # Beside a sign without letters only the denial is said.
            for text in sorted(filter(bare, item.texts)):
                said = [f"{denial} {text}", f"{text} {denial}"]
                # In Thai nothing stands between words. These keys are what cannot be taken back.
                glued = country == "thailand" and item.key in {"send", "yes", "back"}
                if glued and not (" " in text or text.isascii() or denial.isascii()):
                    said.append(f"{denial}{text}")  # in Thai nothing stands between words
                for words in said:
                    found = match(words, names, ())
                    # What says just this of another button is that one.
                    assert found.certain or item.key not in found.keys, words


@pytest.mark.parametrize(
    "said",
    [
        "do not send it",
        "don't send it",
        "Don’t send it",
        "no, send it",
        "send it not",
        "not sendit",
    ],
)
def test_a_denial_beside_a_label_chooses_nothing(said: str) -> None:
    assert match(said, STREET, ()).keys == ()


@pytest.mark.parametrize("said", ["please send it", "send it now", "sned it", "yes send it"])
def test_other_words_beside_it_do_no_harm(said: str) -> None:
    assert match(said, STREET, ()).keys == ("send",)


@pytest.mark.parametrize(
    "said", ["the old market hal", "the old markethall", "teh old market hall"]
)
def test_slips_are_forgiven_as_before(said: str) -> None:
    assert match(said, STREET, ()).keys == ("market",)


def test_a_denial_that_is_written_together_with_a_long_label_is_no_slip() -> None:
    assert match("noThe old market hall", STREET, ()).keys == ()
    assert match("ไม่The old market hall", STREET, ()).keys == ()


def test_a_label_that_denies_something_itself_is_chosen_by_itself() -> None:
    names = Names(
        [Named("done", frozenset({"Done"})), Named("not", frozenset({"Not done yet"}))], ["not"]
    )
    assert match("Not done yet", names, ()).keys == ("not",)
    assert match("not done yet sorry", names, ()).keys == ("not",)
    assert match("not doen yet", names, ()).keys == ("not",)
    assert match("not done sorry", names, ()).keys == ()


@pytest.mark.parametrize(
    ("country", "said", "options"),
    [
        ("kenya", "write to me", WAYS),
        ("kenya", "siungi mkono", DO),
        ("uruguay", "no retirar", LEAVE),
        ("uruguay", "no cambiar", REVIEW_OPTIONS),
        ("uruguay", "ya está mal", REVIEW_OPTIONS),
        ("kenya", "sure, how?", YesNo("sure", line("Sure?")).options),
        ("kenya", "ndiyo lakini", YesNo("sure", line("Sure?")).options),
        ("indonesia", "ya mau tanya", YesNo("sure", line("Sure?")).options),
        ("somalia", "لست موافق", YesNo("sure", line("Sure?")).options),
        ("kenya", "sasa", GIVES),
        ("uruguay", "me escriban", WAYS),
        ("uruguay", "ahora", GIVES),
        ("indonesia", "kirim", WAYS),
        ("kenya", "in the list", [Option("else", Message("Not in the list"), "else")]),
    ],
)
def test_what_a_label_denies_is_not_that_label(
    country: str, said: str, options: Sequence[Option[Any]]
) -> None:
    """“Write to me” is a part of “Do not write to me”, and its opposite."""
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    assert match(said, named(options, reader), ()).keys == ()


SURE = YesNo("sure", line("Sure?"))


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("indonesia", "tidak jelas"), ("indonesia", "tidak mengerti maksudnya"),
        ("kenya", "hapana sijui"), ("kenya", "hapana, sijui"), ("kenya", "no idea yet"),
        ("uruguay", "no entiendo nada"), ("uruguay", "no sé"), ("uruguay", "no, no entiendo"),
        ("somalia", "maya ma aqaan"), ("somalia", "لا أفهم شيئا"), ("thailand", "ไม่ เข้าใจ เลย"),
    ],
)  # fmt: skip
def test_a_no_in_a_sentence_that_says_something_else_is_no_answer(country: str, said: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    for question in (SURE, CONSENT):
        shown = tuple(option.key for option in question.options)
        assert not isinstance(question.read(Typed(said), shown, None, reader), Answer), said


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "No, sigue roto"), ("uruguay", "no. está igual"), ("uruguay", "no gracias"),
        ("kenya", "hapana, imevunjika"), ("indonesia", "tidak, masih rusak"), ("kenya", "no no"),
        ("somalia", "لا، مكسور"), ("uruguay", "no todavía no"),
    ],
)  # fmt: skip
def test_a_no_with_a_word_behind_a_comma_is_one(country: str, said: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    reading = SURE.read(Typed(said), ("yes", "no"), None, reader)
    assert isinstance(reading, Answer), reading
    assert reading.value == "no"


def test_an_ending_alone_is_no_answer_that_only_a_sign_stands_for() -> None:
    reader = CountryReader(COUNTRIES["thailand"], date(2026, 11, 25), SPEECHES["thailand"])
    names = named(YesNo("sure", line("Sure?")).options, reader)
    assert match("ครับ", names, ()).keys == ("yes",)  # one of the words for it
    assert match("นะคะ", names, ()).keys == ()


@pytest.mark.parametrize("country", sorted(COUNTRIES))
@pytest.mark.parametrize(
    ("done", "stand"),
    [
        ("back follow", ("unback", "unfollow", "comment", "list")),
        ("unback unfollow", ("back", "follow", "comment", "list")),
    ],
)
def test_doing_it_a_second_time_does_not_undo_it(
    country: str, done: str, stand: tuple[str, ...]
) -> None:
    """The button that did it has given way to the one that undoes it."""
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    shown = named([option for option in DO if option.key in stand], reader)
    for item in named([option for option in DO if option.key in done.split()], reader):
        for words in item.texts | item.ended:
            assert match(words, shown, stand).keys == (), words


@pytest.mark.parametrize(
    ("country", "said", "agreed"),
    [
        ("uruguay", "sí, estoy de acuerdo", "yes"),
        ("uruguay", "desacuerdo", "no"),
        ("uruguay", "no estoy de acuerdo", "no"),
        ("uruguay", "I agree with nothing", None),
        ("uruguay", "I agree but only for my street", None),
        ("uruguay", "de acuertdo", None),
        ("uruguay", "siii", "yes"),
        ("uruguay", "acepto, muchas gracias", "yes"),
        ("uruguay", "si por ahora", None),
        ("kenya", "ndiyo nakubali", "yes"),
        ("kenya", "sikubali", "no"),
        ("indonesia", "ya setuju", "yes"),
        ("indonesia", "kurang setuju", "no"),
        ("indonesia", "no saya setuju", None),
        ("somalia", "haa waan oggolahay", "yes"),
        ("somalia", "maan oggolahay", "no"),
        ("somalia", "نعم، أوافق", "yes"),
        ("somalia", "لا أوافق", "no"),
        ("thailand", "ยินยอมค่ะ", "yes"),
        ("thailand", "ok ค่ะ", "yes"),
        ("thailand", "ไม่ยินยอม", "no"),
        ("thailand", "ไม่ยินยอมครับ", "no"),
    ],
)
def test_consent_is_given_by_what_says_nothing_else(
    country: str, said: str, agreed: str | None
) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    reading = CONSENT.read(Typed(said), ("yes", "no", "more"), None, reader)
    assert (reading.value if isinstance(reading, Answer) else None) == agreed


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_what_is_typed_for_a_no_is_never_a_yes(country: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    yes, no, *_more = named(CONSENT.options, reader)
    assert set(map(bare, yes.texts)).intersection(map(bare, no.texts)) <= {""}, "beside emoji"


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "mándalo mañana"), ("uruguay", "enviar más tarde"),
        ("kenya", "tuma kesho"), ("kenya", "send it tomorrow"), ("kenya", "itume baadaye"),
        ("kenya", "Send it on Monday."), ("kenya", "later, send it"),
        ("indonesia", "kirim besok"), ("indonesia", "nanti kirim"),
        ("somalia", "dir berri"), ("somalia", "أرسلها غدًا"), ("somalia", "ارسل بكره"),
        ("thailand", "send it tomorrow"), ("thailand", "ส่งพรุ่งนี้"), ("thailand", "ส่ง พรุ่งนี้"),
    ],
)  # fmt: skip
def test_what_is_to_be_sent_later_is_not_sent_now(country: str, said: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    shown = ("send", "change", "cancel")
    assert isinstance(Review("review").read(Typed(said), shown, None, reader), Unclear)


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "mándalo por favor"), ("uruguay", "mandalo ahora"), ("kenya", "send it today"),
        ("kenya", "send it now please"), ("indonesia", "kirim sekarang ya"),
    ],
)  # fmt: skip
def test_what_is_to_be_sent_now_is(country: str, said: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    reading = Review("review").read(Typed(said), ("send", "change", "cancel"), None, reader)
    assert reading == Answer("send")
