"""`baraza demo`: fill a made-up town to look at, or clear it away."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import click
from rich.progress import Progress

from bot import app, databases
from bot.app import House
from bot.cli.shell import refuse
from bot.cli.vote_news import result_content, settle_charts
from bot.country.announcements import announcement_files, read_announcement
from bot.country.vote_files import load_vote, vote_files
from bot.demo import DemoError, DemoWords, Photo, fill, meeting, read_words
from bot.demo.team import TEAM
from bot.domain.announcements import Draft
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.duties import votes_ending
from bot.pictures import demo_photo
from bot.services import vote_course
from bot.services.hours import day_there
from bot.services.residents import CLEAN_FILES
from bot.work.cleaned import Cleaned
from bot.work.media import clean
from bot.work.store import MediaStore
from storage import demo as demo_rows
from storage import later, votes
from storage.database import Connection
from storage.errors import SecondProcess

PICTURES_OF_A_KIND = 6
"""Different drawings of one kind of problem."""


@click.group(invoke_without_command=True)
@click.option("--country", help="A country's folder name; all that are served without it.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True)
@click.option("--residents", type=click.IntRange(1, 100_000), default=300, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same makes the same.")
@click.option("--again", is_flag=True, help="Clear what was made up there first, then fill.")
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

    It ends as today begins. Every row is marked as demo; `baraza demo clear` takes them away.
    """
    if context.invoked_subcommand is not None:
        return
    with app.opened(app.read_environment(demo=True)) as house:
        if country is not None and country not in house.countries:
            refuse(f"{country!r} is not served. There are: {', '.join(house.countries)}.")
        if house.database.read_now(demo_rows.live_residents) and not yes:
            refuse("Residents of a live country are in this database. Add --yes if you mean it.")
        wanted = [country] if country else list(house.countries)
        words = {key: _words(house, key) for key in wanted}
        if again:
            _clear(house, country)
        for key in wanted:
            _fill(house, key, words[key], days, residents, seed)


def _words(house: House, key: str) -> DemoWords:
    try:
        return read_words(app.LOCALES / "countries" / key, house.countries[key])
    except DemoError as error:
        refuse(str(error))


def _fill(house: House, key: str, words: DemoWords, days: int, residents: int, seed: int) -> None:
    if house.database.read_now(demo_rows.count, key):
        click.echo(f"{key}: the made-up town is there already (--again makes it anew).")
        return
    country = house.countries[key]
    today = day_there(country, house.outside.clock())
    kinds = {category.picture for category in words.categories.values()}
    with Progress(transient=True, disable=not sys.stdout.isatty()) as progress:
        # Drawn and kept before the town is written: no file is made inside a transaction.
        album = Album(house.store)
        for kind in progress.track(sorted(kinds), description=f"{key}: photos"):
            album.draw(kind)
        bar = progress.add_task(f"{key}: {days} days", total=days)
        filled = house.database.write_now(
            fill,
            country,
            words,
            album.of,
            today=today,
            days=days,
            residents=residents,
            seed=seed,
            step=lambda day: progress.update(bar, completed=day),
        )
    # The process that serves beside us may have erased what no row named until now.
    album.keep()
    held = _hold_votes(house, country, seed)
    said = house.database.write_now(
        meeting.announce, house.outside, _drafts(house, key), country, today, seed
    )
    click.echo(
        f"{key}: {counted(filled.residents, 'resident')}, {counted(filled.reports, 'report')}, "
        f"told of again {counted(filled.backed, 'time')}, {filled.left} left halfway, "
        f"{counted(filled.changes, 'change')}, {counted(filled.photos, 'drawn photo')}, "
        f"{counted(filled.alerts, 'alert')}, "
        f"{counted(filled.questions, 'question to a person', 'questions to a person')}, "
        f"{counted(filled.ideas, 'idea')}, {counted(held, 'vote')}, "
        f"{counted(said, 'announcement')}."
    )


