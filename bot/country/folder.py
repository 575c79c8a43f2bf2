"""A country's folder, read and checked, becomes the value `bot.domain.country.Country`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.country.announcements import announcement_files, read_announcement
from bot.country.areas import Outline, line_of_key, overlapping, read_areas
from bot.country.calendar import read_calendar
from bot.country.categories import check_categories, read_categories
from bot.country.folders import COUNTRY_FILE, country_names
from bot.country.limits import KEY, OPTION_GRAPHEMES, RETENTION_DAYS_LEAST
from bot.country.places import Keys, check_places, read_places, with_outlines
from bot.country.problems import CountryError, Findings, Key
from bot.country.protected import read_masked, read_protected
from bot.country.sections import (
    read_consent,
    read_emergency,
    read_help_lines,
    read_languages,
    read_prefix,
    read_region,
    read_report,
    read_reviewers,
    read_settings,
    read_similarity,
    read_timezone,
)
from bot.country.tables import Table
from bot.country.themes import read_themes
from bot.country.toml_text import line_of, lines_by_key, parse
from bot.country.writing import read_writing
from bot.domain.country import Country, IdeaFlow, Retention
from bot.domain.messages import SOURCE_LANGUAGE
from bot.domain.places import Place
from bot.domain.problems import Problem

AREAS_FILE = "areas.geojson"


@dataclass(frozen=True, slots=True)
class _Beside:
    """What a folder is held against in the files beside it: broken ones are left to their own
    check. Read once for however many folders."""

    prefixes: Mapping[str, str]
    """Code prefixes by the name of their country's folder."""
    languages: Mapping[str, str] | None
    """The current code of each language by each code it has or had; None without the file."""


def load_country(folder: Path) -> Country:
    """Read a folder. Raises `CountryError` with everything wrong, but for overlapping outlines."""
    return _load(folder, _read_beside(folder.resolve().parent))


def _load(folder: Path, beside: _Beside) -> Country:
    country, problems = _read(folder, beside)
    if country is None or problems:
        raise CountryError(problems)
    return country


def load_countries(folder: Path, names: Iterable[str] | None = None) -> dict[str, Country]:
    """Countries by key, in the order of `names`, or all in a folder by name.

    Raises `CountryError` with the problems of all of them.
    """
    countries: dict[str, Country] = {}
    problems: list[Problem] = []
    beside = _read_beside(folder.resolve())
    for name in country_names(folder) if names is None else names:
        try:
            countries[name] = _load(folder / name, beside)
        except CountryError as error:
            problems += error.problems
    if problems:
        raise CountryError(problems)
    return countries


def check_country(folder: Path) -> list[Problem]:
    """Everything that is wrong in a folder, in the order of its files; empty when it is fine."""
    country, problems = _read(folder, _read_beside(folder.resolve().parent))
    areas = folder / AREAS_FILE
    overlaps = () if country is None else tuple(overlapping(country.places))
    if overlaps:
        text = areas.read_text("utf-8-sig")
        problems += [
            Problem(areas, line_of_key(text, other.key), f"`{one.key}` and `{other.key}` overlap")
            for one, other in overlaps
        ]
    if country is not None:
        for file in announcement_files(folder):
            problems += read_announcement(file, {country.key: country})[1]
    return sorted(problems)


def _read(folder: Path, beside: _Beside) -> tuple[Country | None, list[Problem]]:
    """The country as far as it could be read, and what is wrong with it."""
    file = folder / COUNTRY_FILE
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return None, [Problem(file, 1, "there is no such file")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, "not UTF-8: save the file with that encoding")]
    parsed = parse(text)
    problems = [Problem(file, line, mistake) for line, mistake in parsed.mistakes]
    if parsed.values is None:
        return None, problems
    found = Findings()
    country, areas = _build(folder, Table(parsed.values, (), found), beside)
    problems += areas
    if found:
        lines = lines_by_key(parsed.text)
        # With a broken line left out, what seems to be missing may well stand there.
        told = found.wrong if parsed.mistakes else found.wrong + found.missing
        problems += [Problem(file, line_of(lines, key), said) for key, said in told]
    return country, problems


