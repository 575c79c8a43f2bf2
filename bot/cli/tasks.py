"""`baraza tasks`: later work that waits or was held after failing too often."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot.cli.shell import open_house, refuse
from storage import tasks as rows


@click.group()
def tasks() -> None:
    """See the later work that waits, run a held task again, or cancel one."""


@tasks.command("list")
def list_() -> None:
    """What waits, the held ones first."""
    with open_house() as house:
        found = house.database.write_now(rows.list_tasks)
        if not found:
            click.echo("Nothing waits.")
            return
        table = Table(box=None, header_style="bold")
        for name in ("Number", "Task", "Due", "Tries", "State"):
            table.add_column(name)
        for task in found:
            state = f"held: {task.reason}" if task.held else "waits"
            due = task.due_at.strftime("%Y-%m-%d %H:%M")
            table.add_row(str(task.id), task.name, due, str(task.attempts), state)
        Console().print(table)


@tasks.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Run a held task again."""
    with open_house() as house:
        if not house.database.write_now(rows.retry, number, house.outside.clock()):
            refuse(f"There is no task {number}.")
        click.echo(f"Task {number} runs as soon as `baraza run` looks.")


@tasks.command()
@click.argument("number", type=int)
def cancel(number: int) -> None:
    """Take a task away."""
    with open_house() as house:
        if not house.database.write_now(rows.cancel, number):
            refuse(f"There is no task {number}.")
        click.echo(f"Task {number} is gone.")
