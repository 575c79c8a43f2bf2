"""Falling back: a message is said wholly in one language, and never fails to be said."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.messages import (
    FullDay,
    Listing,
    Name,
    Verbatim,
    _,
    dump,
    load_message,
    ngettext,
)
from bot.i18n import Speech, Wording
from bot.i18n.catalogue import CatalogueError
from tests.i18n.folders import catalogue, country, entry, locales, speech, write_own, write_shared

HELLO = _("Hello, {name}.")
YES = _("Yes")
NO = _("No")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Spanish says it all, Swahili lacks "No", Uruguay-like words stand in the country's own."""
    locales(tmp_path)
    spanish = [entry("Hello, {name}.", "Hola, {name}."), entry("Yes", "Sí"), entry("No", "No")]
    write_shared(tmp_path, "es", catalogue(*spanish))
    swahili = [entry("Hello, {name}.", "Habari, {name}."), entry("Yes", "Ndiyo")]
    write_shared(tmp_path, "sw", catalogue(*swahili, entry("No", "")))
    return tmp_path


def test_countrys_own_words_win_over_the_shared_ones(folder: Path) -> None:
    write_own(folder, "es", catalogue(entry("Yes", "Sí, dale")))
    said = speech(folder, "es", "sw")
    assert said.texts((YES, HELLO(name="Ana")), "es") == ["Sí, dale", "Hola, Ana."]


def test_a_country_may_word_a_shared_text_otherwise_in_english_too(folder: Path) -> None:
    write_own(folder, "en", catalogue(entry("Yes", "Aye"), entry("Hello, {name}.", "Oi!")))
    said = speech(folder, "es", "en")
    # A text that loses its placeholder is not used: the shared one stands.
    assert said.texts((YES, NO, HELLO(name="Ana")), "en") == ["Aye", "No", "Hello, Ana."]


def test_another_countrys_words_are_not_used(folder: Path) -> None:
    write_own(folder, "es", catalogue(entry("Yes", "Sí, dale")), key="elsewhere")
    assert speech(folder, "es").text(YES, "es") == "Sí"


