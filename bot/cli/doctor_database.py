"""What the doctor looks for in the database: whether it is whole, and what was left undone."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.exc import DBAPIError

from bot import app, databases
from bot.cli.finding import BAD, WARNING, WELL, Finding
from bot.country import CountryError
from bot.domain.counted import counted
from bot.domain.votes import Status
from bot.services.residents import secret_fits
from bot.settings import Settings, SettingsError
from storage import budget, facts, outbox, reports, schema, stuck, votes
from storage.errors import DatabaseError, is_away
from storage.server_facts import server_problems

OWED_MANY = 500
"""So many operations still owed are a sign that sending is stuck."""

LATE_MOST = timedelta(minutes=5)
"""What is owed for longer is late: a channel is down, or nobody sends."""

CLOCK_OFF_MOST = timedelta(minutes=5)

BACKUP_AGE_MOST = timedelta(days=2)
"""A nightly backup that is older has failed at least once."""


def examine_database(settings: Settings) -> Iterator[Finding]:
    """Whether the database can be opened and is whole, of this release, and kept up with."""
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
        whole = yield from _tables(house)
        if whole:
            yield from _town(house)
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


def _tables(house: app.House) -> Generator[Finding, None, bool]:
    """Whether they can be read as this program has them."""
    settings = house.settings
    if settings.postgres is not None:
        databases.check_waking(settings)
        for problem in house.database.write_now(server_problems):
            yield Finding(BAD, "database", f"{problem}.")
    now = house.database.read_now(schema.revision)
    damaged = house.database.read_now(schema.problems)
    if damaged:
        yield Finding(BAD, "database", f"The file is damaged: {damaged[0]}. Restore a backup.")
        return False
    if settings.postgres is not None:
        house.database.read_now(schema.require)
        for problem in house.database.read_now(schema.differences):
            yield Finding(BAD, "database", f"{problem}: baraza db check")
    schema.refuse_newer(now)
    if now != schema.HEAD:
        told = f"It is at {now or 'nothing'}: the next start brings it up to date."
        yield Finding(WARNING, "database", told)
        return False
    house.database.read_now(facts.require_here)
    what = "The file is whole" if settings.postgres is None else "The server answers"
    yield Finding(WELL, "database", f"{what}, at {now}.")
    return True


def _town(house: app.House) -> Iterator[Finding]:
    yield _keys(house)
    yield from _newest(house)
    yield _backlog(house)
    yield from _paused(house)
    yield from _updates(house)
    yield from _votes(house)
    yield _zones(house)
    yield _backup(house)
    if house.database.read_now(facts.restored) is not None:
        told = "Nothing is sent, since it was restored or taken back: baraza outbox status"
        yield Finding(WARNING, "paused", told)
    yield from _tasks(house)


def _newest(house: app.House) -> Iterator[Finding]:
    newest = house.database.read_now(reports.newest)
    if newest is not None and newest > house.outside.clock() + CLOCK_OFF_MOST:
        told = f"A report is of {newest:%Y-%m-%d %H:%M} UTC, and that is still to come"
        yield Finding(WARNING, "clock", f"{told}: the clock was or is wrong. Set it.")


def _updates(house: app.House) -> Iterator[Finding]:
    set_aside = house.database.read_now(stuck.count)
    if set_aside:
        failing = counted(set_aside, "update failed and was", "updates failed and were")
        yield Finding(WARNING, "updates", f"{failing} set aside: baraza updates stuck")


def _tasks(house: app.House) -> Iterator[Finding]:
    held, first = house.database.read_now(
        lambda connection: (
            house.tasks.count(connection)["held"],
            house.tasks.list_tasks(connection, 1),
        )
    )
    if held:
        told = f"{counted(held, 'is', 'are')} held: {first[0].name} failed."
        yield Finding(WARNING, "tasks", told)


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
    if not owed:
        return Finding(WELL, "outbox", "Nothing is owed to anybody.")
    told = counted(owed, "operation is owed", "operations are owed")
    if due is None:
        # After a restore; what is paused stands in a line of its own.
        return Finding(WELL, "outbox", f"{told}, until it is resumed.")
    late = house.outside.clock() - due
    if late < LATE_MOST:
        return Finding(WELL if owed < OWED_MANY else WARNING, "outbox", f"{told}, none for long.")
    minutes = int(late.total_seconds() // 60)
    if house.settings.postgres is not None:
        remedy = "look whether a sender runs, and at its log"
    else:
        serving = databases.who_serves(house.settings.data)
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
