"""`baraza export`: an open view as a file, whole or not at all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bot.app import House
from bot.cli.export_ballots import counted_vote, pabulib_writer
from bot.cli.export_words import naming
from bot.cli.export_writing import write_into, write_wanted
from bot.cli.lists import VIEW_KINDS, Scope, scope_of
from bot.cli.parameters import Day, check_reason
from bot.cli.shell import note, open_house, refuse, served
from bot.cli.spans import describe_span, read_spans, tell_bounds
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.exports import FORMATS, Shape, Written
from bot.exports.written import Unfit
from bot.services.hours import day_in
from storage.errors import DatabaseError
from storage.personal_views import PERSONAL
from storage.view_rows import Wanted
from storage.views import VIEWS, Column, View

STDOUT = "-"
PABULIB = "pb"


@click.command()
@click.argument(
    "what",
    type=click.Choice([view.name.removeprefix("open_") for view in VIEWS]),
    metavar="WHAT",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, PABULIB]),
    default="csv",
    show_default=True,
    help="pb is for the ballots of one vote.",
)
@click.option("--country", help="Only this country.")
@click.option("--since", type=Day(), help="From this day on, as days are counted in each country.")
@click.option("--until", type=Day(), help="To the end of this day.")
@click.option("--vote", help="Of ballots: only this vote's, by its code or key.")
@click.option(
    "--timezone", help="Whose clock moments are told on; without it the one country's, or UTC."
)
@click.option("--columns", help="Only these, separated by commas, in this order.")
@click.option("--language", help="Words instead of keys for category, theme, area and status.")
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark that Excel wants.")
@click.option("--out", help=f"The file; {STDOUT} is the terminal. Without it WHAT and the day.")
@click.option("--force", is_flag=True, help="Write over a file of this name.")
@click.option(
    "--personal", is_flag=True, help="What residents sent, as they sent it. Needs --reason."
)
@click.option("--reason", help="For what personal data are taken; kept in the audit.")
def export(
    what: str,
    form: str,
    country: str | None,
    since: date | None,
    until: date | None,
    vote: str | None,
    timezone: str | None,
    columns: str | None,
    language: str | None,
    bom: bool,
    out: str | None,
    force: bool,
    personal: bool,
    reason: str | None,
) -> None:
    """Write the open view WHAT to a file: baraza export reports --format xlsx --since 2026-11-01

    WHAT is reports, ideas, votes, vote_options, ballots, announcements, deliveries, interactions
    or people.

    The file is of one moment, and appears only once it is whole. Without --country it is of all
    countries that are served. `baraza query --list` says what
    each column means. Each export leaves an audit line when it begins, and one when it ends.
    """
    view = _view(what, personal, reason)
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV: other formats never have the mark.")
    if vote is not None and what != "ballots":
        raise click.UsageError("--vote is for ballots.")
    if (since or until) and view.moment is None:
        raise click.UsageError(f"{view.name} has no days: it tells how things stand now.")
    if form == PABULIB and what != "ballots":
        raise click.UsageError("--format pb is for ballots.")
    if form == PABULIB and (columns or language or timezone or since or until):
        raise click.UsageError("--format pb has a form of its own: name the vote, and no more.")
    chosen = _columns(view, columns)
    with open_house() as house:
        kind = VIEW_KINDS[f"open_{what}"]
        # Of one vote nothing is left out.
        scope = Scope(served(house, country), []) if vote else scope_of(house, kind, country)
        countries = scope.countries
        spans = read_spans(countries, since, until) if scope.only or since or until else []
        bounds = [describe_span(span, countries[span.country].timezone) for span in spans]
        words = naming(house, countries, chosen, language)
        pabulib = None
        if vote is not None or form == PABULIB:
            one = counted_vote(house, countries, vote)
            vote = one.code
            pabulib = pabulib_writer(house, countries, one) if form == PABULIB else None
        suffix = FORMATS[form].suffix if form in FORMATS else form
        zone = _zone(timezone, countries)
        file = _file(out, what, form, suffix, day_in(zone, house.outside.clock()), force)
        shape = Shape(
            chosen,
            zone,
            bom,
            about=[
                ("What", f"{view.name}: {view.meaning}"),
                ("Taken at", house.outside.clock().isoformat(timespec="seconds")),
                *(("Bounds", bound) for bound in bounds),
                *([("Personal", reason)] if reason else []),
            ],
            title=what,
        )
        detail = f"{form} to {file.name if file else 'the terminal'}; {'; '.join(bounds) or 'all'}"
        detail += f"; vote {vote}" if vote else ""
        detail += f"; personal, because {reason}" if reason else ""
        wanted = Wanted(
            view,
            [*chosen, *words.besides],
            spans,
            ("vote", vote) if vote else None,
            {key: one.timezone for key, one in house.countries.items()},
        )
        with _audited(house, what, detail) as ended:
            if pabulib is not None:
                written = write_into(file, lambda: 0, lambda into, told: pabulib(into))
            else:
                written = write_wanted(house, wanted, words, form, shape, file)
            ended(written)
    tell_bounds(spans, countries)
    _tell(written, file, shape)


@contextmanager
def _audited(house: House, what: str, detail: str) -> Iterator[Callable[[Written], None]]:
    """A line before it begins and one after it ended, however it ends. Who is killed leaves the
    first one alone, which says as much."""
    note(house, "export", what, f"begun, not finished yet: {detail}")
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        yield lambda written: note(
            house, "export", what, f"finished, {counted(written.rows, 'row')}: {detail}"
        )
    except BaseException as error:
        note(house, "export", what, f"not finished ({type(error).__name__}): {detail}")
        # Who reads no further (`| head`) has what they wanted, and is told nothing.
        broke = isinstance(error, Unfit | OSError | DatabaseError)
        if broke and not isinstance(error, BrokenPipeError):
            refuse(f"It was not written: {error}.")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _terminated(number: int, _frame: object) -> NoReturn:
    """As an exception, so that what is unfinished is taken away."""
    raise SystemExit(128 + number)


def _view(what: str, personal: bool, reason: str | None) -> View:
    check_reason(personal, reason)
    if not personal:
        return next(view for view in VIEWS if view.name == f"open_{what}")
    if what not in PERSONAL:
        raise click.UsageError(f"--personal is for {' and '.join(PERSONAL)}.")
    return PERSONAL[what]


def _file(
    out: str | None, what: str, form: str, suffix: str, today: date, force: bool
) -> Path | None:
    if out == STDOUT:
        if form == "xlsx" and sys.stdout.isatty():
            refuse("A terminal cannot show XLSX. Name a file with --out.")
        return None
    file = Path(out) if out else Path(f"{what}-{today.isoformat()}.{suffix}")
    if file.is_dir() or not file.parent.is_dir():
        refuse(f"{file} cannot be written: there is no such folder, or it is one.")
    if file.exists() and not force:
        refuse(f"{file} exists. Name another with --out, or write over it with --force.")
    return file


def _columns(view: View, wanted: str | None) -> list[Column]:
    known = {column.name: column for column in view.columns}
    names = list(known) if wanted is None else [name.strip() for name in wanted.split(",")]
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) < len(names):
        problem = f"has no column {unknown[0]!r}" if unknown else "has each column once"
        refuse(f"{view.name} {problem}. There are: {', '.join(known)}.")
    return [known[name] for name in names]


def _zone(name: str | None, countries: Mapping[str, Country]) -> tzinfo:
    if name is None:
        zones = {country.timezone for country in countries.values()}
        return ZoneInfo(zones.pop()) if len(zones) == 1 else UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        refuse(f"{name!r} is no time zone such as Africa/Nairobi.")


def _tell(written: Written, file: Path | None, shape: Shape) -> None:
    where = f" in {file}" if file else ""
    rows = f"{written.rows:,} {'row' if written.rows == 1 else 'rows'}"
    click.echo(f"{rows}{where}. Moments on the clock of {shape.zone}.", err=True)
    for (column, reason), count in sorted(written.changed.items()):
        click.echo(f"{column}: {count:,} cells had {reason}.", err=True)
