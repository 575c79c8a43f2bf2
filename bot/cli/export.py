"""`baraza export`: an open view as a file, whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from rich.console import Console
from rich.progress import Progress

from bot.app import House
from bot.cli.parameters import Day
from bot.cli.shell import note, open_house, refuse, served
from bot.cli.spans import describe_span, read_spans, tell_bounds
from bot.domain.country import Country
from bot.domain.ideas import IDEA_LABELS
from bot.domain.messages import Label
from bot.domain.reports import STATUS_LABELS
from bot.exports import FORMATS, Shape, Written
from bot.exports.written import Row, Unfit
from bot.work.whole_files import whole_file
from storage.view_rows import Stream, streamed
from storage.views import VIEWS, Column, View

STDOUT = "-"


@click.command()
@click.argument("what", type=click.Choice([view.name.removeprefix("open_") for view in VIEWS]))
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="csv", show_default=True
)
@click.option("--country", help="Only this country.")
@click.option("--since", type=Day(), help="From this day on, as days are counted in each country.")
@click.option("--until", type=Day(), help="To the end of this day.")
@click.option(
    "--timezone", help="Whose clock moments are told on; without it the one country's, or UTC."
)
@click.option("--columns", help="Only these, separated by commas, in this order.")
@click.option("--language", help="Words instead of keys for category, area and status.")
@click.option("--bom", is_flag=True, help="Begin a CSV with the mark that Excel wants.")
@click.option("--out", help=f"The file; {STDOUT} is the terminal. Without it WHAT and the day.")
@click.option("--force", is_flag=True, help="Write over a file of this name.")
def export(
    what: str,
    form: str,
    country: str | None,
    since: date | None,
    until: date | None,
    timezone: str | None,
    columns: str | None,
    language: str | None,
    bom: bool,
    out: str | None,
    force: bool,
) -> None:
    """Write the open view WHAT to a file: baraza export reports --format xlsx --since 2026-11-01

    The file is of one moment, and appears only once it is whole. `baraza query --list` says what
    each column means. Each export leaves an audit line.
    """
    view = next(view for view in VIEWS if view.name == f"open_{what}")
    chosen = _columns(view, columns)
    if bom and form != "csv":
        raise click.UsageError("--bom is for CSV: other formats never have the mark.")
    with open_house() as house:
        if house.settings.postgres is not None:
            refuse("Exports read SQLite files so far. On a server ask: baraza query --format csv")
        countries = served(house, country)
        spans = read_spans(countries, since, until) if country or since or until else []
        bounds = [describe_span(span, countries[span.country].timezone) for span in spans]
        named = _naming(house, countries, chosen, language)
        file = _file(out, what, form, house.outside.clock().date(), force)
        shape = Shape(
            chosen,
            _zone(timezone, countries),
            bom,
            about=[
                ("What", f"{view.name}: {view.meaning}"),
                ("Taken at", house.outside.clock().isoformat(timespec="seconds")),
                *(("Bounds", bound) for bound in bounds),
            ],
            title=what,
        )
        detail = f"{form} to {file.name if file else 'the terminal'}; {'; '.join(bounds) or 'all'}"
        note(house, "export", what, f"begun: {detail}")
        read = [*chosen, *named.besides]
        try:
            with streamed(house.settings.database_file, view, read, spans) as stream:
                written = _write(shape, form, stream, named.apply, file)
        except BaseException as error:
            note(house, "export", what, f"not finished ({type(error).__name__}): {detail}")
            if isinstance(error, Unfit | OSError):
                refuse(f"It was not written: {error}.")
            raise
        note(house, "export", what, f"finished, {written.rows} rows: {detail}")
    tell_bounds(spans, countries)
    _tell(written, file, shape)


def _write(
    shape: Shape,
    form: str,
    stream: Stream,
    named: Callable[[Iterable[Row]], Iterable[Row]],
    file: Path | None,
) -> Written:
    write = FORMATS[form].write
    if file is None:
        return write(shape, named(stream.rows), sys.stdout.buffer)
    with (
        whole_file(file) as into,
        Progress(
            console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
        ) as progress,
    ):
        rows = progress.track(named(stream.rows), total=stream.count, description=file.name)
        return write(shape, rows, into)


def _file(out: str | None, what: str, form: str, today: date, force: bool) -> Path | None:
    if out == STDOUT:
        if form == "xlsx" and sys.stdout.isatty():
            refuse("A terminal cannot show XLSX. Name a file with --out.")
        return None
    file = Path(out) if out else Path(f"{what}-{today.isoformat()}.{FORMATS[form].suffix}")
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


class Naming:
    """Puts words in the place of keys. `besides` is what it must read beside the columns."""

    def __init__(
        self, columns: Sequence[Column], words: Mapping[tuple[str, str], Mapping[str, str]]
    ) -> None:
        """`words` are by (country, what is named), then by key."""
        self._words = words
        names = [column.name for column in columns]
        self._named = [(at, column.names) for at, column in enumerate(columns) if column.names]
        self._hidden = bool(words) and "country" not in names
        self._country = len(names) if self._hidden else (names.index("country") if words else 0)

    @property
    def besides(self) -> list[Column]:
        return [_COUNTRY] if self._hidden else []

    def apply(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Each row with its words; a key that is gone from the folder stays as it is."""
        return map(self._named_row, rows) if self._words else rows

    def _named_row(self, row: Row) -> list[Any]:
        cells = list(row)
        country = str(cells[self._country])
        for at, what in self._named:
            cells[at] = self._words.get((country, what), {}).get(cells[at], cells[at])
        return cells[:-1] if self._hidden else cells


_COUNTRY = Column("country", "", "")


def _naming(
    house: House,
    countries: Mapping[str, Country],
    columns: Sequence[Column],
    language: str | None,
) -> Naming:
    if language is None:
        return Naming(columns, {})
    words: dict[tuple[str, str], Mapping[str, str]] = {}
    for key, country in countries.items():
        spoken = {*country.languages, *country.organiser_languages}
        if language not in spoken:
            refuse(
                f"{language!r} is not spoken in {key} ({', '.join(sorted(spoken))}). "
                "Choose a country that speaks it with --country."
            )
        labels: dict[str, Mapping[str, Label]] = {
            "category": {k: item.label for k, item in country.categories_by_key().items()},
            "area": {k: place.name for k, place in country.places_by_key().items()},
            "status": {status.value: label for status, label in STATUS_LABELS.items()},
            "theme": {k: item.label for k, item in country.themes_by_key().items()},
            "idea status": {status.value: label for status, label in IDEA_LABELS.items()},
        }
        for what, named in labels.items():
            texts = house.speeches[key].texts(list(named.values()), language)
            words[key, what] = dict(zip(named, texts, strict=True))
    return Naming(columns, words)


def _tell(written: Written, file: Path | None, shape: Shape) -> None:
    where = f" in {file}" if file else ""
    click.echo(f"{written.rows:,} rows{where}. Moments on the clock of {shape.zone}.", err=True)
    for (column, reason), count in sorted(written.changed.items()):
        click.echo(f"{column}: {count:,} cells had {reason}.", err=True)
