"""`baraza db`: the database's revision."""

from __future__ import annotations

import click

from bot import app
from bot.cli.shell import refuse
from storage import schema


@click.group()
def db() -> None:
    """Bring the database up to date, or see whether it is."""


@db.command()
def upgrade() -> None:
    """Run the migrations that are missing. `baraza run` does this by itself on SQLite."""
    house = app.build(app.read_environment())
    try:
        before = house.database.write_now(schema.revision)
        house.database.write_now(schema.upgrade)
        click.echo(f"From {before or 'nothing'} to {schema.HEAD}.")
    finally:
        house.database.close_now()
        house.executor.shutdown()


@db.command()
def check() -> None:
    """Say which revision the database is at, and whether the file is whole."""
    house = app.build(app.read_environment())
    try:
        now = house.database.write_now(schema.revision)
        broken = house.database.write_now(schema.problems)
    finally:
        house.database.close_now()
        house.executor.shutdown()
    if broken:
        refuse("\n".join(["The database file is damaged:", *broken, "Restore a backup."]))
    if now != schema.HEAD:
        refuse(
            f"The database is at {now or 'nothing'}, this program wants {schema.HEAD}: upgrade."
        )
    click.echo(f"The database is whole, and at {now} as it should be.")
