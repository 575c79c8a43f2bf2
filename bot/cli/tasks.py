"""`baraza tasks`: later work that waits or was held after failing too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC

import click

from bot.cli.lists import limit_option, tell_left
from bot.cli.parameters import NUMBER
from bot.cli.printing import local, print_table
from bot.cli.shapes import format_option, show_list
from bot.cli.shell import note, open_house, refuse
from storage.tasks import TaskRow


@click.group()
def tasks() -> None:
    """See the later work that waits, run a held task again, or cancel one."""


@tasks.command("list")
@limit_option
@format_option
def list_(limit: int, shape: str) -> None:
    """What waits, the held ones first."""
    with open_house() as house:
        found, counts = house.database.read_now(
            lambda connection: (
                house.tasks.list_tasks(connection, limit),
                house.tasks.count(connection),
            )
        )
        show_list(shape, found, data=asdict, table=_show, none="Nothing waits.")
        tell_left(len(found), sum(counts.values()))


def _show(found: Sequence[TaskRow]) -> None:
    shown = [
        (
            task.id,
            task.name,
            local(task.due_at, UTC),
            task.attempts,
            f"held: {task.reason}" if task.held else "waits",
        )
        for task in found
    ]
    print_table(("Number", "Task", "Due (UTC)", "Tries", "State"), shown)


@tasks.command()
@click.argument("number", type=NUMBER)
def retry(number: int) -> None:
    """Run a held task again."""
    with open_house() as house:
        if not house.database.write_now(house.tasks.retry, number):
            refuse(f"There is no task {number}. See: baraza tasks list")
        note(house, "tasks retry", str(number))
        click.echo(f"Task {number} runs as soon as `baraza run` looks.")


@tasks.command()
@click.argument("number", type=NUMBER)
def cancel(number: int) -> None:
    """Take a task away."""
    with open_house() as house:
        if not house.database.write_now(house.tasks.cancel, number):
            refuse(f"There is no task {number}. See: baraza tasks list")
        note(house, "tasks cancel", str(number))
        click.echo(f"Task {number} is gone.")
