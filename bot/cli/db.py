"""`baraza db`: the database's revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from sqlalchemy.exc import DBAPIError

from bot import app, databases
from bot.cli.printing import print_table
from bot.cli.shell import actor, confirm, note, refuse
from bot.domain.counted import counted
from bot.settings import Settings
from bot.work.backup.restoring import EPOCH_BYTES, Epoch, come_back
from storage import audit, facts, schema
from storage.database import Connection, Database
from storage.errors import is_away
from storage.open_role import make_reader
from storage.postgres_url import PostgresUrl, WrongUrl, read_postgres_url
from storage.server_facts import making_problems, server_problems
from storage.town_copy import Copied, copy_town


@click.group()
def db() -> None:
    """Bring the database up to date, or see whether it is."""


@contextmanager
def _as_it_is() -> Iterator[app.House]:
    """The house over a database that is left at its revision."""
    house = app.build(app.read_environment())
    try:
        yield house
    except DBAPIError as error:
        if house.settings.postgres is not None:
            refuse(f"The server refuses: {error.orig}.")
        if is_away(error):
            raise
        refuse(f"The database cannot be read ({error.orig}). Restore a backup.")
    finally:
        house.database.close_now()
        house.executor.shutdown()


@db.command()
def upgrade() -> None:
    """Run the migrations that are missing. `baraza run` does this by itself on SQLite."""
    with _as_it_is() as house:
        if house.settings.postgres is not None:
            _require_server(house.database)
        before = house.database.write_now(schema.revision)
        changed = house.database.write_now(schema.upgrade)
        if house.settings.postgres is not None:
            let_read(house, house.settings.postgres, house.database)
        if not changed:
            click.echo(f"It is at {schema.HEAD} already.")
            return
        if before == schema.HEAD:
            click.echo(f"It is at {schema.HEAD}; what is made beside its tables is made anew.")
            return
        # Tables that were just made stay empty, so that a backup can be restored into them.
        if before is not None:
            note(house, "db upgrade", detail=f"{before} to {schema.HEAD}")
        click.echo(f"From {before or 'nothing'} to {schema.HEAD}.")


def _require_server(database: Database) -> None:
    """Refuses a server where the tables cannot stand, or not be made."""
    problems = database.write_now(server_problems)
    if not problems and database.write_now(schema.revision) is None:
        problems = database.write_now(making_problems)
    if problems:
        refuse("\n".join(f"The server will not do: {problem}." for problem in problems))


def let_read(house: app.House, server: PostgresUrl, database: Database) -> None:
    """Make the role that `query` asks by, or say who can."""
    reader = databases.open_reader(server, house.keys)
    if not database.write_now(make_reader, reader):
        click.echo(
            f"baraza query needs a role that this user may not make. As an administrator run "
            f"this, then baraza db upgrade again:\n  {reader.create};",
            err=True,
        )


@db.command()
def check() -> None:
    """Say which revision the database is at, and whether it is whole: the file, or the server's
    tables, views and connection."""
    with _as_it_is() as house:
        if house.settings.postgres is None:
            _check_file(house)
        else:
            _check_server(house, house.settings.postgres)
        now = house.database.read_now(schema.revision)
        moved = house.database.read_now(facts.is_moved)
    if moved:
        click.echo("Its town was copied to a server, and is there: nothing starts here.")
    click.echo(f"The database is whole, and at {now} as it should be.")


def _check_file(house: app.House) -> None:
    file = house.settings.database_file
    if not file.exists():
        refuse(f"There is no database at {file} yet: baraza db upgrade")
    broken = house.database.read_now(schema.problems)
    if broken:
        refuse("\n".join(["The database file is damaged:", *broken, "Restore a backup."]))
    house.database.read_now(schema.require)


def _check_server(house: app.House, server: PostgresUrl) -> None:
    databases.check_waking(house.settings)
    wrong = house.database.write_now(server_problems)
    house.database.read_now(schema.require)
    changed = house.database.read_now(schema.differences)
    if changed:
        changed.append("It was changed by hand: undo that, or restore a backup into an empty one.")
    if wrong or changed:
        refuse("\n".join([f"{server.place}:", *wrong, *changed]))


@db.command()
@click.option("--to", required=True, help="The server's empty database, as postgresql://….")
def copy(to: str) -> None:
    """Copy this town from its SQLite file into an empty PostgreSQL database: all of it or nothing.

    Both are compared table by table. The file stays as it is, but for the mark that its town has
    moved: nothing starts on it any more. Photos and voice stay where they are. Afterwards set
    BARAZA_DATABASE_URL.
    """
    settings = _of_file("copy", "only a SQLite file can be copied")
    try:
        server = read_postgres_url(to)
    except WrongUrl as error:
        refuse("\n".join(f"--to: {problem}." for problem in error.problems))
    with databases.alone(settings.data), app.opened(settings) as house:
        target = databases.make_database(replace(settings, postgres=server), house.tasks)
        try:
            _require_server(target)
            target.write_now(schema.upgrade)
            let_read(house, server, target)
            copied = target.write_now(_copy, house)
        finally:
            target.close_now()
        house.database.write_now(facts.note_moved, server.place, house.outside.clock())
    rows = [(item.table, item.rows, item.digest[:16]) for item in copied]
    print_table(("Table", "Rows", "Digest of both"), rows, right=frozenset({"Rows"}))
    click.echo(
        f"Copied to {server.place}, the same on both sides. Now set BARAZA_DATABASE_URL, and "
        "start."
    )


def _of_file(what: str, otherwise: str) -> Settings:
    """The settings of a town in a file that is there; refuses any other, and says what then."""
    settings = app.read_environment()
    if settings.postgres is not None:
        refuse(f"BARAZA_DATABASE_URL names a server: {otherwise}.")
    databases.open_folder(settings)
    if not settings.database_file.exists():
        refuse(f"There is no database at {settings.database_file} to {what}.")
    return settings


@db.command("take-back")
@click.option("--yes", is_flag=True, help="Do not ask.")
def take_back(yes: bool) -> None:
    """Go on with the SQLite file after `baraza db copy`, in the place of the server.

    What was said on the server since stays there alone. As after a restore, whoever was forgotten
    since is erased again, and nothing is sent until `baraza outbox resume`.
    """
    settings = _of_file("take back", "leave it out, so that the file is meant")
    with databases.alone(settings.data), app.opened(settings, moved=True) as house:
        if not house.database.read_now(facts.is_moved):
            refuse("The town has not moved: start it.")
        if not yes:
            confirm("What was said on the server since stays there. Go on?")
        erased = house.database.write_now(_take_back, house)
    who = counted(erased, "person who was forgotten is", "people who were forgotten are")
    click.echo(f"The town is in {settings.database_file} again; {who} erased here too.")
    click.echo("Nothing is sent until: baraza outbox resume  (or: resume --drop-owed)")


def _take_back(connection: Connection, house: app.House) -> int:
    now, who = house.outside.clock(), actor()
    lines, ended = house.erased.lines(), house.ended.lines()
    erased = come_back(
        connection,
        Epoch(house.outside.random(EPOCH_BYTES).hex(), now, who, ""),
        house.keys,
        lambda ids: house.erased.erased(ids, lines),
        lambda codes: house.ended.erased(codes, ended),
    )
    audit.note(
        connection,
        actor=who,
        action="db take-back",
        subject="",
        detail=f"{erased} erased again",
        now=now,
    )
    return erased


def _copy(connection: Connection, house: app.House) -> list[Copied]:
    """Copy, and leave the audit line on the other side in the same transaction."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        shown: dict[str, TaskID] = {}

        def step(table: str, rows: int) -> None:
            if table not in shown:
                shown[table] = progress.add_task(table, total=None)
            progress.advance(shown[table], rows)

        copied = copy_town(connection, house.settings.database_file, step)
    audit.note(
        connection,
        actor=actor(),
        action="db copy",
        subject="",
        detail=counted(sum(item.rows for item in copied), "row"),
        now=house.outside.clock(),
    )
    return copied
