"""The categories of a country file: groups and what a report can be filed under."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.country.limits import DESCRIPTION_GRAPHEMES, LIST_ROWS, OPTION_GRAPHEMES, as_typed
from bot.country.problems import Findings, Key
from bot.country.tables import Table
from bot.domain.country import Category, Hazard, Theme, walk_categories

_FILED_ONLY = ("hazard", "target_days", "point", "photos", "private", "limited")
"""What governs a report. A group is never filed, so `limited` there would protect nothing."""


def read_categories(table: Table, keys: dict[str, Key]) -> tuple[Category, ...]:
    """The tree; `keys` is filled with where each category stands in the file."""
    categories = _read_list(table, "categories", keys)
    if not categories:
        table.found.miss((), "there is no category: add [[categories]]")
    return categories


def _read_list(table: Table, name: str, keys: dict[str, Key]) -> tuple[Category, ...]:
    categories = tuple(_read_category(item, keys) for item in table.tables(name))
    if len(categories) > LIST_ROWS:
        table.wrong(name, f"{len(categories)} categories side by side; {LIST_ROWS} fit a list")
    check_labels(categories, keys, table.found)
    return categories


def _read_category(table: Table, keys: dict[str, Key]) -> Category:
    key = table.key("category", keys)
    keys.setdefault(key, table.at)
    children = _read_list(table, "members", keys)
    for name in _FILED_ONLY:
        if children and name in table:
            table.wrong(name, f"`{name}` has no effect on a group; write it in its members")
    category = Category(
        key=key,
        label=table.message("label", most=OPTION_GRAPHEMES),
        emoji=table.text("emoji", ""),
        description=table.message_or_none("description", most=DESCRIPTION_GRAPHEMES),
        aliases=table.texts("aliases"),
        children=children,
        hazard=_read_hazard(table),
        target_days=table.whole_or_none("target_days"),
        point=table.yes("point", True),
        photos=table.yes("photos", True),
        private=table.yes("private", False),
        limited=table.yes("limited", False),
    )
    table.close()
    return category


def _read_hazard(table: Table) -> Hazard | None:
    if "hazard" not in table:
        return None
    hazard = table.table("hazard")
    read = Hazard(hazard.text("emergency"), hazard.message("text", placeholders=("number",)))
    hazard.close()
    return read


def check_labels(
    categories: Sequence[Category | Theme], keys: dict[str, Key], found: Findings
) -> None:
    """Whatever is typed for a category, its emoji too, must mean one of the list."""
    meant: dict[str, str] = {}
    for category in categories:
        names = {"label": (category.label.source,), "emoji": (category.emoji,)}
        for field, texts in (names | {"aliases": category.aliases}).items():
            for text in texts:
                other = meant.setdefault(as_typed(text), category.key)
                if text and other != category.key:
                    at = (*keys[category.key], field)
                    found.add(at, f"“{text}” means `{other}` in the same list already")


def check_categories(
    categories: tuple[Category, ...],
    *,
    emergency: Iterable[str],
    private_help: bool,
    keys: dict[str, Key],
    found: Findings,
) -> None:
    """What depends on other parts of the file. `emergency`: the kinds that have a number."""
    kinds = set(emergency)
    for category in walk_categories(categories):
        at = keys[category.key]
        if category.hazard and category.hazard.emergency not in kinds:
            kind = category.hazard.emergency
            found.add((*at, "hazard"), f"there is no emergency number of the kind `{kind}`")
        if category.private and not private_help:
            found.add((*at, "private"), "it leads to private help, but `private_help` is false")
