"""`baraza sweep`: erase what has been kept for its term."""

from __future__ import annotations

import click

from bot.app import House
from bot.cli.printing import print_table
from bot.cli.shell import actor, open_house, served
from bot.domain.counted import counted
from bot.services import upkeep
from storage import audit
from storage.database import Connection


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
@click.option("--country", help="Only of this country's folder.")
def sweep(dry_run: bool, country: str | None) -> None:
    """Erase what has been kept as long as its country says; a running process does it by itself.

    Files of photos and voice go with the running process's next look, within seconds.
    """
    with open_house() as house:
        served(house, country)
        gone = house.database.write_now(_sweep, house, dry_run, country)
        rows = []
        for key, kinds in gone.items():
            terms = house.countries[key].retention.days() if key else {}
            for kind, count in kinds.items():
                days = terms.get(kind) or upkeep.audit_days(house.countries)
                rows.append((key or "all", kind.replace("_", " "), counted(days, "day"), count))
        column = "Would go" if dry_run else "Erased"
        print_table(("Country", "Kind", "Kept for", column), rows, right=frozenset({column}))


def _sweep(
    connection: Connection, house: House, dry: bool, only: str | None
) -> dict[str, dict[str, int]]:
    """Sweep and leave the audit line in one transaction."""
    gone = upkeep.sweep(connection, house.outside, house.countries, dry, only)
    total = sum(sum(kinds.values()) for kinds in gone.values())
    audit.note(
        connection,
        actor=actor(),
        action="sweep",
        subject=only or "",
        detail=counted(total, "row") + (" would go" if dry else ""),
        now=house.outside.clock(),
    )
    return gone
