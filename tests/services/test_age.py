"""What somebody states of their age is asked once and kept, and handed over with the rest."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from bot.conversation.carry_out import Actor
from bot.domain.inbound import Attachment, Command, Location, Text
from bot.domain.residents import OfAge, StateAge
from storage import addresses, own_data, reports
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


def _is_under_age(house: SmallHouse) -> None:
    def state(connection: Connection) -> None:
        _actor(house, connection).perform(StateAge(False))

    house.database.write_now(state)


@pytest.mark.parametrize("when", ["before", "amid"])
def test_of_a_report_of_who_is_under_age_no_point_and_no_voice_is_kept(
    house: SmallHouse, when: str
) -> None:
    voice = Attachment("voice", "a" * 64, "audio/ogg", 9, 5.0)
    house.take(Command("start"), Text("English"), Text("yes"))
    if when == "before":
        _is_under_age(house)
    house.take(Text("report"), voice, Text("full bin"))
    if when == "amid":
        house.take(Location(-34.911, -56.181))
        _is_under_age(house)
        # It answers no question any more, and shows the one that is asked now.
        house.take(Text("skip"))
    house.take(Text("The bin at our corner is full"))
    if when == "before":
        house.take(Location(-34.911, -56.181))
    house.take(*map(Text, ("skip", "2", "no", "send it")))
    [row] = house.database.write_now(reports.list_reports)
    assert (row.text, row.point) == ("The bin at our corner is full", None)
    kept = "select count(*) from media where report_id is not null"
    assert house.database.write_now(lambda one: one.scalar(text(kept))) == 0


def test_a_photo_of_who_turns_out_to_be_under_age_stays(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"))
    house.take(Attachment("voice", "a" * 64, "audio/ogg", 9, 5.0), Text("Palermo"), Text("skip"))
    house.take(Attachment("photo", "b" * 64, "image/jpeg", 9))
    _is_under_age(house)
    house.take(Command("language"), Text("English"))
    house.take(*map(Text, ("The bin at our corner is full", "today", "no", "send it")))
    kept = "select kind, count(*) from media where report_id is not null group by kind"
    assert house.rows(kept) == [("photo", 1)]


def test_who_is_under_age_is_not_called(house: SmallHouse) -> None:
    house.take(Command("start"), country="kenya")
    words = ("English", "yes", "report", "no water", "The tap is dry", "Marigat", "skip", "skip")
    house.take(
        *map(Text, (*words, "this week", "no", "by phone", "0712 345 678")), country="kenya"
    )
    _is_under_age(house)
    house.take(Text("send it"), country="kenya")
    assert house.database.write_now(reports.list_reports) == []
    house.take(Text("send it"), country="kenya")
    [_row] = house.database.write_now(reports.list_reports)
    phones = "select count(*) from report where phone is not null"
    assert house.database.write_now(lambda one: one.scalar(text(phones))) == 0
