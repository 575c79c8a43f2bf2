"""`baraza outbox`: what is owed to residents."""

from __future__ import annotations

import click

from bot.app import House
from bot.cli.shell import actor, open_house, refuse
from bot.services import upkeep
from storage import audit, facts
from storage import outbox as rows
from storage.database import Connection


@click.group()
def outbox() -> None:
    """See what is owed to residents, and resume after a restore."""


@outbox.command()
def status() -> None:
    """How many operations are owed, being sent, sent, given up or unknown."""
    with open_house() as house:
        counts = house.database.write_now(rows.counts)
        for state in (rows.OWED, rows.SENDING, rows.SENT, rows.GIVEN_UP, rows.UNKNOWN):
            click.echo(f"{state:<9} {counts.get(state, 0)}")
        waiting = house.database.write_now(facts.restored)
        if waiting is not None:
            doubtful = house.database.write_now(facts.count_doubtful, waiting.through)
            click.echo(f"Paused: restored at {waiting.at:%Y-%m-%d %H:%M} UTC, nothing is sent.")
            click.echo(
                f"{doubtful} operations were owed when the backup was made, and may have arrived."
            )
            click.echo("baraza outbox resume              sends them")
            click.echo("baraza outbox resume --drop-owed  gives them up")


@outbox.command()
@click.option("--drop-owed", is_flag=True, help="Give up what was owed when the backup was made.")
def resume(drop_owed: bool) -> None:
    """Send again, after a restore.

    What was owed when the backup was made may have been sent before the restore: it is sent now,
    perhaps a second time, or given up with --drop-owed. What people wrote since the restore is
    answered either way.
    """
    with open_house() as house:
        given_up = house.database.write_now(_resume, house, drop_owed)
        if given_up is None:
            refuse("Nothing is paused.")
        click.echo(
            "Sending again." + (f" {given_up} operations are given up." if drop_owed else "")
        )


def _resume(connection: Connection, house: House, drop_owed: bool) -> int | None:
    """Resume and leave the audit line in one transaction."""
    given_up = upkeep.resume(connection, house.outside, drop_owed=drop_owed)
    if given_up is not None:
        audit.note(
            connection,
            actor=actor(),
            action="outbox resume",
            subject="",
            detail=f"{given_up} given up" if drop_owed else "",
            now=house.outside.clock(),
        )
    return given_up
