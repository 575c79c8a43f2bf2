"""A sweep of one country, and what it must leave of the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.domain.country import Retention
from storage import conversations, retention
from storage.tables import SeenUpdate
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def seen(connection: Connection) -> list[str]:
    return list(connection.scalars(select(SeenUpdate.bot).order_by(SeenUpdate.bot)))


@pytest.mark.parametrize("other", ["east-side", "eastxside", "east_sides", "west_side"])
def test_a_country_whose_key_looks_alike_is_left_alone(house: SmallHouse, other: str) -> None:
    bots = [f"{key}/web" for key in sorted(("east_side", other))]
    for bot in bots:
        house.database.write_now(conversations.note_update, bot, "1", house.now)
    assert house.database.write_now(seen) == bots
    later = house.now + timedelta(days=100)
    gone = house.database.write_now(retention.sweep, "east_side", Retention().days(), later)
    assert gone["seen_update"] == 1
    assert house.database.write_now(seen) == [f"{other}/web"]
