"""`baraza doctor`: whether this installation is well, in words."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy.exc import DBAPIError

from bot import app, databases
from bot.cli.doctor_telegram import ask_telegram
from bot.cli.finding import BAD, WARNING, WELL, Finding
from bot.cli.messages import ROOT, problems_of
from bot.country import CountryError, check_country, country_names
from bot.domain.counted import counted
from bot.domain.votes import Status
from bot.pictures.raster import can_draw
from bot.program import to_install
from bot.services.residents import secret_fits
from bot.settings import Settings, SettingsError
from bot.telegram_bots import name_tokens
from storage import budget, facts, outbox, reports, schema, stuck, votes
from storage.errors import DatabaseError, is_away
from storage.server_facts import server_problems

FREE_MB_LEAST = 500
"""Below so much free space the doctor warns."""

FREE_MB_FULL = 20
"""Below so much even the log of the database may not grow."""

OWED_MANY = 500
"""So many operations still owed are a sign that sending is stuck."""

LATE_MOST = timedelta(minutes=5)
"""What is owed for longer is late: a channel is down, or nobody sends."""

CLOCK_OFF_MOST = timedelta(minutes=5)

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right says less: a machine without a battery wakes up years before."""

SECRET_SIGNS_LEAST = 8
"""Different signs of a secret: 32 drawn hexadecimal digits have fewer once in 28 million times."""

OTHERS, GROUP_AND_OTHERS = 0o007, 0o077

BACKUP_AGE_MOST = timedelta(days=2)
"""A nightly backup that is older has failed at least once."""


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
    yield from _countries()
    yield from _texts()
    yield from _database(settings)
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
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield Finding(BAD, "data", f"{nearest} cannot be written: give it to this user.")
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
        yield Finding(WELL, "process", _who_serves(data) or "No process serves this folder now.")


def _disk(free: int) -> Finding:
    if free >= FREE_MB_LEAST:
        return Finding(WELL, "disk", f"{free:,} MB are free.")
    if free >= FREE_MB_FULL:
        return Finding(WARNING, "disk", f"Only {free:,} MB are free: make room, photos need it.")
    told = "what people say cannot be kept, so nobody is answered: make room"
    return Finding(BAD, "disk", f"Only {free:,} MB are free: {told}.")


def _keys_folder(folder: Path) -> Finding:
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & GROUP_AND_OTHERS:
        return Finding(WARNING, "keys", f"Others can look into their folder: chmod 700 {folder}")
    return Finding(WELL, "keys", "Their folder is closed to everybody else.")


def _votes(house: app.House) -> Iterator[Finding]:
    """Each open vote needs its key; a key without a vote is left of something."""
    still_open = house.database.read_now(votes.list_votes, (), [Status.OPEN])
    keys = house.keys.votes
    try:
        lost = [vote.code for vote in still_open if not keys.has(vote.code)]
    except OSError as error:
        told = f"{error.filename} cannot be read ({error.strerror}): give it to this user."
        yield Finding(BAD, "votes", told)
        return
    if lost:
        told = f"The keys of {', '.join(lost)} are not in {keys.folder}: baraza vote status"
        yield Finding(BAD, "votes", told)
    late = house.database.read_now(votes.to_clean)
    if late:
        told = f"{', '.join(late)} ended, not cleaned yet: baraza run does it, or vote publish."
        yield Finding(WARNING, "votes", told)
    waiting = house.database.read_now(votes.list_votes, (), [Status.OPEN, Status.CLOSED])
    now = house.outside.clock()
    owed = [f"{vote.code} ({vote.owner})" for vote in waiting if vote.owes_result(now)]
    if owed:
        told = f"The results of {', '.join(owed)} were promised and are late: baraza vote list"
        yield Finding(WARNING, "votes", told)
    if still_open and not lost and not late:
        yield Finding(WELL, "votes", f"{len(still_open)} open, each with its key.")


def _zones(house: app.House) -> Finding:
    """Slim images come without the world's time zones."""
    wrong = []
    for country in house.countries.values():
        try:
            ZoneInfo(country.timezone)
        except ZoneInfoNotFoundError:
            wrong.append(country.timezone)
    if wrong:
        return Finding(BAD, "zones", f"{', '.join(wrong)}: unknown here; apt-get install tzdata")
    return Finding(WELL, "zones", "The time zone of every country is known.")


def _backup(house: app.House) -> Finding:
    made = house.database.read_now(facts.last_backup)
    if made is None:
        return Finding(WARNING, "backup", "There is none yet: baraza backup FOLDER --keep 14")
    told = f"The last one is of {made:%Y-%m-%d %H:%M} UTC"
    if house.outside.clock() - made > BACKUP_AGE_MOST:
        return Finding(WARNING, "backup", f"{told}: look at its timer.")
    return Finding(WELL, "backup", f"{told}.")


