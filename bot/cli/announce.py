"""`baraza announce`: say something to many, and see how it arrives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.app import LOCALES, House
from bot.cli import announce_sheet as sheet
from bot.cli.announce_progress import follow
from bot.cli.lists import country_option, limit_option, scope_of, tell_more
from bot.cli.own_files import file_of
from bot.cli.parameters import LocalTime, read_announced
from bot.cli.pictures import keep_picture
from bot.cli.printing import local, print_table
from bot.cli.shapes import format_option, print_json, show_list
from bot.cli.shell import (
    ANNOUNCEMENT,
    actor,
    confirm,
    note,
    open_house,
    refuse,
    refuse_any_other,
    refuse_unserved,
    tell_unserved,
)
from bot.cli.waiting import showing
from bot.country import COUNTRIES, CountryError, load_countries, read_announcement
from bot.country.announcements import SUFFIXES, announcement_files
from bot.domain.announcements import Draft, Picture, State
from bot.domain.country import Country
from bot.domain.outcomes import NotAllowed
from bot.domain.problems import Problem
from bot.services import announcements
from bot.services.announcements import Changed, Confirm
from bot.services.try_words import try_word
from storage import announcements as rows
from storage import delivery_counts
from storage.announcements import AnnouncementRow


@click.group()
def announce() -> None:
    """Say something to many residents, and see how it arrives."""


@announce.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Name everything that is wrong in announcement FILES, with its line.

    Leaves with 1 where something is wrong. Touches no database.
    """
    countries = load_countries(LOCALES / "countries")
    wrong = False
    for typed in files:
        file, draft, problems = _read(typed, countries)
        for problem in problems:
            click.echo(str(problem))
        if draft is None:
            wrong = True
        else:
            languages = ", ".join(language for language, _ in draft.content.texts)
            click.echo(f"{file} is fine: {draft.audience.country}, in {languages}.")
            tell_unserved(file, draft.audience.country)
    if wrong:
        raise click.exceptions.Exit(1)


