"""What somebody states of their age is asked once and kept, and handed over with the rest."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from bot.conversation.carry_out import Actor
from bot.domain.inbound import Command, Text
from bot.domain.residents import OfAge, StateAge
from storage import addresses, own_data
from tests.houses import SmallHouse


def _actor(house: SmallHouse, connection: Connection) -> Actor:
    resident_id = connection.scalar(text("select id from resident"))
    person = addresses.person_of(connection, str(resident_id))
    assert person is not None
    return Actor(connection, house.outside, house.countries["uruguay"], person, house.keys)


@pytest.mark.parametrize("adult", [True, False])
def test_a_statement_of_age_is_known_from_the_same_turn_on(house: SmallHouse, adult: bool) -> None:
    house.take(Command("start"), Text("English"), Text("yes"))

    def state(connection: Connection) -> list[bool | None]:
        actor = _actor(house, connection)
        before = actor.look_up(OfAge())
        actor.perform(StateAge(adult))
        return [before, actor.look_up(OfAge())]

    assert house.database.write_now(state) == [None, adult]
    kept = house.database.write_now(
        lambda connection: own_data.kept_of(
            connection, _actor(house, connection).person.resident_id
        )
    )
    assert [row["adult"] for row in kept["resident"]] == [adult]
    assert house.database.write_now(lambda one: _actor(house, one).look_up(OfAge())) is adult
