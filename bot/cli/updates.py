"""`baraza updates`: what came in and could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC

import click

from bot.app import House
from bot.cli.printing import local, print_table
from bot.cli.shapes import format_option, show_list
from bot.cli.shell import actor, open_house, refuse
from bot.domain.counted import counted
from bot.services.stuck import RETRY
from storage import audit, later, stuck
from storage.database import Connection


@click.group()
def updates() -> None:
    """See the updates that were set aside, try one again, or drop it."""


@updates.command("stuck")
@format_option
def stuck_(shape: str) -> None:
    """What failed too often, the oldest first. The reason is the class of the last failure."""
    with open_house() as house:
        found = house.database.read_now(stuck.list_stuck)
        show_list(shape, found, data=asdict, table=_show, none="No update is set aside.")


def _show(found: Sequence[stuck.Stuck]) -> None:
    shown = [
        (
            item.update_id,
            item.bot,
            local(item.at, UTC),
            item.tries,
            item.reason,
            "yes" if item.kept else "no",
        )
        for item in found
    ]
    print_table(("Update", "Bot", "Last tried (UTC)", "Tries", "Reason", "Kept"), shown)


@updates.command()
@click.argument("number")
@click.option("--bot", help="Where bots of several countries have an update of this number.")
def retry(number: str, bot: str | None) -> None:
    """Try an update again, for instance after an upgrade that mended its reason."""
    with open_house() as house:
        found = _choose(house, number, bot)
        if not found.kept:
            refuse(
                f"Of update {number} nothing was kept, since it may name a choice in a vote: "
                f"baraza updates drop {number}"
            )
        house.database.write_now(_retry, house, found)
        click.echo(f"Update {number} is tried as soon as `baraza run` looks.")


@updates.command()
@click.argument("number")
@click.option("--bot", help="Where bots of several countries have an update of this number.")
def drop(number: str, bot: str | None) -> None:
    """Erase an update for good; whoever sent it is not told."""
    with open_house() as house:
        found = _choose(house, number, bot)
        house.database.write_now(_drop, house, found)
        click.echo(f"Update {number} is gone.")


def _choose(house: House, number: str, bot: str | None) -> stuck.Stuck:
    found = [
        item
        for item in house.database.read_now(stuck.list_stuck, number)
        if bot in {None, item.bot, item.bot.partition("/")[0]}
    ]
    if not found:
        refuse(f"No update {number} is set aside. See: baraza updates stuck")
    if len(found) > 1:
        refuse(f"Say which: {', '.join(f'--bot {item.bot}' for item in found)}.")
    return found[0]


def _retry(connection: Connection, house: House, item: stuck.Stuck) -> None:
    args = {"bot": item.bot, "update": item.update_id}
    later.kick(connection, RETRY, args, dedupe=f"{RETRY} {item.bot} {item.update_id}")
    _note(connection, house, "updates retry", item)


def _drop(connection: Connection, house: House, item: stuck.Stuck) -> None:
    stuck.drop(connection, item.bot, item.update_id)
    _note(connection, house, "updates drop", item)


def _note(connection: Connection, house: House, action: str, item: stuck.Stuck) -> None:
    audit.note(
        connection,
        actor=actor(),
        action=action,
        subject=item.update_id,
        detail=f"{item.bot}, {counted(item.tries, 'try', 'tries')}, {item.reason}",
        now=house.outside.clock(),
    )
