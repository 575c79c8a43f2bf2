"""What a claim costs: it reads what is owed, however many people a town has."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.domain.inbound import Command
from storage import outbox
from storage.outbox import Room
from tests.houses import SmallHouse

WEB = "uruguay/web"
EACH = 10
"""Instructions of SQLite's own machine that are counted as one."""


def grow(connection: Connection, count: int) -> None:
    connection.exec_driver_sql(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)"
        " insert into address (id, bot, hash, cipher, key_id, created_at)"
        " select 'a' || i, ?, cast('h' || i as blob), x'00', 'k', 0 from n",
        (count, WEB),
    )


def steps(house: SmallHouse, ask: str) -> int:
    """How much SQLite does to find what one person is owed."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    def measure(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(count, EACH)
        match ask:
            case "claim":
                assert outbox.claim(connection, house.now, 50, {WEB: Room(50)})
            case _:
                drawn = outbox.draw_for_many(connection, WEB, 30, 10, house.now)
                assert drawn.count == 0, "a reply waits"
        raw.set_progress_handler(None, 0)

    house.database.write_now(measure)
    return taken


@pytest.mark.parametrize("ask", ["claim", "draw for many"])
def test_what_is_owed_is_found_without_a_look_at_all_addresses(
    house: SmallHouse, ask: str
) -> None:
    house.take(Command("start"))
    alone = steps(house, ask)
    house.database.write_now(grow, 5_000)
    house.later(minutes=1)
    assert steps(house, ask) < 2 * alone + 20
