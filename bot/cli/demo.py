"""`baraza demo`: fill a made-up town to look at, or clear it away."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import click
from rich.progress import Progress

from bot import app
from bot.app import House
from bot.cli.shell import refuse
from bot.demo import fill, read_words
from bot.demo.life import Photo
from bot.demo.words import DemoError
from bot.domain.inbound import Attachment
from bot.pictures import demo_photo
from bot.services.residents import CLEAN_FILES
from storage import demo as demo_rows
from storage import later
from storage.database import Connection

PICTURES_OF_A_KIND = 6
"""Different drawings of one kind of problem."""


@click.group(invoke_without_command=True)
@click.option("--country", help="A country's folder name; all that are served without it.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True)
@click.option("--residents", type=click.IntRange(1, 100_000), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same makes the same.")
@click.option("--again", is_flag=True, help="Clear the made-up town first, and fill it anew.")
@click.option("--yes", is_flag=True, help="Even beside residents of a live country.")
@click.pass_context
def demo(
    context: click.Context,
    country: str | None,
    days: int,
    residents: int,
    seed: int,
    again: bool,
    yes: bool,
) -> None:
    """Fill the database with a made-up town: reports, drawn photos, answers and people.

    Every row is marked as demo; `baraza demo clear` takes them away.
    """
    if context.invoked_subcommand is not None:
        return
    with app.opened(app.read_environment(demo=True)) as house:
        if country is not None and country not in house.countries:
            refuse(f"{country!r} is not served. There are: {', '.join(house.countries)}.")
        if house.database.write_now(demo_rows.live_residents) and not yes:
            refuse("Residents of a live country are in this database. Add --yes if you mean it.")
        if again:
            house.database.write_now(demo_rows.clear)
        for key in [country] if country else list(house.countries):
            _fill(house, key, days, residents, seed)


def _fill(house: House, key: str, days: int, residents: int, seed: int) -> None:
    if house.database.write_now(demo_rows.count, key):
        click.echo(f"{key}: the made-up town is there already (--again makes it anew).")
        return
    country = house.countries[key]
    try:
        words = read_words(app.LOCALES / "countries" / key, country)
    except DemoError as error:
        refuse(str(error))
    album = Album(house)
    with Progress(transient=True, disable=not sys.stdout.isatty()) as progress:
        bar = progress.add_task(f"{key}: {days} days", total=None)
        filled = house.database.write_now(
            fill,
            country,
            words,
            album.of,
            until=house.outside.clock(),
            days=days,
            residents_count=residents,
            seed=seed,
            step=lambda done, of: progress.update(bar, completed=done, total=of),
        )
    click.echo(
        f"{key}: {filled.residents} residents, {filled.reports} reports, {filled.updates} "
        f"changes, {filled.photos} drawn photos, {filled.requests} questions to a person."
    )


@demo.command()
def clear() -> None:
    """Take every made-up row away; what is real stays."""
    with app.opened(app.read_environment(demo=True)) as house:

        def go(connection: Connection) -> dict[str, int]:
            gone = demo_rows.clear(connection)
            later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)
            return gone

        gone = house.database.write_now(go)
        click.echo(
            f"{sum(gone.values())} made-up rows are gone, {gone['report']} reports of them."
        )
        click.echo("Their pictures go when `baraza run` next looks, within seconds of its start.")


@dataclass(slots=True)
class Album:
    """Drawn photos, cleaned and stored as any other, each kind when it is first wanted."""

    house: House
    _drawn: dict[str, Sequence[Photo]] = field(default_factory=dict)

    def of(self, kind: str) -> Sequence[Photo]:
        if kind not in self._drawn:
            taken = [
                self.house.files.take(demo_photo(kind, seed), "image/jpeg")
                for seed in range(PICTURES_OF_A_KIND)
            ]
            self._drawn[kind] = [
                Photo(item.name, item.type, item.size)
                for item in taken
                if isinstance(item, Attachment)
            ]
        return self._drawn[kind]
