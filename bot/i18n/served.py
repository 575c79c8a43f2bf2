"""The countries that are served, each with its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.domain.country import Country
from bot.i18n.languages import read_languages
from bot.i18n.speech import Speech


def with_words(
    countries: Mapping[str, Country], locales: Path
) -> tuple[dict[str, Country], dict[str, Speech]]:
    """Each country with its languages' own names filled in, and its speech."""
    known = read_languages(locales)
    speeches = {key: Speech(country, locales, known=known) for key, country in countries.items()}
    named = {
        key: replace(
            country,
            language_names=tuple(speeches[key].languages()),
            language_aliases=tuple(speeches[key].language_aliases()),
            language_scripts=tuple((code, known[code].script) for code in country.languages),
        )
        for key, country in countries.items()
    }
    return named, speeches
