"""The folders of countries, by their names."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bot.country.tables import unknown

COUNTRIES = Path(__file__).resolve().parents[2] / "locales" / "countries"
"""Where they are, each named by its country's key."""

COUNTRY_FILE = "country.toml"


def country_names(folder: Path) -> list[str]:
    """The names of the folders that hold a country file."""
    return sorted(file.parent.name for file in folder.glob(f"*/{COUNTRY_FILE}"))


def not_among(countries: Collection[str], name: str) -> str:
    """What is wrong with a file whose country is none of these."""
    if name in country_names(COUNTRIES):
        return f"`{name}` is not served here: BARAZA_COUNTRIES says which countries are"
    return unknown(name, tuple(countries))
