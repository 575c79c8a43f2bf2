"""Copies of announcements are made and found without a look at all that went before."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from storage import deliveries
from tests.announced import TELEGRAM, people, scheduled
from tests.houses import SmallHouse
from tests.plans import planned


@pytest.mark.parametrize("what", ["next_due", "take"])
def test_an_open_copy_is_found_by_the_index_of_open_rows(house: SmallHouse, what: str) -> None:
    people(house, 3)
    row = scheduled(house)

    def look(connection: Connection) -> None:
        if what == "next_due":
            deliveries.next_due(connection, row.id, TELEGRAM)
        else:
            assert len(deliveries.take(connection, row.id, TELEGRAM, house.now, 2, 1)) == 2

    def plan(connection: Connection) -> list[str]:
        deliveries.build(connection, row.id, row.audience, (), house.now)
        return planned(connection, look)[0]

    found = house.database.write_now(plan)
    assert any("ix_delivery_open" in line for line in found), found


def test_the_next_copies_are_made_without_a_look_at_those_before(house: SmallHouse) -> None:
    people(house, 3)
    row = scheduled(house)

    def build(connection: Connection) -> None:
        assert deliveries.build(connection, row.id, row.audience, (), house.now, 2)

    def plan(connection: Connection) -> list[str]:
        build(connection)
        return planned(connection, build)[-1]

    found = house.database.write_now(plan)
    assert any("ix_resident_country_id (country=? AND id>?)" in line for line in found), found
    assert not any("ORDER BY" in line for line in found), found
