"""`baraza doctor`: whether this installation is well, in words."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from bot import app, databases
from bot.cli.doctor_database import examine_database
from bot.cli.doctor_telegram import ask_telegram
from bot.cli.finding import BAD, WARNING, WELL, Finding
from bot.cli.messages import ROOT, problems_of
from bot.country import CountryError, check_country, country_names, load_country
from bot.domain.calendar import DAY
from bot.domain.counted import counted
from bot.domain.country import Country
from bot.keys import votes
from bot.pictures.raster import can_draw
from bot.program import to_install
from bot.services.hours import day_there
from bot.settings import Settings, SettingsError
from bot.telegram_bots import name_tokens

FREE_MB_LEAST = 500
"""Below so much free space the doctor warns."""

FREE_MB_FULL = 20
"""Below so much even the log of the database may not grow."""

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right says less: a machine without a battery wakes up years before."""

SECRET_SIGNS_LEAST = 8
"""Different signs of a secret: 32 drawn hexadecimal digits have fewer once in 28 million times."""

KNOWN_DAYS_LEAST = 60
"""So far ahead the days that a country looks up once a year should be known."""

NOT_SERVED = "No process serves this folder now."

OTHERS, GROUP_AND_OTHERS = 0o007, 0o077


@click.command()
def doctor() -> None:
    """Check settings, folders, keys, database, countries, texts, disk, backups and Telegram.

    Says what to do where something is not well, and ends with exit code 1 when it is bad.
    """
    bad = False
    for finding in _examine():
        bad = bad or finding.state == BAD
        click.echo(f"{finding.state:<4}  {finding.about:<10}  {finding.text}")
    if bad:
        raise SystemExit(1)


def _examine() -> Iterator[Finding]:
    try:
        settings = app.read_environment()
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(BAD, "settings", problem)
        return
    wrong = list(_served(settings))
    yield from wrong
    if not wrong:
        kind = "of a demo" if settings.demo else "of production"
        yield Finding(WELL, "settings", f"They are complete, and {kind}.")
    yield _secret(settings)
    yield _clock(app.outside().clock())
    yield from _folders(settings)
    yield _address(settings)
    yield from _countries(app.outside().clock())
    yield from _texts()
    yield from examine_database(settings)
    yield from ask_telegram(settings, app.outside().clock())
    yield _pictures()


def _served(settings: Settings) -> Iterator[Finding]:
    """What a start refuses once it knows which countries there are."""
    try:
        name_tokens(settings.telegram_tokens, app.served_countries(settings, app.LOCALES))
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(BAD, "settings", problem)


def _pictures() -> Finding:
    if can_draw():
        return Finding(WELL, "pictures", "Charts of results can be drawn, in every script.")
    told = f"Results are told without their chart: {to_install('pictures')}"
    return Finding(WARNING, "pictures", told)


def _secret(settings: Settings) -> Finding:
    """A secret that somebody thought up has few different signs, however long it is."""
    if len(set(settings.secret_key)) < SECRET_SIGNS_LEAST:
        told = "BARAZA_SECRET_KEY repeats few signs: take a drawn one before anybody writes, as of"
        return Finding(WARNING, "secret", f"{told} `openssl rand -base64 32`.")
    return Finding(WELL, "secret", "It is long and mixed.")


def _address(settings: Settings) -> Finding:
    """Whoever reads on Telegram knows no page but by its address."""
    if settings.web_url:
        return Finding(WELL, "address", f"Pages are told of at {settings.web_url}.")
    if settings.telegram_tokens:
        told = "BARAZA_WEB_URL is not set: on Telegram nobody is told where a vote's page is."
        return Finding(WARNING, "address", told)
    return Finding(WELL, "address", "No page is told of: BARAZA_WEB_URL is not set.")


def _clock(now: datetime) -> Finding:
    if now < WRITTEN:
        return Finding(BAD, "clock", f"It says {now:%Y-%m-%d}, before Baraza was made: set it.")
    return Finding(WELL, "clock", f"It says {now:%Y-%m-%d %H:%M} UTC.")


def _folders(settings: Settings) -> Iterator[Finding]:
    data = settings.data.absolute()
    # What is not there yet is made inside of the nearest folder that is.
    nearest = next(folder for folder in (data, *data.parents) if folder.exists())
    if why := "is no folder" if not nearest.is_dir() else databases.why_not_written(nearest):
        yield Finding(BAD, "data", f"{nearest} {why}.")
        return
    open_to_all = [
        path
        for path in (data, *([] if settings.postgres else [settings.database_file]))
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & OTHERS
    ]
    # A file that others could read is out of their reach in a folder they cannot enter.
    if data in open_to_all:
        names = " ".join(str(path) for path in open_to_all)
        yield Finding(WARNING, "data", f"Others can look into it: chmod o-rwx {names}")
    else:
        yield Finding(WELL, "data", f"{data} can be written, and only by its owner and group.")
    yield _keys_folder(settings.keys)
    yield _disk(shutil.disk_usage(nearest).free // 1024**2)
    # On a server any number may serve, on other machines too.
    if settings.postgres is None:
        process = databases.who_serves(data)
        told = f"Process {process} serves this folder." if process else NOT_SERVED
        yield Finding(WELL, "process", told)


def _disk(free: int) -> Finding:
    if free >= FREE_MB_LEAST:
        return Finding(WELL, "disk", f"{free:,} MB are free.")
    if free >= FREE_MB_FULL:
        return Finding(WARNING, "disk", f"Only {free:,} MB are free: make room, photos need it.")
    told = "what people say cannot be kept, so nobody is answered: make room"
    return Finding(BAD, "disk", f"Only {free:,} MB are free: {told}.")


def _keys_folder(folder: Path) -> Finding:
    for path in (folder, folder / votes.FOLDER):
        if path.exists() and (why := databases.why_not_written(path)):
            return Finding(BAD, "keys", f"{path} {why}.")
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & GROUP_AND_OTHERS:
        return Finding(WARNING, "keys", f"Others can look into their folder: chmod 700 {folder}")
    return Finding(WELL, "keys", "Their folder is closed to everybody else.")


def _countries(now: datetime) -> Iterator[Finding]:
    folder = app.LOCALES / "countries"
    for name in country_names(folder):
        try:
            problems = check_country(folder / name)
        except CountryError as error:
            problems = list(error.problems)
        if problems:
            yield Finding(
                BAD,
                "country",
                f"{name}: {counted(len(problems), 'problem')}; baraza country check",
            )
        else:
            yield _country(load_country(folder / name), now)


def _country(country: Country, now: datetime) -> Finding:
    known = country.calendar.known_until
    if known is None or known >= day_there(country, now) + KNOWN_DAYS_LEAST * DAY:
        return Finding(WELL, "country", f"{country.key} is in order.")
    told = f"its holidays and seasons are known until {known} only: look the next year's up"
    return Finding(WARNING, "country", f"{country.key}: {told}, for its country.toml.")


def _texts() -> Iterator[Finding]:
    problems = problems_of(ROOT)
    if problems:
        yield Finding(
            WARNING,
            "texts",
            f"{counted(len(problems), 'text is', 'texts are')} not in order: "
            "baraza messages check",
        )
    else:
        yield Finding(WELL, "texts", "Every text stands in every language.")
