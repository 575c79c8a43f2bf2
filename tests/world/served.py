"""The country that a town is in, in both of its releases."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.country import load_countries
from bot.domain.country import Country
from bot.i18n import Speech
from bot.i18n.served import with_words

LOCALES = Path(__file__).resolve().parents[2] / "locales"
COUNTRY = "uruguay"


@lru_cache(maxsize=1)
def countries() -> tuple[dict[str, Country], dict[str, Speech]]:
    loaded = load_countries(LOCALES / "countries", [COUNTRY])
    return with_words({key: _strict(country) for key, country in loaded.items()}, LOCALES)


def _strict(country: Country) -> Country:
    """With so few announcements a week that the limit is met."""
    return replace(country, calendar=replace(country.calendar, announcements_a_week=1))


@lru_cache(maxsize=2)
def released(release: int) -> dict[str, Country]:
    """The countries of a release: the second one asks less in a report."""
    found, _speeches = countries()
    if release == 0:
        return found
    return {
        key: replace(country, report=replace(country.report, since=False, photos=0))
        for key, country in found.items()
    }
