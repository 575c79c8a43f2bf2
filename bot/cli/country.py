"""`baraza country`: look over the folders of countries before residents do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.cli.shapes import format_option, show_list
from bot.country import COUNTRIES, check_country, country_names, doubled_names, load_country
from bot.domain.calendar import Calendar
from bot.domain.counted import counted
from bot.domain.country import Country, walk_categories
from bot.domain.messages import SOURCE_LANGUAGE
from bot.domain.places import leaves, walk


@click.group()
def country() -> None:
    """Look over the folders of countries: what is wrong in them, and which there are."""


@country.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
def check(path: Path | None) -> None:
    """Name everything that is wrong in a country's folder, with file and line.

    PATH is the folder of one country, or the country.toml in it, or its key. Without PATH all
    folders under locales/countries are checked. Leaves with 1 where something is wrong.
    """
    if path is None:
        folders = [COUNTRIES / name for name in country_names(COUNTRIES)]
        if not folders:
            raise click.ClickException(f"there is no country in {_shown(COUNTRIES)}")
    else:
        key = str(path)
        by_key = not path.exists() and key in country_names(COUNTRIES)
        folders = [COUNTRIES / key if by_key else path.parent if path.is_file() else path]
    wrong = False
    for folder in folders:
        if problems := check_country(_shown(folder.resolve())):
            wrong = True
            for problem in problems:
                click.echo(str(problem))
        else:
            for line in _summary(load_country(folder.resolve())):
                click.echo(line)
    if wrong:
        raise click.exceptions.Exit(1)


@country.command("list")
@format_option
def list_countries(shape: str) -> None:
    """List the countries: key, languages, pilot or live, and what the chat calls itself."""
    names = country_names(COUNTRIES)
    width = max(map(len, names), default=0)

    def show(found: Sequence[tuple[str, Country | None]]) -> None:
        for name, one in found:
            if one is None:
                click.echo(f"{name:{width}}  broken: see baraza country check")
                continue
            state = "live" if one.live else "pilot"
            spoken = " ".join(one.languages)
            click.echo(f"{name:{width}}  {state:5}  {spoken:8}  {one.programme.text}")

    found = [
        (name, None if check_country(COUNTRIES / name) else load_country(COUNTRIES / name))
        for name in names
    ]
    show_list(shape, found, data=_as_data, table=show, none="No countries.")


def _as_data(found: tuple[str, Country | None]) -> dict[str, object]:
    name, one = found
    if one is None:
        return {"name": name, "broken": True}
    return {
        "name": name,
        "broken": False,
        "live": one.live,
        "languages": one.languages,
        "programme": one.programme.text,
    }


def _shown(path: Path) -> Path:
    """A path as it is shortest to read: from here, where it lies below."""
    here = Path.cwd()
    return Path(os.path.relpath(path, here)) if path.is_relative_to(here) else path


def _summary(found: Country) -> Iterator[str]:
    """What a sound folder holds, and what is allowed in it but should be known."""
    categories = walk_categories(found.categories)
    filed = found.categories_by_key()
    yield (
        f"{found.key} is fine: {', '.join(found.languages)}; "
        f"{counted(len(list(walk(found.places))), 'place')} "
        f"({len(list(leaves(found.places)))} to report in), "
        f"{counted(len(filed), 'category', 'categories')} in "
        f"{counted(len(categories) - len(filed), 'group')}, "
        f"{counted(len(found.themes), 'theme')} for ideas, "
        f"{counted(len(found.help_lines), 'help line')}."
    )
    by_key = found.places_by_key()
    for name, keys in doubled_names(found.places):
        parents = [by_key[key].parent for key in keys]
        inside = [f"in {by_key[key].name.text}" if key else "at the top" for key in parents]
        where = ", ".join(inside)
        named = counted(len(keys), "place")
        yield f"  - “{name}” is {named} ({where}): residents are asked which."
    if untried := [line.number for line in found.help_lines if line.tested is None]:
        yield f"  - Never tried, so hidden from residents: {', '.join(untried)}."
    if found.private_help and not found.private_help_in_menu:
        yield "  - Private help is not in the menu: `private_help_in_menu` is false."
    signed = dict(found.reviewed_by)
    unread = [code for code in found.languages if code not in signed and code != SOURCE_LANGUAGE]
    if unread:
        yield f"  - No native reader has signed {', '.join(unread)}: it stays a pilot."
    yield from _tell_calendar(found.calendar)
    if found.finest_shown is not None:
        levels = [name.source for name in found.level_names[: found.finest_shown]]
        yield f"  - Of places others read: {', '.join(levels) or 'nothing'}."
    if not found.report.point:
        yield "  - No exact point is asked for or kept, in any category."
    elif not any(place.outline for place in walk(found.places)):
        yield "  - No areas.geojson: a point belongs to the nearest centre."


def _tell_calendar(calendar: Calendar) -> Iterator[str]:
    """How far ahead the days are known that somebody has to look up."""
    known = [("holidays", calendar.holidays[-1][0])] if calendar.holidays else []
    known += [
        (season.name, season.spans[-1].last)
        for season in calendar.seasons
        if season.spans and not season.once
    ]
    if known:
        days = ", ".join(f"{name} until {day}" for name, day in known)
        yield f"  - Looked up in the calendar: {days}."