def _build(folder: Path, file: Table, beside: _Beside) -> tuple[Country, list[Problem]]:
    head = file.table("country")
    languages = read_languages(head, "languages")
    organiser_languages = read_languages(head, "organiser_languages")
    places_at: Keys = {}
    categories_at: dict[str, Key] = {}
    country = Country(
        # A path like `.` has no name of its own.
        key=folder.resolve().name,
        name=head.message("name"),
        programme=head.name("programme"),
        organisation=head.name("organisation"),
        prefix=read_prefix(head),
        timezone=read_timezone(head),
        region=read_region(head),
        languages=languages,
        organiser_languages=organiser_languages,
        places=read_places(file, places_at),
        categories=read_categories(file, categories_at),
        emergency=read_emergency(file),
        help_lines=read_help_lines(file),
        consent=read_consent(file.table("consent")),
        calendar=read_calendar(file.table("calendar")),
        outside=head.message("outside"),
        place_question=head.message("place_question"),
        level_names=head.messages("level_names", most=OPTION_GRAPHEMES),
        finest_shown=head.whole_or_none("finest_shown"),
        reach_m=head.number("reach_m", 3000.0, least=1),
        report=read_report(file.table("report", required=False)),
        idea=read_settings(file.table("idea", required=False), IdeaFlow),
        themes=read_themes(file),
        retention=read_settings(
            file.table("retention", required=False), Retention, least=RETENTION_DAYS_LEAST
        ),
        similarity=read_similarity(file.table("similar", required=False)),
        private_help=head.yes("private_help", True),
        private_help_in_menu=head.yes("private_help_in_menu", True),
        protected=read_protected(
            file.table("protected", required=False),
            languages,
            private_help=head.yes("private_help", True),
        ),
        writing=read_writing(file.table("formats", required=False), languages),
        masked=read_masked(file.table("masked", required=False), languages),
        live=head.yes("live", False),
        reviewed_by=read_reviewers(file.table("reviewed_by", required=False), languages),
    )
    head.close()
    file.close()
    outlines, problems = _outlines(folder, country.places)
    country = replace(country, places=with_outlines(country.places, outlines))
    found = file.found
    points = country.report.point and not outlines and not problems
    levels = len(country.level_names)
    check_places(country.places, levels, points=points, keys=places_at, found=found)
    check_categories(
        country.categories,
        emergency=[line.kind for line in country.emergency],
        private_help=country.private_help,
        keys=categories_at,
        found=found,
    )
    _check_whole(folder, country, beside, found)
    return country, problems


def _outlines(folder: Path, places: tuple[Place, ...]) -> tuple[dict[str, Outline], list[Problem]]:
    file = folder / AREAS_FILE
    return read_areas(file, places) if file.is_file() else ({}, [])


def _check_whole(folder: Path, country: Country, beside: _Beside, found: Findings) -> None:
    """What can be seen only beside other files, or in the country as a whole."""
    if not KEY.fullmatch(country.key):
        found.add((), f"the folder's name `{country.key}` may hold a-z, 0-9 and - or _")
    spoken = dict.fromkeys((*country.languages, *country.organiser_languages))
    for language in spoken:
        name = "languages" if language in country.languages else "organiser_languages"
        if language != SOURCE_LANGUAGE and not (folder / f"{language}.po").is_file():
            text = f"there is no catalogue {language}.po beside this file"
            found.add(("country", name), text)
        if beside.languages is not None and language not in beside.languages.values():
            text = f"`{language}` has no entry in locales/languages.toml"
            if language in beside.languages:
                text = f"`{language}` is an old code; write `{beside.languages[language]}`"
            found.add(("country", name), text)
    for other, prefix in beside.prefixes.items():
        shorter, longer = sorted((country.prefix, prefix), key=len)
        if other != country.key and shorter and longer.startswith(shorter):
            text = (
                f"`{country.prefix}` and `{prefix}` of {other}: codes of one read as the other's"
            )
            found.add(("country", "prefix"), text)
    if (country.finest_shown or 0) > len(country.level_names):
        found.add(
            ("country", "finest_shown"),
            f"there are {len(country.level_names)} levels of places: `level_names`",
        )
    signed = dict(country.reviewed_by)
    for language in country.languages if country.live else ():
        if language not in signed:
            found.add(("country", "live"), f"nobody has signed `{language}` in [reviewed_by]")
    if country.live and country.protected.words and not country.protected.reviewed_by:
        found.add(("country", "live"), "no partner has signed the words of [protected]")


def _read_beside(countries: Path) -> _Beside:
    """What the folders in `countries` are held against."""
    prefixes = code_prefixes(countries)
    tables = _tables(countries.parent / "languages.toml")
    if tables is None:
        return _Beside(prefixes, None)
    codes = {code: code for code in tables}
    for code, table in tables.items():
        match table:
            case {"old_codes": [*olds]}:
                codes = {str(old): code for old in olds} | codes
    return _Beside(prefixes, codes)


def code_prefixes(countries: Path) -> dict[str, str]:
    """What codes of each country begin with, by its folder's name; without broken ones."""
    prefixes: dict[str, str] = {}
    for file in sorted(countries.glob(f"*/{COUNTRY_FILE}")):
        match _tables(file):
            case {"country": {"prefix": str(prefix)}} if prefix:
                prefixes[file.parent.name] = prefix
    return prefixes


def _tables(file: Path) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (FileNotFoundError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