@announce.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Keep an announcement from FILE as a draft, and say whom it would reach.

    Nothing goes out before `baraza announce schedule`.
    """
    with open_house() as house:
        file, draft, problems = _read(file, house.countries)
        if draft is None:
            refuse("\n".join(map(str, problems)))
        country = house.countries[draft.audience.country]
        if lost := house.database.read_now(announcements.missing, country, draft):
            refuse("\n".join(f"{file}: {line}." for line in lost))
        picture = _picture(house, file, draft)
        row = house.database.write_now(announcements.keep, house.outside, actor(), draft, picture)
        if picture is not None:
            house.files.settle(picture.name)
        click.echo(f"{row.code} is kept as a draft.")
        _tell_reach(house, country, row)
        click.echo(f"baraza announce preview {row.code} --me     look at it in your own chat")
        click.echo(f"baraza announce schedule {row.code}         let it go out")


def _read(
    typed: Path, countries: Mapping[str, Country]
) -> tuple[Path, Draft | None, list[Problem]]:
    """The file that was meant, which may be typed by its bare name, and what it says."""
    own = (file for name in countries for file in announcement_files(COUNTRIES / name))
    try:
        file = file_of(typed, own, SUFFIXES, "announcements")
    except CountryError as error:
        return typed, None, list(error.problems)
    return file, *read_announcement(file, countries)


def _picture(house: House, file: Path, draft: Draft) -> Picture | None:
    """The picture beside the file, made anew without what cameras and programs put in."""
    if not draft.picture:
        return None
    kept = keep_picture(house, file.parent / draft.picture)
    return Picture(kept.name, kept.type, draft.alt)


@announce.command("list")
@country_option
@limit_option
@format_option
def list_(country: str | None, limit: int, shape: str) -> None:
    """The announcements, the newest first."""
    with open_house() as house:
        scope = scope_of(house, "announcement", country)
        found = house.database.read_now(rows.list_all, scope.only, limit + 1)
        note(house, "announce list", country or "", f"{min(len(found), limit)} shown")

        def headline(row: AnnouncementRow) -> str:
            return sheet.headline(house, scope.countries[row.country], row)

        def show(found: Sequence[AnnouncementRow]) -> None:
            told = [
                (
                    row.code,
                    row.country,
                    row.state.value,
                    local(row.start_at, ZoneInfo(row.zone)) if row.start_at else "-",
                    headline(row),
                )
                for row in found
            ]
            print_table(("Code", "Country", "State", "Starts", "Text"), told)

        show_list(
            shape,
            found[:limit],
            data=lambda row: {**sheet.as_data(row), "text": headline(row)},
            table=show,
            none="There is no announcement yet.",
        )
        tell_more(found, limit)


@announce.command()
@click.argument("code")
@click.option("--me", is_flag=True, help="A word to type in a chat of your own, to see it there.")
def preview(code: str, me: bool) -> None:
    """Show an announcement in every language, whom it would reach, and how long that takes."""
    with open_house() as house:
        row, country = _find(house, code)
        for line in sheet.tell_text(house, country, row):
            click.echo(line)
        click.echo("")
        _tell_reach(house, country, row)
        note(house, "announce preview", row.code, "")
        if me:
            word = try_word(house.outside, house.keys, row.code)
            click.echo(f"Within an hour, type this in your own chat with the bot: {word}")


def _tell_reach(house: House, country: Country, row: AnnouncementRow) -> None:
    with showing(f"Counting whom {row.code} reaches"):
        reach = house.database.read_now(announcements.reach_of, country, row.audience)
    for line in sheet.tell_reach(house, country, row, reach):
        click.echo(line)


@announce.command()
@click.argument("code")
@click.option("--at", type=LocalTime(), help='As clocks there show it: "2026-12-01 18:30".')
@click.option(
    "--again", is_flag=True, help="Even if the same goes to the same people within a week."
)
@click.option("--yes", is_flag=True, help="Do not ask whether to send it.")
def schedule(code: str, at: datetime | None, again: bool, yes: bool) -> None:
    """Let an announcement go out: at once, or at a time of the country's clocks.

    One that is scheduled and has not begun is moved to another --at.
    """
    with open_house() as house:
        row, country = _find(house, code)
        if row.state in {State.SCHEDULED, State.PAUSED} and row.started_at is None:
            _move(house, country, row, at, again=again, yes=yes)
            return
        if row.state is State.DRAFT:
            _check_start(house, country, at)
            _tell_reach(house, country, row)
            if not yes:
                confirm(f"Let {row.code} go out?")
        outcome = house.database.write_now(
            announcements.schedule, house.outside, actor(), country, row.code, at, again=again
        )
        _tell_start(house, country, _done(house, country, outcome).row)


def _move(
    house: House,
    country: Country,
    row: AnnouncementRow,
    at: datetime | None,
    *,
    again: bool,
    yes: bool,
) -> None:
    was = f"{row.code} is {row.state.value}, to go out from {sheet.start_of(row)} on."
    if at is None:
        refuse(f'{was} For another time: --at "2026-12-01 18:30".')
    _check_start(house, country, at)
    click.echo(was)
    if not yes:
        confirm(f"Move it to {at:%Y-%m-%d %H:%M}?")
    outcome = house.database.write_now(
        announcements.move, house.outside, actor(), country, row.code, at, again=again
    )
    changed = _done(house, country, outcome)
    if changed.already:
        click.echo("That is so already.")
        return
    _tell_start(house, country, changed.row)
    if changed.row.state is State.PAUSED:
        click.echo(f"It is still paused: baraza announce resume {row.code}")


def _check_start(house: House, country: Country, at: datetime | None) -> None:
    """Refuses a time that cannot be before anything is counted or asked."""
    start = announcements.find_start(country, house.outside.clock(), at)
    if isinstance(start, NotAllowed):
        refuse(start.why)


def _done(house: House, country: Country, outcome: Changed | Confirm | NotAllowed) -> Changed:
    """What was done; refuses what was not."""
    if isinstance(outcome, NotAllowed):
        refuse(outcome.why)
    if isinstance(outcome, Confirm):
        there = local(outcome.at, ZoneInfo(country.timezone))
        goes = "went" if outcome.at <= house.outside.clock() else "is to go"
        told = f"The same {goes} to the same people as {outcome.code}, {there}."
        refuse(f"{told} If it is meant: --again.")
    return outcome


def _tell_start(house: House, country: Country, row: AnnouncementRow) -> None:
    for line in sheet.tell_start(country, row, house.outside.clock()):
        click.echo(line)


@announce.command()
@click.argument("code")
def pause(code: str) -> None:
    """Send no more of an announcement until it is resumed."""
    _change(code, "paused", announcements.pause)


@announce.command()
@click.argument("code")
def resume(code: str) -> None:
    """Go on with an announcement that is paused."""
    _change(code, "going on", announcements.resume)


@announce.command()
@click.argument("code")
def cancel(code: str) -> None:
    """Never send an announcement, or no more of it. It cannot be taken up again."""
    _change(code, "cancelled", announcements.cancel)


def _change(code: str, said: str, act: announcements.Act) -> None:
    with open_house() as house:
        row, country = _find(house, code)
        outcome = house.database.write_now(act, house.outside, actor(), row.code)
        if isinstance(outcome, NotAllowed):
            refuse(outcome.why)
        if outcome.row.state is State.SCHEDULED:
            _tell_start(house, country, outcome.row)
            return
        again = " already" if outcome.already else ""
        closed = f" Residents who do not get it: {outcome.closed}." if outcome.closed else ""
        click.echo(f"{row.code} is {said}{again}.{closed}")


@announce.command()
@click.argument("code")
@click.option("--watch", is_flag=True, help="Stay, and show how it goes on until it is over.")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
def status(code: str, watch: bool, shape: str) -> None:
    """Where an announcement stands: how many copies wait, are sent, or are not."""
    with open_house() as house:
        row, country = _find(house, code)
        note(house, "announce status", row.code, "")
        if watch:
            row = follow(house, row)
        if shape == "json":
            _tell_json(house, row)
            return
        states = house.database.read_now(delivery_counts.by_state, row.id)
        for line in sheet.tell_state(house, country, row, states):
            click.echo(line)


@announce.command()
@click.argument("code")
@format_option
def receipts(code: str, shape: str) -> None:
    """How many copies ended how, by channel and reason. Nobody is named."""
    with open_house() as house:
        row, _country = _find(house, code)
        note(house, "announce receipts", row.code, "")
        if shape == "json":
            _tell_json(house, row)
            return
        counts = house.database.read_now(delivery_counts.counts, row.id)
        if not counts:
            none = "it was for nobody" if row.state is State.DONE else "there are no receipts yet"
            click.echo(f"{row.code} is {row.state.value}: {none}.")
            return
        print_table(
            ("Channel", "State", "Reason", "Residents"),
            [(*key, number) for key, number in counts.items()],
            right=frozenset({"Residents"}),
        )


def _tell_json(house: House, row: AnnouncementRow) -> None:
    counts = house.database.read_now(delivery_counts.counts, row.id)
    receipts = [
        {"channel": channel, "state": state, "reason": reason, "residents": number}
        for (channel, state, reason), number in counts.items()
    ]
    print_json({**sheet.as_data(row), "receipts": receipts})


def _find(house: House, code: str) -> tuple[AnnouncementRow, Country]:
    """The announcement that was typed, and its country."""
    wanted = read_announced(code)
    row = house.database.read_now(rows.find, wanted)
    if row is None:
        refuse_any_other(code, house, ANNOUNCEMENT)
        refuse(f"There is no announcement {wanted}. See: baraza announce list")
    if row.country not in house.countries:
        refuse_unserved(row.code, row.country)
    return row, house.countries[row.country]
