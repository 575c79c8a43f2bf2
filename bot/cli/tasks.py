"""`baraza tasks`: later work that waits or was held after failing too often."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bot.cli.parameters import NUMBER
from bot.cli.printing import local, print_table
from bot.cli.shell import note, open_house, refuse


@click.group()
def tasks() -> None:
    """See the later work that waits, run a held task again, or cancel one."""


@tasks.command("list")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
def list_(shape: str) -> None:
    """What waits, the held ones first."""
    with open_house() as house:
        found = house.database.write_now(house.tasks.list_tasks)
        if shape == "json":
            rows = [asdict(task) for task in found]
            click.echo(json.dumps(rows, default=datetime.isoformat, indent=1))
            return
        if not found:
            click.echo("Nothing waits.")
            return
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
            refuse(f"There is no task {number}.")
        note(house, "tasks retry", str(number))
        click.echo(f"Task {number} runs as soon as `baraza run` looks.")


@tasks.command()
@click.argument("number", type=NUMBER)
def cancel(number: int) -> None:
    """Take a task away."""
    with open_house() as house:
        if not house.database.write_now(house.tasks.cancel, number):
            refuse(f"There is no task {number}.")
        note(house, "tasks cancel", str(number))
        click.echo(f"Task {number} is gone.")
