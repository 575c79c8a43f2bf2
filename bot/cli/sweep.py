"""`baraza sweep`: erase what has been kept for its term."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from bot.cli.shell import actor, open_house
from bot.services import upkeep
from storage import audit


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
def sweep(dry_run: bool) -> None:
    """Erase what has been kept as long as its country says; a running process does it by itself.

    Files of photos and voice go with the running process's next look, within seconds.
    """
    with open_house() as house:
        gone = house.database.write_now(upkeep.sweep, house.outside, house.countries, dry_run)
        if not dry_run:
            total = sum(sum(kinds.values()) for kinds in gone.values())
            house.database.write_now(
                lambda connection: audit.note(
                    connection,
                    actor=actor(),
                    action="sweep",
                    subject="",
                    detail=f"{total} rows",
                    now=house.outside.clock(),
                )
            )
        table = Table(box=None, header_style="bold")
        for name in ("Country", "Kind", "Kept for", "Would go" if dry_run else "Erased"):
            table.add_column(name)
        for key, kinds in gone.items():
            days = house.countries[key].retention.days()
            for kind, count in kinds.items():
                table.add_row(key, kind, f"{days[kind]} days", str(count))
        Console().print(table)
