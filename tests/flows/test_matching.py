"""What people type, held against what they were shown."""

from __future__ import annotations

import time
import unicodedata
from datetime import date

import pytest

from bot.domain.codes import code_within, fold_code
from bot.domain.folding import bare
from bot.domain.likeness import alike, bigrams
from bot.flows.lone_words import by_spelling, lone_word
from bot.flows.matching import MOST_PARTS, Match, match
from bot.flows.named import Named
from bot.flows.numbers import ordinal, read_number
from bot.flows.questions.amounts import read_day

OPTIONS = (
    Named("bins", frozenset({"Full bin", "Contenedor lleno"}), "🗑️"),
    Named("market", frozenset({"The market", "Mercado Agrícola"}), "🛒"),
    Named("yes", frozenset({"Yes", "Sí"}), "👍"),
    Named("thai", frozenset({"ตลาดสด"}), "🐟"),
)
SHOWN = ("bins", "market", "yes", "thai")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3), ("٣", 3), ("۳", 3), ("๓", 3), ("３", 3), ("3.", 3), (" 3 ", 3), ("3️⃣", 3),
        ("(2)", 2), ("[2]", 2), ("2)", 2), ("2:", 2), ("٣٤", 34), ("0", 0),
        ("²", None), ("①", None), ("½", None), ("three", None), ("2 or 3", None), ("", None),
        ("-1", None), ("1e3", None), ("9" * 5000, None), ("12 homes", None),
    ],
)  # fmt: skip
def test_a_number_is_read_in_any_script_and_as_it_was_printed(
    text: str, number: int | None
) -> None:
    assert ordinal(text) == number


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1", ("bins",)), ("2️⃣", ("market",)), ("٣", ("yes",)), ("0", ()), ("5", ()), ("12", ()),
        ("²", ()), ("①", ()), ("½", ()), ("٣٤", ()),
        ("full bin", ("bins",)), ("FULL  BIN!", ("bins",)), ("contenedor lleno", ("bins",)),
        ("fullbin", ("bins",)), ("ful bin", ("bins",)), ("contenedro lleno", ("bins",)),
        ("the market please", ("market",)), ("mercado agricola", ("market",)),
        ("MERCADO AGRÍCOLA", ("market",)), ("merca\u0301do agricola", ("market",)),
        ("si", ("yes",)), ("sí", ("yes",)), ("👍", ("yes",)), ("👍🏿", ("yes",)), ("🗑", ("bins",)),
        ("f\u200bull b\u200din", ("bins",)), ("ตลาดสด", ("thai",)),
        ("so", ()), ("yea", ()), ("something quite different", ()), ("2 or 3", ()), ("", ()),
        ("´", ()), ("´ ´", ()), ("´ full bin ¨", ("bins",)),
    ],
)  # fmt: skip
def test_an_option_is_chosen_as_people_write_it(text: str, keys: tuple[str, ...]) -> None:
    assert match(text, OPTIONS, SHOWN).keys == keys


@pytest.mark.parametrize(("text", "keys"), [("\u2602\ufe0f", ("rain",)), ("\u267b\ufe0f", ())])
def test_a_picture_among_the_words_of_an_option_is_no_other_picture(
    text: str, keys: tuple[str, ...]
) -> None:
    rain = Named("rain", frozenset({"Rain", "\u2602\ufe0f"}), "")
    assert match(text, (rain, *OPTIONS), SHOWN).keys == keys


SIGNS = (
    Named("yes", frozenset({"Yes", "✅", "ok"}), "👍"),
    Named("no", frozenset({"No", "❌"}), "👎"),
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("✅", ("yes",)), ("❌", ("no",)), ("👍🏽", ("yes",)), ("👍\ufe0f", ("yes",)),
        ("👎🏿", ("no",)),
        ("👍 yes", ("yes",)), ("1️⃣", ("yes",)), ("2️⃣.", ("no",)), ("OK!", ("yes",)), ("…", ()),
        ("?", ()), ("🙂", ()), ("👍👎", ()), ("ye\u0301s", ("yes",)),
    ],
)  # fmt: skip
def test_a_sign_is_an_answer_as_words_are(text: str, keys: tuple[str, ...]) -> None:
    assert match(text, SIGNS, ("yes", "no")).keys == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("2. No", ("no",)), ("1. Yes", ("yes",)), ("2. 👎 No", ("no",)), ("2️⃣ No", ("no",)),
        ("(2) no", ("no",)), ("2)\u00a0No.", ("no",)), ("٢. No", ("no",)), ("2. 👎", ("no",)),
        ("1. Yes please", ("yes",)), ("2 no", ("no",)),
        ("2. Yes", ()), ("1 no", ()), ("2. 2", ()), ("2. 1. Yes", ()), ("3. No", ()),
        ("2.", ("no",)),
    ],
)  # fmt: skip
def test_a_whole_printed_line_is_an_answer_where_its_number_and_its_label_agree(
    text: str, keys: tuple[str, ...]
) -> None:
    assert match(text, SIGNS, ("yes", "no")).keys == keys


