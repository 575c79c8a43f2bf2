"""What `messages check` refuses, and what it lets pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.messages import LIMITS
from bot.i18n import read_languages
from bot.i18n.catalogue import Catalogue, read_catalogue
from bot.i18n.checking import check_catalogue, check_source, english_meanings, translated
from bot.i18n.extraction import Kind, Sentence, Sentences
from tests.i18n.folders import (
    ARABIC,
    ARABIC_OF_BABEL,
    LOCALES,
    TWO,
    catalogue,
    entry,
    several,
)

LANGUAGES = read_languages(LOCALES)
SHARE = "{name}: {share}% took part"


def said(*sentences: Sentence | str) -> Sentences:
    whole = [Sentence(item) if isinstance(item, str) else item for item in sentences]
    return {item.source: item for item in whole}


def found_in(tmp_path: Path, language: str, text: str, sentences: Sentences) -> list[str]:
    path = tmp_path / f"{language}.po"
    path.write_text(text, "utf-8")
    findings = check_catalogue(read_catalogue(path), LANGUAGES[language], sentences, LIMITS)
    return [f"{finding.line}: {finding.text}" for finding in findings]


def found_with(
    tmp_path: Path, source: str, text: str, language: str = "es", kind: Kind = Kind.LINE
) -> list[str]:
    sentences = said(Sentence(source, kind=kind))
    return found_in(tmp_path, language, catalogue(entry(source, text)), sentences)


PEOPLE = Sentence("{n} person", "{n} people")


def people_of(language: str, count: int, **changes: str) -> str:
    forms = [changes.get(f"f{at}", f"{language} {{n}}") for at in range(count)]
    return several("{n} person", "{n} people", *forms)


# --- plural rules ----------------------------------------------------------------------------


def test_right_plural_rule_passes_however_it_is_written(tmp_path: Path) -> None:
    text = catalogue(people_of("ع", 6), rule=ARABIC)
    assert found_in(tmp_path, "ar", text, said(PEOPLE)) == []


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (ARABIC_OF_BABEL, "1: Plural-Forms gives another form for 11, 12, 13; the forms may be"),
        (None, "1: Plural-Forms has no valid rule; right is"),
        (TWO, "1: Plural-Forms has 2 forms instead of 6; right is"),
        ("nplurals=6; plural=n of them;", "1: Plural-Forms has no valid rule; right is"),
    ],
)
def test_wrong_or_lost_plural_rule_fails(tmp_path: Path, rule: str | None, told: str) -> None:
    (finding,) = found_in(tmp_path, "ar", catalogue(people_of("ع", 6), rule=rule), said(PEOPLE))
    assert finding.startswith(told)


def test_half_filled_plural_fails(tmp_path: Path) -> None:
    text = catalogue(several("{n} person", "{n} people", "mtu {n}", ""))
    assert found_in(tmp_path, "sw", text, said(PEOPLE)) == ["6: msgstr[1]: is empty: '{n} person'"]


@pytest.mark.parametrize("rule", ["nplurals=1; plural=0;", TWO])
@pytest.mark.parametrize("second", [[], [""]])
def test_language_of_one_form_is_not_asked_for_two(
    tmp_path: Path, rule: str, second: list[str]
) -> None:
    text = catalogue(several("one person", "{n} people", "{n} orang", *second), rule=rule)
    assert found_in(tmp_path, "id", text, said(Sentence("one person", "{n} people"))) == []


def test_form_that_nobody_sees_fails(tmp_path: Path) -> None:
    text = catalogue(several("{n} person", "{n} people", "{n} orang", "{n} orang-orang"))
    assert found_in(tmp_path, "id", text, said(PEOPLE)) == [
        "6: msgstr[1]: Indonesian has 1 forms; nobody sees '{n} orang-orang'"
    ]


def test_form_for_one_count_may_leave_the_count_out_and_no_other(tmp_path: Path) -> None:
    forms = ("لا أحد", "شخص واحد", "شخصان", "{n} أشخاص", "شخصا", "{n} شخص")
    sentences = said(Sentence("one person", "{n} people"))
    text = catalogue(several("one person", "{n} people", *forms), rule=ARABIC)
    assert found_in(tmp_path, "ar", text, sentences) == ["6: msgstr[4]: lacks {n}: 'شخصا'"]


# --- what is there and what is not -----------------------------------------------------------


def test_missing_fuzzy_and_needless_entries_fail_with_their_lines(tmp_path: Path) -> None:
    text = catalogue(
        entry("Yes", ""),
        entry("No", "No es así", before="#, fuzzy\n"),
        entry("Perhaps", "Tal vez"),
        several("Day", "Days", "Día", "Días"),
    )
    assert found_in(tmp_path, "es", text, said("Yes", "No", "Day", "Night")) == [
        "6: is missing: 'Yes'",
        "10: is marked fuzzy, so nobody sees it: 'No'",
        "13: nothing says this any more: 'Perhaps'",
        "16: the plural differs from the code: 'Day'",
        "1: is missing (run baraza messages extract): 'Night'",
    ]


def test_doubled_entry_and_byte_order_mark_fail(tmp_path: Path) -> None:
    text = "\ufeff" + catalogue(entry("Yes", "Sí"), entry("Yes", "Dale"))
    assert found_in(tmp_path, "es", text, said("Yes")) == [
        "1: begins with a byte-order mark, which costs other tools an entry",
        "9: is here twice: 'Yes'",
    ]


def test_header_without_its_encoding_fails(tmp_path: Path) -> None:
    text = f'msgid ""\nmsgstr ""\n"Plural-Forms: {TWO}\\n"\n\n{entry("Yes", "Sí")}\n'
    (finding,) = found_in(tmp_path, "es", text, said("Yes"))
    assert finding == "1: the header lacks Content-Type with charset=UTF-8"


def test_country_may_leave_a_text_to_the_shared_catalogue_or_say_a_shared_one_itself(
    tmp_path: Path,
) -> None:
    shared_path, path = tmp_path / "shared.po", tmp_path / "es.po"
    shared_path.write_text(catalogue(entry("Water", "Agua"), entry("Yes", "Sí")), "utf-8")
    own_texts = (entry("Water", ""), entry("Yes", "Dale"), entry("No", ""), entry("Lake", ""))
    path.write_text(catalogue(*own_texts), "utf-8")
    findings = check_catalogue(
        read_catalogue(path),
        LANGUAGES["es"],
        said("Water", "Lake"),
        LIMITS,
        read_catalogue(shared_path),
        said("Yes", "No"),
    )
    assert [finding.text for finding in findings] == ["is missing: 'Lake'"]


def test_countrys_words_fit_the_narrower_place_of_a_text_said_twice(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    path.write_text(catalogue(entry("Help", "x" * 21)), "utf-8")
    own = said(Sentence("Help", kind=Kind.OPTION))
    also = said(Sentence("Help", kind=Kind.BUTTON))
    spanish = LANGUAGES["es"]
    (finding,) = check_catalogue(read_catalogue(path), spanish, own, LIMITS, None, also)
    assert finding.text.startswith("has 21 signs; 20 fit (button)")


# --- one text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{name}: participó el {share}%", "{name}: %{share} katıldı", "{share}\u066a — {name}"],
)
def test_sound_translation_passes(tmp_path: Path, text: str) -> None:
    assert found_with(tmp_path, SHARE, text) == []


@pytest.mark.parametrize(
    ("source", "text", "told"),
    [
        (SHARE, "{nombre}: {share}%", ["lacks {name}", "has {nombre}, which nothing fills"]),
        (SHARE, "{ name }: {share}%", ["a stray brace; a placeholder", "lacks {name}"]),
        (SHARE, "{name: {share}%", ["a stray brace; a placeholder", "lacks {name}"]),
        (SHARE, "{name}}: {share}%", ["a stray brace; a placeholder"]),
        (SHARE, "{name}: {share}", ["has another number of percent signs"]),
        (SHARE, "{name}: {share}%%", ["has another number of percent signs"]),
        ("Free", "100% gratis", ["has another number of percent signs"]),
        ("{n} people", "%(n)s% del barrio", ["lacks {n}", "has a placeholder of another style"]),
        ("{n} people", "%(n) del barrio", ["lacks {n}", "has a placeholder of another style"]),
        ("{n} people", "{n} %s", ["has a placeholder of another style"]),
        ("Yes", "Yes", ["equals the English text"]),
        ("Yes", " Sí", ["has spaces at its ends"]),
        ("back|go back", "atrás|", ["has an empty alternative"]),
        ("back|go back", "|", ["has an empty alternative"]),
        ("Scale", "Esc\u0430la", ["mixes Cyrillic and Latin letters in 'Esc\u0430la'"]),
        ("Scale", "la шкала", ["has a word in Cyrillic letters, 'шкала'"]),
    ],
)
def test_broken_translation_fails_with_its_line_and_the_difference(
    tmp_path: Path, source: str, text: str, told: list[str]
) -> None:
    found = found_with(tmp_path, source, text)
    assert len(found) == len(told)
    for finding, start in zip(found, told, strict=True):
        assert finding.startswith(f"6: {start}")
        assert finding.endswith(f": {text!r}")


def test_text_of_which_nothing_is_seen_is_none(tmp_path: Path) -> None:
    assert found_with(tmp_path, "Yes", "\u200b\u200f") == ["6: is empty: 'Yes'"]


def test_a_line_break_that_english_has_not_is_told(tmp_path: Path) -> None:
    assert found_with(tmp_path, "Yes", r"S\ní") == [
        "6: has another number of line breaks than the English text: 'S\\ní'"
    ]


@pytest.mark.parametrize("before", ["# same\n", "#, same-as-source\n"])
def test_text_that_equals_english_passes_where_somebody_says_so(
    tmp_path: Path, before: str
) -> None:
    text = catalogue(entry("No", "No", before=before))
    assert found_in(tmp_path, "es", text, said("No")) == []


def test_text_without_letters_may_equal_the_english_one(tmp_path: Path) -> None:
    assert found_with(tmp_path, "{code}: {place}", "{code}: {place}") == []


def test_language_may_have_as_many_alternatives_as_it_likes(tmp_path: Path) -> None:
    assert found_with(tmp_path, "back|go back", "|".join(["volver"] * 40)) == []
    assert found_with(tmp_path, "back|go back", "atrás") == []


@pytest.mark.parametrize(
    ("kind", "most"),
    [(Kind.BUTTON, 20), (Kind.OPTION, 24), (Kind.DESCRIPTION, 72), (Kind.LINE, 160)],
)
def test_text_fits_its_place_to_the_last_sign(tmp_path: Path, kind: Kind, most: int) -> None:
    assert found_with(tmp_path, "Yes", "x" * most, kind=kind) == []
    (finding,) = found_with(tmp_path, "Yes", "x" * (most + 1), kind=kind)
    assert finding.startswith(f"6: has {most + 1} signs; {most} fit ({kind})")


def test_labels_are_counted_as_readers_see_them_and_lines_as_they_are_sent(
    tmp_path: Path,
) -> None:
    # Ten letters, each with a vowel above it.
    assert found_with(tmp_path, "Yes", "กี" * 20, "th", Kind.BUTTON) == []
    (finding,) = found_with(tmp_path, "Yes", "😀" * 81)
    assert "has 162 signs" in finding


def test_length_is_that_of_a_text_filled_with_samples(tmp_path: Path) -> None:
    assert found_with(tmp_path, "{code}", "x" * 151 + "{code}") == []
    (finding,) = found_with(tmp_path, "{code}", "x" * 152 + "{code}")
    assert "has 161 signs" in finding


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "اكتب في WhatsApp الآن"),
        ("ar", "عبر الـSMS"),
        ("th", "ส่งทาง LINE ได้ค่ะ"),
        ("th", "ถนนที่ ๑ {name}"),
        ("es", "1º piso, 2ª puerta, ñandú"),
        ("sw", "ng'ombe ng’ombe ngʼombe"),
    ],
)
def test_whole_latin_words_and_common_signs_pass(tmp_path: Path, language: str, text: str) -> None:
    rule = {"ar": ARABIC, "th": "nplurals=1; plural=0;"}.get(language, TWO)
    source = "Yes {name}" if "{name}" in text else "Yes"
    sentences = said(source)
    assert found_in(tmp_path, language, catalogue(entry(source, text), rule=rule), sentences) == []


@pytest.mark.parametrize(("language", "text"), [("th", "ก้าa"), ("ar", "سلاmم")])
def test_latin_letter_inside_a_word_of_another_script_fails(
    tmp_path: Path, language: str, text: str
) -> None:
    rule = {"ar": ARABIC}.get(language, "nplurals=1; plural=0;")
    (finding,) = found_in(
        tmp_path, language, catalogue(entry("Yes", text), rule=rule), said("Yes")
    )
    assert "mixes" in finding


def test_english_text_itself_must_fit_and_be_whole(tmp_path: Path) -> None:
    button = Sentence("x" * 21, "", Kind.BUTTON, ("bot/a.py",), line=3)
    brace = Sentence("Hello {Name}", "", Kind.LINE, ("bot/a.py",), line=4)
    found = [
        str(f)
        for item in (button, brace)
        for f in check_source(item, tmp_path, LIMITS, english_meanings())
    ]
    assert found == [
        f"{tmp_path}/bot/a.py:3: has 21 signs; 20 fit (button): '{'x' * 21}'",
        f"{tmp_path}/bot/a.py:4: a stray brace: 'Hello {{Name}}'",
    ]


def test_share_counts_what_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "es.po"
    fuzzy = entry("No", "No", before="#, fuzzy\n")
    path.write_text(catalogue(entry("Yes", "Sí"), fuzzy, entry("Old", "Viejo")), "utf-8")
    shared = Catalogue(path, entries=read_catalogue(path).entries[2:])
    sentences = said("Yes", "No", "Old", "New")
    assert translated(read_catalogue(path), sentences) == 2
    assert translated(Catalogue(path), sentences, shared) == 1
