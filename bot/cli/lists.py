"""What lists have in common, and whatever else is read of many: of which countries, how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from bot.app import House
from bot.cli.shell import served
from bot.domain.country import Country
from storage.countries import Countries, countries_of

LIST_MOST, LONGEST = 50, 10_000
"""How many a list shows unless it is asked for more, and at most."""

VIEW_KINDS = {
    "open_reports": "report",
    "open_ideas": "idea",
    "open_votes": "vote",
    "open_vote_options": "vote",
    "open_ballots": "vote",
    "open_announcements": "announcement",
    "open_deliveries": "announcement",
    "open_interactions": "interaction",
    "open_people": "resident",
}
"""Of which of `storage.countries` each open view is."""

country_option = click.option("--country", help="A country's folder name.")
limit_option = click.option(
    "--limit", type=click.IntRange(1, LONGEST), default=LIST_MOST, show_default=True
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which countries a list is of; `only` is empty where nothing is kept of others."""

    countries: Mapping[str, Country]
    only: Countries


def scope_of(house: House, kind: str, country: str | None) -> Scope:
    """The country named, or all that are served; refuses one that is not. Those that are left out
    are named apart from the list, so that a program can read it. `kind` is one of
    `storage.countries`."""
    countries = served(house, country)
    if country is not None:
        return Scope(countries, [country])
    kept = house.database.read_now(countries_of, kind)
    left_out = [name for name in kept if name not in countries]
    if not left_out:
        return Scope(countries, [])
    click.echo(f"Left out, not being in BARAZA_COUNTRIES: {', '.join(left_out)}.", err=True)
    return Scope(countries, list(countries))


def tell_more(found: Sequence[object], limit: int) -> None:
    """That a list was cut, of which one more than it shows was found; apart from it."""
    if len(found) <= limit:
        return
    if limit == LONGEST:
        click.echo(f"There are more than {LONGEST}: ask for less, such as --country.", err=True)
        return
    most = min(LONGEST, limit * 2)
    click.echo(f"There are more: --limit {most} shows up to {most}.", err=True)


def tell_left(shown: int, there: int) -> None:
    """The same of a list of which it is known how many there are."""
    if there > shown:
        more = "There is 1" if there - shown == 1 else f"There are {there - shown}"
        how = f"--limit {there}" if there <= LONGEST else f"--limit shows up to {LONGEST}"
        click.echo(f"{more} more: {how}", err=True)
