"""The repository's countries are read once in a process of tests, not once for every command.

Reading five countries with their words takes nine tenths of what a command does in here. They are
values that nothing changes; a folder of a test's own is read as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from bot.country import load_countries
from bot.domain.country import Country
from bot.i18n import Speech
from bot.i18n.served import with_words

LOCALES = Path(__file__).resolve().parents[1] / "locales"

Served = tuple[dict[str, Country], dict[str, Speech]]

_kept: set[tuple[int, ...]] = set()
"""Which countries `_read` keeps for good, so that their ids stay theirs."""

_said: dict[tuple[int, ...], Served] = {}


def countries(folder: Path, names: Iterable[str] | None = None) -> dict[str, Country]:
    """In the place of `load_countries`."""
    if folder != LOCALES / "countries":
        return load_countries(folder, names)
    return dict(_read(None if names is None else tuple(names)))


def words(countries: Mapping[str, Country], locales: Path) -> Served:
    """In the place of `with_words`."""
    which = tuple(id(country) for country in countries.values())
    if locales != LOCALES or which not in _kept:
        return with_words(countries, locales)
    if which not in _said:
        _said[which] = with_words(countries, locales)
    named, speeches = _said[which]
    return dict(named), dict(speeches)


@cache
def _read(names: tuple[str, ...] | None) -> dict[str, Country]:
    found = load_countries(LOCALES / "countries", names)
    _kept.add(tuple(id(country) for country in found.values()))
    return found
