"""Keeps what others read of places and words as the countries' folders have it by now."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from bot.domain.country import Country
from storage import shown
from storage.database import Database
from storage.tables import Idea, Report

CHANGED_MOST = 500
"""Rows that are changed in one transaction."""


def put_shown(
    database: Database, countries: Mapping[str, Country], program: str, *, again: bool = False
) -> None:
    """Look through all reports and ideas beside the writing, and change what others are to read
    otherwise, a little at a time. Blocks. What this version of the program looked through by the
    same rules before is not, unless `again`."""
    for key, country in countries.items():
        rules = _rules(country, program)
        if again or database.read_now(shown.rules_of, key) != rules:
            _put(database, key, country)
            database.write_now(shown.note_rules, key, rules)


def _put(database: Database, key: str, country: Country) -> None:
    areas = country.hidden_areas()
    for kind in (Report, Idea):
        found = database.read_now(
            shown.differing,
            kind,
            key,
            lambda area: areas.get(area, area),
            country.words_for_others,
        )
        for start in range(0, len(found), CHANGED_MOST):
            database.write_now(shown.put, kind, found[start : start + CHANGED_MOST])


def _rules(country: Country, program: str) -> str:
    """A newer program may read the same folder otherwise."""
    said = (program, sorted(country.hidden_areas().items()), country.masked)
    return sha256(msgspec.json.encode(said)).hexdigest()
