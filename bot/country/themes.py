"""What ideas may be about, from a country file: one flat list."""

from __future__ import annotations

from bot.country.categories import check_labels
from bot.country.limits import DESCRIPTION_GRAPHEMES, LIST_ROWS, OPTION_GRAPHEMES
from bot.country.problems import Key
from bot.country.tables import Table
from bot.domain.country import Theme

THEMES_LEAST = 2
"""A list of one is no choice. Without any, a country has no ideas."""


def read_themes(table: Table) -> tuple[Theme, ...]:
    keys: dict[str, Key] = {}
    themes = tuple(_read_theme(item, keys) for item in table.tables("themes"))
    if themes and not THEMES_LEAST <= len(themes) <= LIST_ROWS:
        table.wrong(
            "themes", f"{len(themes)} themes; write {THEMES_LEAST} to {LIST_ROWS}, or none"
        )
    check_labels(themes, keys, table.found)
    return themes


def _read_theme(table: Table, keys: dict[str, Key]) -> Theme:
    key = table.key("theme", keys)
    keys.setdefault(key, table.at)
    theme = Theme(
        key=key,
        label=table.message("label", most=OPTION_GRAPHEMES),
        emoji=table.text("emoji", ""),
        description=table.message_or_none("description", most=DESCRIPTION_GRAPHEMES),
        aliases=table.texts("aliases"),
    )
    table.close()
    return theme
