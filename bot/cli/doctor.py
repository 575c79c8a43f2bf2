"""`baraza doctor`: whether this installation is well, in words."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from bot import app
from bot.cli.messages import ROOT, findings, gather
from bot.country import CountryError, check_country, country_names
from bot.keys import KeysError
from bot.services.residents import ADDRESS
from bot.settings import Settings, SettingsError
from storage import addresses, outbox, schema, tasks
from storage.errors import DatabaseError

FREE_MB_LEAST = 500
"""Below so much free space the doctor warns."""

OWED_MANY = 500
"""So many operations still owed are a sign that sending is stuck."""

WELL, WARNING, BAD = "ok", "look", "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """`state` is one of the three above; `text` says what to do where it is not well."""

    state: str
    about: str
    text: str


@click.command()
def doctor() -> None:
    """Check settings, folders, keys, database, countries, texts and disk, and say what to do.

    Ends with exit code 1 when something is bad.
    """
    found = list(_examine())
    for finding in found:
        click.echo(f"{finding.state:<4}  {finding.about:<10}  {finding.text}")
    if any(finding.state == BAD for finding in found):
        raise SystemExit(1)


def _examine() -> Iterator[Finding]:
    try:
        settings = app.read_environment()
    except SettingsError as error:
        for problem in error.problems:
            yield Finding(BAD, "settings", problem)
        return
    kind = "of a demo" if settings.demo else "of production"
    yield Finding(WELL, "settings", f"They are complete, and {kind}.")
    yield from _folders(settings)
    yield from _countries()
    yield from _texts()
    yield from _database(settings)
    yield Finding(WELL, "fonts", "None is needed yet: no picture with words is drawn.")


def _folders(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not os.access(data if data.exists() else data.absolute().parent, os.W_OK):
        yield Finding(BAD, "data", f"{data} cannot be written: give it to this user.")
        return
    if data.exists() and stat.S_IMODE(data.stat().st_mode) & 0o007:
        yield Finding(WARNING, "data", f"Others can look into {data}: chmod o-rwx {data}")
    else:
        yield Finding(WELL, "data", f"{data} can be written, and only by its owner and group.")
    free = shutil.disk_usage(data if data.exists() else Path.cwd()).free // 1024**2
    state = WELL if free >= FREE_MB_LEAST else WARNING
    yield Finding(state, "disk", f"{free:,} MB are free.")
    yield Finding(WELL, "process", _who_serves(data))


def _keys(house: app.House) -> Finding:
    """Whether the master secret is the one that the addresses were sealed with."""
    sealed = house.database.write_now(addresses.any_sealed)
    if sealed is None:
        return Finding(WELL, "keys", "Nothing is sealed yet.")
    bot, cipher, key_id = sealed
    try:
        house.keys.open(ADDRESS, cipher, key_id, bot.encode())
    except KeysError:
        told = "BARAZA_SECRET_KEY is not the one that addresses were sealed with: nobody can be"
        return Finding(BAD, "keys", f"{told} written to. Set the old one again.")
    return Finding(WELL, "keys", "The secret opens what is sealed.")


def _who_serves(data: Path) -> str:
    lock = data / "baraza.lock"
    if not lock.exists():
        return "No process has served this folder yet."
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return f"Process {lock.read_text().strip()} serves this folder."
    return "No process serves this folder now."


def _countries() -> Iterator[Finding]:
    folder = app.LOCALES / "countries"
    for name in country_names(folder):
        try:
            problems = check_country(folder / name)
        except CountryError as error:
            problems = list(error.problems)
        if problems:
            yield Finding(
                BAD, "country", f"{name}: {len(problems)} problems; baraza country check"
            )
        else:
            yield Finding(WELL, "country", f"{name} is in order.")


def _texts() -> Iterator[Finding]:
    problems = list(findings(gather(ROOT)))
    if problems:
        yield Finding(
            WARNING, "texts", f"{len(problems)} texts are not in order: baraza messages check"
        )
    else:
        yield Finding(WELL, "texts", "Every text stands in every language.")


def _database(settings: Settings) -> Iterator[Finding]:
    if not settings.database_file.exists():
        yield Finding(WELL, "database", "There is none yet: the first start makes it.")
        return
    house = app.build(settings)
    try:
        now = house.database.write_now(schema.revision)
        damaged = house.database.write_now(schema.problems)
        if damaged:
            yield Finding(BAD, "database", f"The file is damaged: {damaged[0]}. Restore a backup.")
            return
        if now != schema.HEAD:
            yield Finding(WARNING, "database", f"It is at {now}: baraza db upgrade")
            return
        yield Finding(WELL, "database", f"The file is whole, at {now}.")
        yield _keys(house)
        owed = house.database.write_now(outbox.counts)
        open_now = owed.get(outbox.OWED, 0) + owed.get(outbox.SENDING, 0)
        state = WELL if open_now < OWED_MANY else WARNING
        yield Finding(state, "outbox", f"{open_now} operations are owed.")
        held = [task for task in house.database.write_now(tasks.list_tasks) if task.held]
        if held:
            yield Finding(WARNING, "tasks", f"{len(held)} are held: {held[0].name} failed.")
    except DatabaseError as error:
        yield Finding(BAD, "database", f"{error}.")
    except DBAPIError as error:
        yield Finding(BAD, "database", f"It cannot be read ({error.orig}). Restore a backup.")
    finally:
        house.database.close_now()
        house.executor.shutdown()
