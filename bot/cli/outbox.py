"""`baraza outbox`: what is owed to residents."""

from __future__ import annotations

import click

from bot.cli.shell import open_house
from storage import outbox as rows


@click.group()
def outbox() -> None:
    """See what is owed to residents."""


@outbox.command()
def status() -> None:
    """How many operations are owed, being sent, sent, given up or unknown."""
    with open_house() as house:
        counts = house.database.write_now(rows.counts)
        for state in (rows.OWED, rows.SENDING, rows.SENT, rows.GIVEN_UP, rows.UNKNOWN):
            click.echo(f"{state:<9} {counts.get(state, 0)}")
