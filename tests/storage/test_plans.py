"""What is asked again and again, or at every start, is found by an index however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from bot.domain.announcements import Delivery
from storage import addresses, media, residents, unsent, used_files
from tests.houses import SmallHouse
from tests.plans import planned


def not_to_be_reached(connection: Connection) -> None:
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    unsent.close(connection, Delivery.GIVEN_UP, "blocked", moment, address_id="a")


@pytest.mark.parametrize(
    ("look", "by"),
    [
        (media.next_due, "ix_media_due_at (due_at>?)"),
        (not_to_be_reached, "ix_delivery_resident_id_ended_at (resident_id=?"),
        (addresses.some_sealed, "address_1"),
        (
            lambda connection: used_files.media_names(connection, "a", "b"),
            "ix_media_name (name=?)",
        ),
    ],
)
def test_it_is_found_by_an_index(
    house: SmallHouse, look: Callable[[Connection], object], by: str
) -> None:
    for plan in house.database.write_now(planned, look):
        assert any(by in line for line in plan), plan
        assert not any(line.startswith("SCAN media") for line in plan), plan
        assert not any("ORDER BY" in line for line in plan), plan


def test_who_is_forgotten_is_found_without_looking_through_all_that_was_sent(
    house: SmallHouse,
) -> None:
    plans = house.database.write_now(
        planned, lambda connection: residents.forget(connection, "r", "a")
    )
    steps = [step for plan in plans for step in plan]
    assert any("outbox" in step for step in steps)
    assert not [step for step in steps if step.startswith(("SCAN outbox", "SCAN delivery"))]
