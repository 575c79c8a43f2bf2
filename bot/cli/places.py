"""Areas, categories and themes as organisers name them, and in their language."""

from __future__ import annotations

from collections.abc import Mapping

from bot.app import House
from bot.cli.shell import choose_key, shell_language
from bot.domain.country import Category, Country, Theme
from bot.domain.places import leaves


def areas_within(countries: Mapping[str, Country], typed: str | None) -> list[str]:
    """The keys that things can be filed under, of an area or of those in it; none for None."""
    if typed is None:
        return []
    known = {
        key: place
        for country in countries.values()
        for key, place in country.places_by_key().items()
    }
    return [place.key for place in leaves([known[choose_key("area", typed, known)]])]


def area_words(country: Country, language: str) -> dict[str, str]:
    """What each area is called, by key."""
    return {key: place.name.within(language) for key, place in country.places_by_key().items()}


def labels_and_areas(
    house: House, country: Country, items: Mapping[str, Category] | Mapping[str, Theme]
) -> tuple[dict[str, str], dict[str, str]]:
    """What categories or themes are called, and areas, by key, in the shell's language."""
    speech = house.speeches[country.key]
    language = shell_language(country, speech)
    labels = {key: speech.text(item.label, language) for key, item in items.items()}
    return labels, area_words(country, language)
