"""What residents are told of a report's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from bot.domain.inbound import Command, Text
from bot.domain.operations import Tell, load_operation
from bot.domain.reports import Status
from bot.services import moderation
from bot.services.moderation import Change, Changed
from storage import outbox, reports
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def heard(house: SmallHouse) -> list[str]:
    """The lines that are owed, in words, taken out of the outbox."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    operations = [load_operation(msgspec.json.decode(row.payload)) for row in rows]
    speech = house.speeches["uruguay"]
    return [speech.text(item.line, "en") for item in operations if isinstance(item, Tell)]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 31), "planned for 31 December."),
        (date(2027, 1, 1), "planned for 1 January 2027."),
        (date(2025, 12, 1), "planned for 1 December 2025."),
    ],
)
def test_a_planned_day_of_another_year_is_said_with_it(
    house: SmallHouse, day: date, said: str
) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"))
    house.take(Text("Overflowing"), Text("Palermo"), Text("skip"), Text("skip"), Text("2"))
    house.take(Text("no"), Text("send it"))
    [row] = house.database.write_now(reports.list_reports)
    heard(house)
    planned = house.database.write_now(
        moderation.change_report,
        house.outside,
        "shell:ana",
        row.code,
        Change(Status.PLANNED, planned_for=day),
        house.conversations.begin,
    )
    assert planned == Changed(row.code, 1)
    assert heard(house) == [f"News of {row.code}: it is {said}"]
    house.take(Text(row.code))
    assert f"It is {said}" in heard(house)
