"""What a translator finds in a country: its texts, each with a name and a place in the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.country.folders import COUNTRY_FILE
from bot.country.problems import Key
from bot.country.toml_text import lines_by_key
from bot.domain.country import Country, walk_categories
from bot.domain.messages import Message


def texts_of(country: Country) -> Iterator[tuple[str, Message]]:
    """Each text to be translated, with where it stands: `categories.burning_bin.label`.

    Things with a key are named by it, lines of a list by their number from 1.
    """
    yield "country.name", country.name
    yield "country.outside", country.outside
    yield "country.place_question", country.place_question
    yield from _numbered("country.level_names", country.level_names)
    for category in walk_categories(country.categories):
        where = f"categories.{category.key}"
        yield f"{where}.label", category.label
        if category.description is not None:
            yield f"{where}.description", category.description
        if category.hazard is not None:
            yield f"{where}.hazard.text", category.hazard.text
    for theme in country.themes:
        yield f"themes.{theme.key}.label", theme.label
        if theme.description is not None:
            yield f"themes.{theme.key}.description", theme.description
    for line in country.help_lines:
        yield f"help_lines.{line.key}.label", line.label
        if line.hours is not None:
            yield f"help_lines.{line.key}.hours", line.hours
    yield from _numbered("consent.notices", country.consent.notices)
    yield "consent.question", country.consent.question
    yield from _numbered("consent.more", country.consent.more)
    for day, name in country.calendar.holidays:
        yield f"calendar.holidays.{day}", name


def _numbered(where: str, texts: tuple[Message, ...]) -> Iterator[tuple[str, Message]]:
    return ((f"{where}.{number}", text) for number, text in enumerate(texts, start=1))


def lines_of(folder: Path) -> Mapping[str, int]:
    """The line in `country.toml` of everything that `texts_of` names, by the same name.

    The folder must be sound (`load_country` takes it).
    """
    text = (folder / COUNTRY_FILE).read_text("utf-8-sig")
    values: object = tomllib.loads(text)
    return {_where(key, values): line for key, line in lines_by_key(text).items()}


def _where(key: Key, values: object) -> str:
    """A key of the file as `texts_of` writes it."""
    parts: list[str] = []
    for step in key:
        if isinstance(step, str) and isinstance(values, dict):
            values = values[step]
            parts.append(step)
        elif isinstance(step, int) and isinstance(values, list):
            values = values[step]
            # Members of a group are named like the groups: by the list at the top and their key.
            keyed = values.get("key") if isinstance(values, dict) else None
            parts = [*parts[:1], keyed] if isinstance(keyed, str) else [*parts, str(step + 1)]
    return ".".join(parts)
