"""Words in the place of keys, as `baraza export --language` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.app import House
from bot.cli.shell import refuse
from bot.domain.country import Country
from bot.domain.ideas import IDEA_LABELS
from bot.domain.messages import Label
from bot.domain.reports import STATUS_LABELS
from bot.exports.written import Row
from storage.views import Column


class Naming:
    """Puts words in the place of keys. `besides` is what it must read beside the columns."""

    def __init__(
        self, columns: Sequence[Column], words: Mapping[tuple[str, str], Mapping[str, str]]
    ) -> None:
        """`words` are by (country, what is named), then by key."""
        self._words = words
        names = [column.name for column in columns]
        self._named = [(at, column.names) for at, column in enumerate(columns) if column.names]
        self._hidden = bool(words) and "country" not in names
        self._country = len(names) if self._hidden else (names.index("country") if words else 0)

    @property
    def changes(self) -> bool:
        """Whether any cell is another than what stands in the view."""
        return bool(self._words)

    @property
    def besides(self) -> list[Column]:
        return [_COUNTRY] if self._hidden else []

    def apply(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Each row with its words; a key that is gone from the folder stays as it is."""
        return map(self._named_row, rows) if self._words else rows

    def _named_row(self, row: Row) -> list[Any]:
        cells = list(row)
        country = str(cells[self._country])
        for at, what in self._named:
            cells[at] = self._words.get((country, what), {}).get(cells[at], cells[at])
        return cells[:-1] if self._hidden else cells


_COUNTRY = Column("country", "", "")


def naming(
    house: House,
    countries: Mapping[str, Country],
    columns: Sequence[Column],
    language: str | None,
) -> Naming:
    """Without a language, one that changes nothing. Refuses one that a country does not speak."""
    if language is None:
        return Naming(columns, {})
    words: dict[tuple[str, str], Mapping[str, str]] = {}
    for key, country in countries.items():
        spoken = {*country.languages, *country.organiser_languages}
        if language not in spoken:
            refuse(
                f"{language!r} is not spoken in {key} ({', '.join(sorted(spoken))}). "
                "Choose a country that speaks it with --country."
            )
        labels: dict[str, Mapping[str, Label]] = {
            "category": {k: item.label for k, item in country.categories_by_key().items()},
            "area": {k: place.name for k, place in country.places_by_key().items()},
            "status": {status.value: label for status, label in STATUS_LABELS.items()},
            "theme": {k: item.label for k, item in country.themes_by_key().items()},
            "idea status": {status.value: label for status, label in IDEA_LABELS.items()},
        }
        for what, named in labels.items():
            texts = house.speeches[key].texts(list(named.values()), language)
            words[key, what] = dict(zip(named, texts, strict=True))
    return Naming(columns, words)
