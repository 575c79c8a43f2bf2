"""`baraza db`: the database's revision."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from bot import app
from bot.cli.shell import note, refuse
from storage import schema


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
    """Say which revision the database is at, and whether the file is whole."""
    with _as_it_is() as house:
        file = house.settings.database_file
        if not file.exists():
            refuse(f"There is no database at {file} yet: baraza db upgrade")
        now = house.database.write_now(schema.revision)
        broken = house.database.write_now(schema.problems)
    if broken:
        refuse("\n".join(["The database file is damaged:", *broken, "Restore a backup."]))
    if now != schema.HEAD:
        refuse(
            f"The database is at {now or 'nothing'}, this program wants {schema.HEAD}: "
            "baraza db upgrade"
        )
    click.echo(f"The database is whole, and at {now} as it should be.")