def test_words_beside_a_country_file_elsewhere_are_used(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "elsewhere"
    own.mkdir()
    (own / "es.po").write_text(catalogue(entry("Yes", "Sí, dale")), "utf-8")
    assert Speech(country("es"), folder, own).text(YES, "es") == "Sí, dale"


def test_one_missing_text_takes_all_to_the_countrys_first_language(folder: Path) -> None:
    said = speech(folder, "es", "sw")
    assert said.texts((YES, NO), "sw") == ["Sí", "No"]
    assert said.wording((YES, NO), "sw") == Wording("es", ("Sí", "No"))
    assert said.texts((YES,), "sw") == ["Ndiyo"]


def test_what_the_first_language_lacks_too_is_wholly_english(folder: Path) -> None:
    said = speech(folder, "sw", "es")
    assert said.wording((YES, NO), "sw") == Wording("en", ("Yes", "No"))


def test_missing_text_inside_another_takes_the_whole_message_along(folder: Path) -> None:
    assert speech(folder, "es", "sw").text(HELLO(name=NO), "sw") == "Hola, No."


def test_language_that_left_the_country_is_answered_in_the_first(folder: Path) -> None:
    said = speech(folder, "sw", "en")
    assert [said.text(YES, code) for code in ("es", "so", "", "?")] == ["Ndiyo"] * 4


def test_organisers_language_is_spoken_although_residents_do_not(folder: Path) -> None:
    assert speech(folder, "es").text(YES, "en") == "Yes"


def test_nothing_to_say_is_said(folder: Path) -> None:
    assert speech(folder, "es").texts((), "es") == []


@pytest.mark.parametrize(
    "broken",
    ["{nombre}: hola", "{ name } hola", "{name hola", "{name}} hola", "hola", "{name}{0}", "%s"],
)
def test_broken_placeholder_falls_back_and_leaves_one_line_for_the_operator(
    folder: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_own(folder, "sw", catalogue(entry("Bye, {name}: {share}% of us.", broken)))
    spanish = entry("Bye, {name}: {share}% of us.", "Chau, {name}: {share} % de todos.")
    write_own(folder, "es", catalogue(spanish))
    said = speech(folder, "es", "sw")
    message = _("Bye, {name}: {share}% of us.")(name="Zawadi", share=40)
    with caplog.at_level(logging.WARNING):
        texts = [said.text(message, "sw") for _again in range(3)]
    assert texts == ["Chau, Zawadi: 40 % de todos."] * 3
    (record,) = caplog.records
    assert record.getMessage() == (
        "fallback country=lagunia language=sw reason=placeholders"
        " text='Bye, {name}: {share}% of us.'"
    )


def test_log_never_holds_somebodys_words(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        speech(folder, "sw").text(_("You wrote {words}.")(words="a secret"), "sw")
    assert caplog.records
    assert "a secret" not in caplog.text


@pytest.mark.parametrize("words", ["{0}", "%s", "{name}", "{", "}}", "%(n)s", "<b>Ana</b>", "\\n"])
def test_somebodys_words_are_never_a_format(folder: Path, words: str) -> None:
    assert speech(folder, "es").text(HELLO(name=words), "es") == f"Hola, {words}."


def test_percent_signs_print_once(folder: Path) -> None:
    write_own(folder, "es", catalogue(entry("{n}% and 100% free", "%{n} y 100% gratis")))
    said = speech(folder, "es")
    assert said.text(_("{n}% and 100% free")(n=40), "es") == "%40 y 100% gratis"
    assert said.text(_("{n}% and 100% free")(n=40), "en") == "40% and 100% free"


def test_placeholder_that_the_code_forgot_stays_visible_in_english(folder: Path) -> None:
    assert speech(folder, "es").text(HELLO, "es") == "Hello, {name}."


def test_value_given_again_is_the_one_that_counts(folder: Path) -> None:
    assert speech(folder, "es").text(HELLO(name="Ana")(name="Beto"), "es") == "Hola, Beto."


def test_name_is_spelled_as_the_language_spells_it(folder: Path) -> None:
    town = Name("Mogadishu", (("so", "Muqdisho"), ("es", "Mogadiscio")))
    said = speech(folder, "es", "sw")
    assert said.texts((town, HELLO(name=town)), "es") == ["Mogadiscio", "Hola, Mogadiscio."]
    assert said.text(town, "sw") == "Mogadishu"


def test_labels_are_the_texts_in_every_language_of_the_country(folder: Path) -> None:
    said = speech(folder, "es", "sw", "en")
    assert said.labels(YES) == {"Sí", "Ndiyo", "Yes"}
    assert said.labels(YES) is said.labels(YES)
    assert said.labels(Name("Mogadishu", (("so", "Muqdisho"),))) == {"Mogadishu", "Muqdisho"}


def test_texts_are_ended_with_what_a_language_ends_an_answer_with(folder: Path) -> None:
    assert {"ใช่ครับ", "OKนะคะ"} <= speech(folder, "th", "en").ended(["ใช่", "OK"])
    assert speech(folder, "es", "en").ended(["Sí", "OK"]) == frozenset()


def test_labels_that_hold_values_are_not_kept(folder: Path) -> None:
    said = speech(folder, "es", "en")
    label = HELLO(name="Ana")
    assert said.labels(label) == {"Hola, Ana.", "Hello, Ana."}
    assert said.labels(label) is not said.labels(label)


def test_language_without_facts_is_refused_at_the_start(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"not in languages\.toml: qq"):
        speech(folder, "es", "qq")


def test_unreadable_catalogue_is_refused_at_the_start_with_its_line(folder: Path) -> None:
    path = write_own(folder, "es", 'msgid "Yes"\nmsgstr "Sí\n')
    with pytest.raises(CatalogueError, match=r"es\.po:2: is not a line of a catalogue") as caught:
        speech(folder, "es")
    assert (caught.value.path, caught.value.line) == (path, 2)


def test_catalogue_with_a_byte_order_mark_loses_nothing(folder: Path) -> None:
    write_own(folder, "es", "\ufeff" + entry("Yes", "Sí, dale"))
    assert speech(folder, "es").text(YES, "es") == "Sí, dale"


SAMPLE = _("{who}: {day}, {year}, {moment}, {total}, {code}, {list}")(
    who="Ana",
    day=date(2026, 12, 1),
    year=FullDay(date(2027, 1, 2)),
    moment=datetime(2026, 12, 1, 17, 5, tzinfo=UTC),
    total=1234567,
    code=Verbatim("LAG-7F3K"),
    list=Listing(("a", Name("b"), YES)),
)


def test_values_are_written_as_the_language_writes_them(folder: Path) -> None:
    source = SAMPLE.source
    write_own(folder, "es", catalogue(entry(source, source)))
    assert speech(folder, "es").text(SAMPLE, "es") == (
        "Ana: 1 de diciembre, 2 de enero de 2027, 1 de diciembre, 2:05\u202fp.\u202fm.,"
        " 1.234.567, LAG-7F3K, a, b y Sí"
    )


def test_isolates_stand_in_right_to_left_languages(folder: Path) -> None:
    write_own(folder, "ar", catalogue(entry(SAMPLE.source, SAMPLE.source), entry("Yes", "نعم")))
    assert speech(folder, "ar", region="SO").text(SAMPLE, "ar") == (
        "\u2068Ana\u2069: 1 ديسمبر, 2 يناير 2027, 1 ديسمبر، 2:05 م, 1,234,567,"
        " \u2066LAG-7F3K\u2069, \u2068a\u2069 و\u2068b\u2069 ونعم"
    )


def test_right_to_left_words_are_isolated_in_any_language(folder: Path) -> None:
    said = speech(folder, "es")
    assert said.text(HELLO(name="Ana"), "es") == "Hola, Ana."
    assert said.text(HELLO(name="نور"), "es") == "Hola, \u2068نور\u2069."


@pytest.mark.parametrize("sign", ["\u202e", "\u2067", "\u2069", "\u202c"])
def test_words_cannot_break_out_of_their_isolate(folder: Path, sign: str) -> None:
    text = speech(folder, "es").text(HELLO(name=f"Ana{sign}"), "es")
    assert text == "Hola, \u2068Ana\u2069."


def test_pseudo_language_turns_english_around_and_keeps_what_is_filled_in(
    tmp_path: Path,
) -> None:
    said = speech(locales(tmp_path), "xr", "en")
    assert said.text(YES, "xr") == "\u200f\u202eYes\u202c"
    assert said.text(HELLO(name="Ana"), "xr") == (
        "\u200f\u202eHello, \u202c\u2068Ana\u2069\u202e.\u202c"
    )
    count = ngettext("{n} person", "{n} people", 3)
    assert said.text(count, "xr") == "\u200f3\u202e people\u202c"


def test_message_read_back_from_storage_says_the_same(folder: Path) -> None:
    source = SAMPLE.source
    write_own(folder, "es", catalogue(entry(source, source)))
    said = speech(folder, "es")
    again = load_message(json.loads(json.dumps(dump(SAMPLE))))
    assert again == SAMPLE
    assert said.text(again, "es") == said.text(SAMPLE, "es")
