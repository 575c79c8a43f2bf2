"""Counts: each takes the form of its language, whatever a tool wrote into the header."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.messages import Message, ngettext
from bot.i18n import read_languages
from tests.i18n.folders import (
    ARABIC,
    ARABIC_OF_BABEL,
    LOCALES,
    TWO,
    catalogue,
    locales,
    several,
    speech,
    write_own,
    write_shared,
)

ARABIC_FORMS = {
    "A0": [0],
    "A1": [1],
    "A2": [2],
    "A3": [3, 10, 103, 110, 1003],
    "A4": [11, 12, 20, 99, 111, 199, 1011],
    "A5": [100, 101, 102, 200, 202, 1000, 1001],
}


def people(n: int) -> Message:
    return ngettext("{n} person", "{n} people", n)


@pytest.mark.parametrize("rule", [ARABIC, ARABIC_OF_BABEL, TWO, None, "nplurals=x; plural=y"])
def test_arabic_counts_take_the_form_of_cldr_whatever_the_header_says(
    tmp_path: Path, rule: str | None
) -> None:
    forms = [f"A{number} {{n}}" for number in range(6)]
    entry = several("{n} person", "{n} people", *forms)
    write_shared(locales(tmp_path), "ar", catalogue(entry, rule=rule))
    arabic = speech(tmp_path, "ar")
    said = {
        form: [n for n in counts if arabic.text(people(n), "ar").startswith(form)]
        for form, counts in ARABIC_FORMS.items()
    }
    assert said == ARABIC_FORMS


def test_empty_plural_entry_of_a_country_leaves_it_to_the_shared_catalogue(
    tmp_path: Path,
) -> None:
    locales(tmp_path)
    write_own(tmp_path, "sw", catalogue(several("{n} person", "{n} people", "", "")))
    shared = several("{n} person", "{n} people", "mtu {n}", "watu {n}")
    write_shared(tmp_path, "sw", catalogue(shared))
    said = speech(tmp_path, "sw")
    assert said.text(people(3), "sw") == "watu 3"
    assert said.text(people(1), "sw") == "mtu 1"


def test_half_filled_plural_entry_leaves_only_the_empty_form_to_the_next(tmp_path: Path) -> None:
    locales(tmp_path)
    write_own(tmp_path, "sw", catalogue(several("{n} person", "{n} people", "mmoja {n}", "")))
    shared = several("{n} person", "{n} people", "mtu {n}", "watu {n}")
    write_shared(tmp_path, "sw", catalogue(shared))
    said = speech(tmp_path, "sw")
    assert [said.text(people(n), "sw") for n in (1, 3)] == ["mmoja 1", "watu 3"]


@pytest.mark.parametrize("rule", ["nplurals=1; plural=0;", TWO])
def test_language_of_one_form_never_asks_for_a_second(tmp_path: Path, rule: str) -> None:
    entry = several("one person", "{n} people", "{n} orang")
    write_shared(locales(tmp_path), "id", catalogue(entry, rule=rule))
    said = speech(tmp_path, "id")
    texts = [said.text(ngettext("one person", "{n} people", n), "id") for n in (1, 3)]
    assert texts == ["1 orang", "3 orang"]


def test_fuzzy_text_is_never_shown(tmp_path: Path) -> None:
    entry = several("{n} person", "{n} people", "mtu {n}", "watu {n}", before="#, fuzzy\n")
    write_shared(locales(tmp_path), "sw", catalogue(entry))
    assert speech(tmp_path, "sw").text(people(3), "sw") == "3 people"


def test_of_two_texts_for_one_message_the_first_is_shown(tmp_path: Path) -> None:
    first = several("{n} person", "{n} people", "mtu {n}", "watu {n}")
    second = several("{n} person", "{n} people", "X {n}", "Y {n}")
    write_shared(locales(tmp_path), "sw", catalogue(first, second))
    assert speech(tmp_path, "sw").text(people(3), "sw") == "watu 3"


def test_text_for_another_plural_than_the_codes_is_not_shown(tmp_path: Path) -> None:
    entry = several("{n} person", "{n} persons", "mtu {n}", "watu {n}")
    write_shared(locales(tmp_path), "sw", catalogue(entry))
    assert speech(tmp_path, "sw").text(people(3), "sw") == "3 people"


def test_negative_count_takes_the_form_of_its_size(tmp_path: Path) -> None:
    said = speech(locales(tmp_path), "en")
    assert [said.text(people(n), "en") for n in (-1, -2)] == ["-1 person", "-2 people"]


def test_every_rule_of_the_repository_gives_as_many_forms_as_it_says() -> None:
    languages = read_languages(LOCALES)
    assert {"en", "es", "sw", "id", "th", "so", "ar", "xr"} <= languages.keys()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("plurals = 6", "plurals = 5"), "ar: the rule does not give 5 forms"),
        (('rule = "0"', 'rule = "n !="'), "id: rule"),
        (('direction = "rtl"', 'direction = "up"'), "ar: direction is ltr or rtl"),
        (('script = "THAI"', 'skript = "THAI"'), "th: unknown: skript"),
        (('script = "THAI"', ""), "th: missing: script"),
        (("years = 543", "year = 543"), "th: era: it needs name and years"),
        (("[th]", "[th"), "languages.toml"),
    ],
)
def test_what_is_wrong_in_the_facts_of_languages_is_named(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = locales(tmp_path) / "languages.toml"
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(ValueError, match=told):
        read_languages(tmp_path)