ARABIC = (
    Named("water", frozenset({"المياه", "انقطاع الماء"})),
    Named("road", frozenset({"الطَّريق"})),
    Named("hindi", frozenset({"पानी की समस्या"})),
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("المياه", ("water",)), ("المِياه", ("water",)), ("الطريق", ("road",)),
        ("انقطاع الماء من فضلك", ("water",)), ("\u202bالطريق\u202c", ("road",)),
        ("पानी की समस्या", ("hindi",)), ("पानी की समस्या।", ("hindi",)), ("٢", ("road",)),
        ("۲", ("road",)), ("२", ("road",)),
    ],
)  # fmt: skip
def test_labels_of_other_scripts_are_read_as_they_are_typed(
    text: str, keys: tuple[str, ...]
) -> None:
    assert match(text, ARABIC, ("water", "road", "hindi")).keys == keys


@pytest.mark.parametrize(
    ("typed", "written"),
    [("مدرسه", "مدرسة"), ("مستشفي", "مستشفى"), ("شکوی", "شكوى"), ("الى", "إلي")],
)
def test_letters_of_arabic_that_are_typed_for_each_other_are_one(typed: str, written: str) -> None:
    assert bare(typed) == bare(written)
    options = (Named("this", frozenset((written,))), Named("other", frozenset(("سوق",))))
    assert match(typed, options, ()) == Match(("this",), True)


def test_bare_words_have_one_space_between_them_whatever_sign_is_typed() -> None:
    signs = [sign for sign in map(chr, range(0x110000)) if unicodedata.decomposition(sign)]
    for typed in ("{0} {0}", "a{0}", "{0}a"):
        for sign in signs:
            told = bare(typed.format(sign))
            assert told == told.strip(), hex(ord(sign))
            assert "  " not in told, hex(ord(sign))


@pytest.mark.parametrize(
    "text",
    [
        "1" + " " * 4000 + "a b c", "1" + "." * 4000 + "x", "(" * 4000, "9" * 4000, "1E3153",
        "a " * 2000 + "1", "\u0301" * 4000, "½" * 4000, "ﷺ" * 1300,
    ],
)  # fmt: skip
def test_nothing_that_is_typed_takes_long_to_read(text: str) -> None:
    began = time.process_time()
    assert match(text, OPTIONS, SHOWN).keys == ()
    assert read_number(text) is None
    assert time.process_time() - began < 5  # backtracking would take hours


def test_two_options_that_look_alike_are_asked_about() -> None:
    twins = (Named("a", frozenset({"North school"})), Named("b", frozenset({"South school"})))
    assert set(match("orth school", twins, ("a", "b")).keys) == {"a"}
    same = (Named("a", frozenset({"Township"})), Named("b", frozenset({"Township"})))
    assert set(match("township", same, ("a", "b")).keys) == {"a", "b"}
    assert not match("township", same, ("a", "b")).certain


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("stop", "stop"), (" Stop ", "stop"), ("STOP.", "stop"), ("หยุด", "stop"),
        ("parar", "stop"),
        ("bus stop 14 has no roof", None), ("STOP 12345", None), ("we must STOP this", None),
        ("atras", "back"), ("ATRÁS", "back"), ("", None),
    ],
)  # fmt: skip
def test_a_control_word_stands_alone(text: str, name: str | None) -> None:
    words = {"stop": ("stop", "หยุด", "parar"), "back": ("atrás", "back")}
    assert lone_word(text, by_spelling(words)) == name


