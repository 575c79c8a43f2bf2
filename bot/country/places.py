"""The places of a country file: a tree of areas with the names that people use for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from bot.country.limits import as_typed
from bot.country.problems import Findings, Key
from bot.country.tables import Table
from bot.domain.places import Place, Point, Ring, leaves, walk

Keys = dict[str, Key]
"""Where each area stands in the file, by the area's key."""


def read_places(table: Table, keys: Keys) -> tuple[Place, ...]:
    return tuple(_read_place(item, "", keys) for item in table.tables("places"))


def _read_place(table: Table, parent: str, keys: Keys) -> Place:
    key = table.key("place", keys)
    keys.setdefault(key, table.at)
    place = Place(
        key=key,
        name=table.name("name"),
        parent=parent,
        aliases=table.texts("aliases"),
        centre=_read_centre(table),
        children=tuple(_read_place(item, key, keys) for item in table.tables("parts")),
    )
    table.close()
    return place


def _read_centre(table: Table) -> Point | None:
    """`[latitude, longitude]` in degrees."""
    match table.values("centre"):
        case []:
            return None
        case [int() | float() as lat, int() | float() as lon] if (
            abs(lat) <= 90 and abs(lon) <= 180
        ):
            return Point(lat, lon)
    table.wrong("centre", "`centre` must be [latitude, longitude] in degrees, like [-34.9, -56.2]")
    return None


def with_outlines(
    places: tuple[Place, ...], outlines: Mapping[str, tuple[Ring, ...]]
) -> tuple[Place, ...]:
    """The same tree, each area with the outline that the map has for its key."""
    return tuple(
        replace(
            place,
            outline=outlines.get(place.key, ()),
            children=with_outlines(place.children, outlines),
        )
        for place in places
    )


def check_places(
    places: tuple[Place, ...], levels: int, *, points: bool, keys: Keys, found: Findings
) -> None:
    """What cannot be seen in one place alone. `points`: whether residents may send a point."""
    if not places:
        found.miss((), "there is no place: add [[places]]")
    if places and (deepest := _depth(places)) != levels:
        names = f"{levels} in `level_names`"
        found.add(
            ("country", "level_names"), f"places have {deepest} levels, but there are {names}"
        )
    for place in leaves(places) if points else ():
        if place.centre is None and not place.outline:
            found.add(keys[place.key], f"`{place.key}` has no `centre`, so no point is ever in it")
    _check_names(places, keys, found)


def _depth(places: tuple[Place, ...]) -> int:
    return 1 + max((_depth(place.children) for place in places if place.children), default=0)


def _check_names(places: tuple[Place, ...], keys: Keys, found: Findings) -> None:
    """No two names under one parent, and no alias that could mean two areas.

    A typed name would choose one of them silently. Areas that share a name may share aliases:
    they are told apart by their parents.
    """
    for same in _same_named(places):
        for place, other in zip(same[1:], same, strict=False):
            if place.parent == other.parent:
                text = f"“{place.name.text}” is here twice: `{other.key}` and `{place.key}`"
                found.add((*keys[place.key], "name"), text)
    meant: dict[str, Place] = {}
    for place in walk(places):
        meant.setdefault(as_typed(place.name.text), place)
    for place in walk(places):
        own = as_typed(place.name.text)
        for alias in place.aliases:
            other = meant.setdefault(as_typed(alias), place)
            if as_typed(other.name.text) == own and as_typed(alias) != own:
                continue
            if as_typed(alias) == own:
                text = f"the alias “{alias}” is the name itself; accents and capitals do not count"
            elif as_typed(alias) == as_typed(other.name.text):
                text = f"the alias “{alias}” is the name of `{other.key}`"
            else:
                text = f"the alias “{alias}” is an alias of `{other.key}` too"
            found.add((*keys[place.key], "aliases"), text)


def _same_named(places: tuple[Place, ...]) -> Iterator[list[Place]]:
    """Groups of two or more areas with one name, parents' neighbours side by side."""

    def name(place: Place) -> str:
        return as_typed(place.name.text)

    order = sorted(walk(places), key=lambda place: (name(place), place.parent))
    groups = (list(group) for _, group in groupby(order, key=name))
    return (group for group in groups if len(group) > 1)


def doubled_names(places: tuple[Place, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that several areas have, with the keys of those areas. Residents are asked which."""
    for same in _same_named(places):
        yield same[0].name.text, tuple(place.key for place in same)