def _hold_votes(house: House, country: Country, seed: int) -> int:
    """One that is over, counted and published, and one that is open. How many."""
    today = day_there(country, house.outside.clock())
    files = vote_files(app.LOCALES / "countries" / country.key)[:1]
    wanted = [
        meeting.vote_that_is_over(load_vote(file, house.countries).vote, today) for file in files
    ]
    on_themes = meeting.vote_on_themes(country, house.speeches[country.key], today)
    for vote in [*wanted, *([] if on_themes is None else [on_themes])]:
        code = house.database.write_now(vote_course.draw_code, house.outside, country)
        # Before the transaction: a vote must never be open without its key.
        house.keys.votes.create(code)
        house.database.write_now(
            meeting.hold_vote, house.outside, house.keys, country, replace(vote, code=code), seed
        )
        if vote in wanted:
            votes_ending(house).clean_now()
            over = house.database.read_now(votes.find_vote, code)
            if over is None:
                raise ValueError(f"vote {code} is gone")
            content = result_content(house, over, country)
            tell = partial(meeting.announce_result, house.outside, country, content)
            house.database.write_now(vote_course.publish_vote, house.outside, TEAM[0], code, tell)
            settle_charts(house, content)
    return len(wanted) + (on_themes is not None)


def _drafts(house: House, key: str) -> list[Draft]:
    folder = app.LOCALES / "countries" / key
    read = [read_announcement(file, house.countries)[0] for file in announcement_files(folder)]
    return [draft for draft in read if draft is not None and not draft.picture]


@demo.command()
def clear() -> None:
    """Take every made-up row away, and the pictures that nobody else refers to."""
    settings = app.read_environment(demo=True)
    with app.opened(settings) as house:
        gone = _clear(house)
        for table, count in gone.items():
            click.echo(f"{count:>8}  {table}")
        try:
            with databases.serving(settings):
                files, settled = asyncio.run(_erase(house))
        except SecondProcess:
            click.echo("The process that serves this folder erases their pictures within seconds.")
            return
        click.echo(f"{files:>8}  pictures")
        if not settled:
            refuse("Something reads the database: run this again, so that its log is emptied.")


def _clear(house: House, country: str | None = None) -> dict[str, int]:
    codes = house.database.read_now(demo_rows.vote_codes, country)
    gone = house.database.write_now(_clear_rows, country)
    for code in codes:
        house.keys.votes.destroy(code)
    return gone


def _clear_rows(connection: Connection, country: str | None) -> dict[str, int]:
    gone = demo_rows.clear(connection, country)
    # Also where the pictures are erased at once: should that be cut short, it is made up for.
    later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)
    return gone


async def _erase(house: House) -> tuple[int, bool]:
    """How many files are gone, and whether erased rows are gone from the log too."""
    files = await house.files.erase_unused(house.database, house.executor)
    settled = await house.database.checkpoint()
    # Its reading connections belong to this event loop.
    await house.database.close()
    return files, settled


class Album:
    """Drawn photos, cleaned and stored as any other."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._drawn: dict[str, Sequence[Cleaned]] = {}

    def draw(self, kind: str) -> None:
        taken = [clean(demo_photo(kind, seed), "image/jpeg") for seed in range(PICTURES_OF_A_KIND)]
        self._drawn[kind] = [photo for photo in taken if isinstance(photo, Cleaned)]
        if len(self._drawn[kind]) != len(taken):
            raise ValueError(f"a drawn photo of {kind!r} is not fit to be kept")
        self._put(self._drawn[kind])

    def keep(self) -> None:
        """Make sure of every file."""
        for photos in self._drawn.values():
            self._put(photos)

    def of(self, kind: str) -> Sequence[Photo]:
        return [Photo(photo.sha256, photo.type, len(photo.data)) for photo in self._drawn[kind]]

    def _put(self, photos: Iterable[Cleaned]) -> None:
        for photo in photos:
            self._store.put(photo)