@pytest.mark.parametrize(
    ("text", "whole", "decimal"),
    [
        ("१२", "12", "12"), ("১২", "12", "12"), ("١٢", "12", "12"), ("۱۲", "12", "12"),
        ("๑๒", "12", "12"), ("１２", "12", "12"), ("٠.٥", None, "0.5"), ("0", "0", "0"),
        ("1E3153", None, None), ("12 homes", "12", "12"), ("about 12 homes", "12", "12"),
        ("1,200", "1200", "1.200"), ("1 200 300", "1200300", "1200300"), ("-3", "-3", "-3"),
        ("Infinity", None, None), ("NaN", None, None), ("9" * 40, None, None), ("²", None, None),
        ("2 or 3", None, None), ("12.5", None, "12.5"), ("12,5", None, "12.5"), ("", None, None),
        ("999999999999999", "999999999999999", "999999999999999"),
        ("9999999999999999", None, None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(
    text: str, whole: str | None, decimal: str | None
) -> None:
    assert read_number(text) == whole
    assert read_number(text, decimals=True) == decimal


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24/12/2026", date(2026, 12, 24)),
        ("24/12", date(2026, 12, 24)),
        ("24-12-26", date(2026, 12, 24)),
        ("٢٤/١٢", date(2026, 12, 24)),
        ("2/1", date(2027, 1, 2)),
        ("31/2", None),
        ("29/2/2028", date(2028, 2, 29)),
        ("soon", None),
        ("1/1/1/1", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, day: date | None) -> None:
    assert read_day(text, date(2026, 11, 25)) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("MVD-7F3K", "MVD-7F3K"), ("mvd7f3k", "MVD-7F3K"), ("MVD 7F3K?", "MVD-7F3K"),
        ("mvd–7f3k", "MVD-7F3K"), ("MVD-٧F٣K", "MVD-7F3K"), ("\u2066MVD-7F3K\u2069", "MVD-7F3K"),
        ("MVD-7F3K2", "MVD-7F3K2"), ("MVD-7F3", None), ("BRG-7F3K", None), ("hello", None),
        ("my number is MVD-7F3K", None), ("MVD-0O1I", None), ("", None), ("?", None),
    ],
)  # fmt: skip
def test_a_code_is_read_as_people_copy_it(text: str, code: str | None) -> None:
    assert fold_code(text, "MVD") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("que paso con MVD-7F3K?", "MVD-7F3K"), ("my number is “mvd7f3k”.", "MVD-7F3K"),
        ("MVD-7F3K MVD-7F3K", "MVD-7F3K"), ("MVD-7F3K y MVD-7F3M", None),
        ("mvdabcd is a word", None), ("no code here", None), ("", None),
    ],
)  # fmt: skip
def test_a_code_in_a_sentence_is_found_where_it_is_the_only_one(
    text: str, code: str | None
) -> None:
    assert code_within(text, "MVD") == code


def test_texts_are_alike_in_any_script() -> None:
    same = alike(bigrams("El contenedor está LLENO"), bigrams("contenedor esta lleno!"))
    assert same > 0.7
    assert alike(bigrams("ถังขยะเต็มมาก"), bigrams("ถังขยะเต็ม")) > 0.7
    assert alike(bigrams("bin full"), bigrams("dog barks")) < 0.2
    assert alike(bigrams(""), bigrams("x")) == 0.0


def test_a_word_of_a_longer_label_is_asked_about_beside_a_label_that_looks_like_it() -> None:
    options = [
        Named("around", frozenset({"Rubbish around"})),
        Named("heap", frozenset({"Rubbishy"})),
        Named("post", frozenset({"Light post"})),
    ]
    assert match("rubbish", options, ()) == Match(("around", "heap"), False)
    assert match("post", options, ()) == Match((), False)
    assert match("lig", options, ()) == Match((), False)


@pytest.mark.parametrize("count", [MOST_PARTS, MOST_PARTS + 1])
def test_a_word_of_too_many_labels_says_nothing(count: int) -> None:
    options = [Named(f"p{number}", frozenset({f"Villa {number}"})) for number in range(count)]
    assert len(match("villa", options, ()).keys) == (count if count <= MOST_PARTS else 0)
