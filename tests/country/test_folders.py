"""The real folders are sound, complete and polite; the made-up one is read to its last value."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, time
from functools import cache
from pathlib import Path

import pytest

from bot.country import (
    COUNTRIES,
    check_country,
    country_names,
    lines_of,
    load_countries,
    load_country,
    texts_of,
)
from bot.country.limits import OPTION_GRAPHEMES, PROMPT_UNITS, graphemes
from bot.domain.calendar import Quiet
from bot.domain.country import Country
from bot.domain.inbound import utf16_units
from bot.domain.messages import SOURCE_LANGUAGE, Message, Name
from bot.domain.placeholders import sampled
from bot.domain.places import leaves, locate
from bot.i18n.catalogue import read_catalogue
from tests.country.lagunia import LAGUNIA

NAMES = country_names(COUNTRIES)

loaded = cache(load_country)
"""A folder is read once: each reading looks into those beside it, too."""


def catalogues() -> list[tuple[str, str]]:
    """Country and language of each catalogue that must be there."""
    return [
        (name, language)
        for name in NAMES
        for language in loaded(COUNTRIES / name).languages
        if language != SOURCE_LANGUAGE
    ]


def test_there_are_countries() -> None:
    assert {"kenya", "uruguay"} <= set(NAMES)
    assert len(catalogues()) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_a_real_folder_has_nothing_wrong(name: str) -> None:
    assert check_country(COUNTRIES / name) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_area_is_where_its_own_centre_is(name: str) -> None:
    country = loaded(COUNTRIES / name)
    for place in leaves(country.places):
        if place.centre is None:
            # Without points there need be no centres: a map of its own can be a danger.
            assert not country.report.point
            continue
        located = locate(place.centre, country.places, country.reach_m)
        assert located is not None
        assert located.place == place


@pytest.mark.parametrize("name", NAMES)
def test_every_help_line_waits_for_a_person_to_try_it(name: str) -> None:
    country = loaded(COUNTRIES / name)
    assert country.help_lines
    assert [line.tested for line in country.help_lines] == [None] * len(country.help_lines)


@pytest.mark.parametrize(("name", "language"), catalogues())
def test_a_catalogue_says_all_that_its_country_says(name: str, language: str) -> None:
    sources = {text.source for _, text in texts_of(loaded(COUNTRIES / name))}
    catalogue = read_catalogue(COUNTRIES / name / f"{language}.po")
    entries = {entry.source: entry for entry in catalogue.entries}
    # It may also say shared texts its own way.
    assert entries.keys() >= sources
    assert not [source for source, entry in entries.items() if entry.empty or entry.fuzzy]


@pytest.mark.parametrize(("name", "language"), catalogues())
def test_a_translated_text_fits_where_the_english_one_does(name: str, language: str) -> None:
    catalogue = read_catalogue(COUNTRIES / name / f"{language}.po")
    said = {entry.source: entry.forms[0] for entry in catalogue.entries}
    for where, text in texts_of(loaded(COUNTRIES / name)):
        words = said[text.source]
        if where.endswith(".label") or ".level_names." in where:
            assert graphemes(words) <= OPTION_GRAPHEMES, words
        else:
            assert utf16_units(sampled(words)) <= PROMPT_UNITS, words
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", text.source))


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_found_in_the_file_at_its_line(name: str) -> None:
    folder = COUNTRIES / name
    lines = lines_of(folder)
    text = (folder / "country.toml").read_text("utf-8").split("\n")
    for where, message in texts_of(load_country(folder)):
        assert message.source in text[lines[where] - 1], where


def test_texts_are_named_by_where_they_stand() -> None:
    texts = dict(texts_of(load_country(LAGUNIA)))
    assert texts["categories.boat_sinks.hazard.text"].source.startswith("Stay out")
    assert texts["categories.boat_sinks.description"] == Message("A boat that takes in water.")
    assert texts["themes.piers.label"] == Message("Piers and boats")
    assert texts["themes.piers.description"].source.startswith("Whatever floats")
    assert texts["help_lines.friends.hours"] == Message("Always open.")
    assert texts["country.level_names.2"] == Message("Quarter")
    assert texts["consent.more.1"] == Message("The town keeps your data for a year.")
    assert texts["calendar.holidays.2026-12-24"] == Message("Lake Day")


def test_every_message_of_a_country_is_among_its_texts() -> None:
    for name in NAMES:
        country = loaded(COUNTRIES / name)
        listed = {text.source for _, text in texts_of(country)}
        found = set(re.findall(r"Message\(source=(?:'|\")(.*?)(?:'|\"), plural", repr(country)))
        assert found
        assert found <= {source.replace("'", "\\'") for source in listed} | listed


def test_a_made_up_country_needs_nothing_but_its_folder() -> None:
    country = load_countries(LAGUNIA.parent)["lagunia"]
    assert country.programme == Name("Three Shores", (("sw", "Pwani Tatu"),))
    assert country.calendar.quiet_from == time(22)
    assert country.calendar.quiet == (Quiet(time(12), time(14), (1, 3)),)
    assert [season.name for season in country.calendar.seasons] == [
        "The high water",
        "The regatta",
    ]
    assert country.calendar.holidays == ((date(2026, 12, 24), Message("Lake Day")),)
    assert country.retention.report == 30
    assert country.retention.voice == 90
    assert country.similarity.same_m == 20
    assert (country.report.photos, country.report.since, country.report.danger) == (1, False, True)
    assert country.help_lines[0].tested == date(2026, 11, 20)
    hazard = country.categories_by_key()["boat_sinks"].hazard
    assert hazard is not None
    assert country.emergency_number(hazard.emergency) == "113"
    assert country.categories_by_key()["dirty_shore"].limited
    assert list(country.themes_by_key()) == ["piers", "fish"]
    assert country.themes_by_key()["piers"].aliases == ("jetty",)
    assert (country.idea.photos, country.idea.voice, country.idea.names) == (3, True, True)
    assert country.places_by_key()["township-hills"].parent == "hills"
    assert country.places_by_key()["township-shore"].aliases == ("Harbour",)


def test_a_folder_named_by_a_dot_has_its_name_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LAGUNIA)
    assert load_country(Path()).key == "lagunia"


def test_countries_come_in_the_order_they_are_asked_for() -> None:
    countries: dict[str, Country] = load_countries(COUNTRIES, ["uruguay", "kenya"])
    assert list(countries) == ["uruguay", "kenya"]


def test_loading_needs_the_standard_library_and_the_domain_only() -> None:
    program = "import sys, bot.country; print(*{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=COUNTRIES.parents[1],
    )
    others = set(ran.stdout.split()) - set(sys.stdlib_module_names) - {"bot", "__main__"}
    assert not {"babel", "click", "msgspec", "sqlalchemy", "rapidfuzz", "difflib"} & others
