"""Copies of announcements are found by the index of open rows, however many have ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import deliveries
from tests.announced import TELEGRAM, people, scheduled
from tests.houses import SmallHouse, small_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


@pytest.mark.parametrize("what", ["next_due", "take"])
def test_an_open_copy_is_found_by_the_index_of_open_rows(house: SmallHouse, what: str) -> None:
    people(house, 3)
    row = scheduled(house)

    def plans(connection: Connection) -> list[str]:
        deliveries.build(connection, row.id, row.audience, (), house.now)
        asked: list[str] = []
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        match what:
            case "next_due":
                deliveries.next_due(connection, row.id, TELEGRAM)
            case _:
                assert len(deliveries.take(connection, row.id, TELEGRAM, house.now, 2, 1)) == 2
        raw.set_trace_callback(None)
        selects = [sql for sql in asked if sql.lower().startswith("select")]
        assert selects
        explained = connection.exec_driver_sql(f"explain query plan {selects[0]}")
        return [str(line[3]) for line in explained]

    found = house.database.write_now(plans)
    assert any("ix_delivery_open" in line for line in found), found
