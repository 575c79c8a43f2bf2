"""`baraza db`: the database's revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from bot import app, databases
from bot.cli.shell import note, refuse
from bot.postgres_url import PostgresUrl
from storage import schema
from storage.server_facts import server_problems


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
        refuse(f"The database cannot be read ({error.orig}). Restore a backup.")
    finally:
        house.database.close_now()
        house.executor.shutdown()


@db.command()
def upgrade() -> None:
    """Run the migrations that are missing. `baraza run` does this by itself on SQLite."""
    with _as_it_is() as house:
        if house.settings.postgres is not None:
            problems = house.database.write_now(server_problems)
            if problems:
                refuse("\n".join(f"The server will not do: {problem}." for problem in problems))
        before = house.database.write_now(schema.revision)
        changed = house.database.write_now(schema.upgrade)
        if not changed:
            click.echo(f"It is at {schema.HEAD} already.")
            return
        if before == schema.HEAD:
            click.echo(f"It is at {schema.HEAD}; its views are made anew.")
            return
        note(house, "db upgrade", detail=f"{before or 'nothing'} to {schema.HEAD}")
        click.echo(f"From {before or 'nothing'} to {schema.HEAD}.")


@db.command()
def check() -> None:
    """Say which revision the database is at, and whether it is whole: the file, or the server's
    tables, views and connection."""
    with _as_it_is() as house:
        if house.settings.postgres is None:
            _check_file(house)
        else:
            _check_server(house, house.settings.postgres)
        now = house.database.write_now(schema.revision)
    click.echo(f"The database is whole, and at {now} as it should be.")


def _check_file(house: app.House) -> None:
    file = house.settings.database_file
    if not file.exists():
        refuse(f"There is no database at {file} yet: baraza db upgrade")
    broken = house.database.write_now(schema.problems)
    if broken:
        refuse("\n".join(["The database file is damaged:", *broken, "Restore a backup."]))
    house.database.write_now(schema.require)


def _check_server(house: app.House, server: PostgresUrl) -> None:
    databases.check_waking(house.settings)
    wrong = house.database.write_now(server_problems)
    house.database.write_now(schema.require)
    wrong += house.database.write_now(schema.differences)
    if wrong:
        refuse("\n".join([f"{server.place}:", *wrong]))
