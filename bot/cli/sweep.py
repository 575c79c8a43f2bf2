"""`baraza sweep`: erase what has been kept for its term."""

from __future__ import annotations

import asyncio

import click

from bot.app import House
from bot.cli.printing import print_table
from bot.cli.shell import actor, open_house, served
from bot.cli.waiting import showing
from bot.domain.counted import counted
from bot.program import version
from bot.work.showing import put_shown
from bot.work.sweeping import Gone, audit_days, count_old
from bot.work.sweeping import sweep as sweep_all
from storage import audit


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
@click.option("--country", help="Only of this country's folder.")
def sweep(dry_run: bool, country: str | None) -> None:
    """Erase what has been kept as long as its country says; a running process does it by itself.

    Files of photos and voice go with the running process's next look, within seconds.
    """
    with open_house() as house:
        served(house, country)
        if not dry_run:
            put_shown(house.database, house.countries, version(), again=True)
        with showing("Counting what is old" if dry_run else "Erasing what is old"):
            gone = asyncio.run(_sweep(house, dry_run, country))
        rows = []
        for key, kinds in gone.items():
            terms = house.countries[key].retention.days() if key else {}
            for kind, count in kinds.items():
                days = terms.get(kind) or audit_days(house.countries)
                rows.append((key or "all", kind.replace("_", " "), counted(days, "day"), count))
        column = "Would go" if dry_run else "Erased"
        print_table(("Country", "Kind", "Kept for", column), rows, right=frozenset({column}))


async def _sweep(house: House, dry: bool, only: str | None) -> Gone:
    """Sweep, or count, and leave the audit line."""
    database = house.database
    try:
        if dry:
            gone = await database.read(count_old, house.outside, house.countries, only)
        else:
            gone = await sweep_all(database, house.outside, house.countries, only)
        total = sum(sum(kinds.values()) for kinds in gone.values())
        await database.write(
            audit.note,
            actor=actor(),
            action="sweep",
            subject=only or "",
            detail=counted(total, "row") + (" would go" if dry else ""),
            now=house.outside.clock(),
        )
    finally:
        # Its reading connections belong to this event loop.
        await database.close()
    return gone
