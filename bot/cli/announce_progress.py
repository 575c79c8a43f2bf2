"""What of an announcement takes its time, as a bar that moves."""

from __future__ import annotations

import time
from collections.abc import Mapping

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from bot.app import House
from bot.domain.announcements import Delivery, State
from storage import announcements as rows
from storage import delivery_counts
from storage.announcements import AnnouncementRow

WATCH_SECONDS = 1.0


def follow(house: House, row: AnnouncementRow) -> AnnouncementRow:
    """Follow it by a bar until it is over, paused, or the person has seen enough."""
    going = {State.SCHEDULED, State.SENDING}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(row.code, total=None, said="")
        while True:
            found = house.database.read_now(rows.find, row.code)
            row = found or row
            states = house.database.read_now(delivery_counts.by_state, row.id)
            total = sum(states.values())
            left = states.get(Delivery.WAITING, 0) + states.get(Delivery.SENDING, 0)
            bar.update(
                task,
                total=total if row.built else None,
                completed=total - left,
                said=_said(row, states),
            )
            if row.state not in going:
                return row
            try:
                time.sleep(WATCH_SECONDS)
            except KeyboardInterrupt:
                return row


def _said(row: AnnouncementRow, states: Mapping[Delivery, int]) -> str:
    worse = (Delivery.GIVEN_UP, Delivery.UNKNOWN, Delivery.HELD)
    told = [f"{states[state]} {state.value}" for state in worse if states.get(state)]
    return ", ".join([row.state.value, *told])