def _backlog(house: app.House) -> Finding:
    """What should have been sent by now."""
    counts = house.database.read_now(outbox.counts)
    owed = counts.get(outbox.OWED, 0) + counts.get(outbox.SENDING, 0)
    due = house.database.read_now(outbox.next_due)
    if due is None:
        return Finding(WELL, "outbox", "Nothing is owed to anybody.")
    late = house.outside.clock() - due
    told = counted(owed, "operation is owed", "operations are owed")
    if late < LATE_MOST:
        return Finding(WELL if owed < OWED_MANY else WARNING, "outbox", f"{told}, none for long.")
    minutes = int(late.total_seconds() // 60)
    if house.settings.postgres is not None:
        remedy = "look whether a sender runs, and at its log"
    else:
        serving = _who_serves(house.settings.data)
        remedy = "look at its log" if serving else "start it: baraza run"
    return Finding(WARNING, "outbox", f"{told}, since {counted(minutes, 'minute')}: {remedy}")


def _paused(house: app.House) -> Iterator[Finding]:
    """Bots that may not send now, and by whose wish: what is owed by them waits for that."""
    now = house.outside.clock()
    for bot, row in sorted(house.database.read_now(budget.read_budgets).items()):
        if row.held:
            told = f"{bot}: an operator has paused it, nothing is sent: baraza outbox resume"
            yield Finding(WARNING, "paused", told)
        elif row.paused_until is not None and row.silent(now):
            until = f"{row.paused_until:%Y-%m-%d %H:%M} UTC"
            yield Finding(WARNING, "paused", f"{bot}: its channel wants silence until {until}.")


def _keys(house: app.House) -> Finding:
    """Whether the master secret is the one that the addresses were sealed with."""
    match house.database.read_now(secret_fits, house.keys):
        case None:
            return Finding(WELL, "keys", "Nothing is sealed yet.")
        case True:
            return Finding(WELL, "keys", "The secret opens what is sealed.")
        case _:
            told = (
                "BARAZA_SECRET_KEY is not the one that addresses were sealed with: nobody can be"
            )
            return Finding(BAD, "keys", f"{told} written to. Set the old one again.")


def _who_serves(data: Path) -> str:
    """The process that holds the lock file, in words; empty for none."""
    lock = data / "baraza.lock"
    if not lock.exists():
        return ""
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return f"Process {file.read().strip()} serves this folder."
    return ""


def _countries() -> Iterator[Finding]:
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
            yield Finding(WELL, "country", f"{name} is in order.")


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


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        databases.open_folder(settings)
    except SettingsError as error:
        yield Finding(BAD, "database", f"Not looked at: {error}")
        return
    if settings.postgres is None and not settings.database_file.exists():
        yield Finding(WELL, "database", "There is none yet: the first start makes it.")
        return
    try:
        house = app.build(settings)
    except CountryError:
        yield Finding(BAD, "database", "Not looked at: first mend the country folders.")
        return
    try:
        if settings.postgres is not None:
            databases.check_waking(settings)
            for problem in house.database.write_now(server_problems):
                yield Finding(BAD, "database", f"{problem}.")
        now = house.database.read_now(schema.revision)
        damaged = house.database.read_now(schema.problems)
        if damaged:
            yield Finding(BAD, "database", f"The file is damaged: {damaged[0]}. Restore a backup.")
            return
        if settings.postgres is not None:
            house.database.read_now(schema.require)
            for problem in house.database.read_now(schema.differences):
                yield Finding(BAD, "database", f"{problem}: baraza db check")
        schema.refuse_newer(now)
        if now != schema.HEAD:
            told = f"It is at {now or 'nothing'}: the next start brings it up to date."
            yield Finding(WARNING, "database", told)
            return
        house.database.read_now(facts.require_here)
        what = "The file is whole" if settings.postgres is None else "The server answers"
        yield Finding(WELL, "database", f"{what}, at {now}.")
        yield _keys(house)
        newest = house.database.read_now(reports.newest)
        if newest is not None and newest > house.outside.clock() + CLOCK_OFF_MOST:
            told = f"A report is of {newest:%Y-%m-%d %H:%M} UTC, and that is still to come"
            yield Finding(WARNING, "clock", f"{told}: the clock was or is wrong. Set it.")
        yield _backlog(house)
        yield from _paused(house)
        set_aside = house.database.read_now(stuck.count)
        if set_aside:
            failing = counted(set_aside, "update failed and was", "updates failed and were")
            told = f"{failing} set aside: baraza updates stuck"
            yield Finding(WARNING, "updates", told)
        yield from _votes(house)
        yield _zones(house)
        yield _backup(house)
        if house.database.read_now(facts.restored) is not None:
            told = "Nothing is sent, since it was restored or taken back: baraza outbox status"
            yield Finding(WARNING, "paused", told)
        held, first = house.database.read_now(
            lambda connection: (
                house.tasks.count(connection)["held"],
                house.tasks.list_tasks(connection, 1),
            )
        )
        if held:
            told = f"{counted(held, 'is', 'are')} held: {first[0].name} failed."
            yield Finding(WARNING, "tasks", told)
    except DatabaseError as error:
        yield Finding(BAD, "database", f"{error}.")
    except DBAPIError as error:
        told = f"It cannot be read ({error.orig}). Restore a backup."
        if is_away(error):
            told = f"It cannot be opened now ({error.orig}): look at the disk's room and rights."
        yield Finding(BAD, "database", told)
    finally:
        house.database.close_now()
        house.executor.shutdown()
