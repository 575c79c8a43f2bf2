"""Ideas, votes and announcements, in two processes at once: what was decided meanwhile is seen."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from bot.domain.announcements import Delivery
from bot.domain.ideas import IdeaStatus, ProposeIdea, SupportIdea
from bot.domain.inbound import Text
from bot.domain.outcomes import Done
from bot.domain.places import Spot
from bot.domain.reports import Told
from bot.services import announcements, delivering, idea_moderation, ideas, vote_course
from bot.services.idea_moderation import IdeaChange
from storage import addresses, unsent
from storage import ideas as idea_rows
from tests import announced
from tests.conversation.gate import DOOR, Town
from tests.votes.elections import opened


async def test_who_backs_an_idea_while_it_is_joined_stands_behind_what_it_became(
    town: Town,
) -> None:
    house = town.house
    house.take(*DOOR)
    house.take(*DOOR, who="ben")
    people = [str(id) for (id,) in town.read("select id from resident order by created_at, id")]
    country = house.countries["uruguay"]

    def propose(connection: Connection) -> str:
        person = addresses.person_of(connection, people[0])
        assert person is not None
        idea = ProposeIdea("compost", Told("an oven for all"), Spot("palermo"), "small")
        done = ideas.propose_idea(connection, house.outside, country, person, "", idea)
        assert isinstance(done, Done)
        found = idea_rows.find_idea_by_id(connection, done.idea)
        assert found is not None
        return found.code

    def change(connection: Connection, code: str, into: str | None) -> None:
        status = IdeaStatus.PUBLISHED if into is None else IdeaStatus.MERGED
        wanted = IdeaChange(status, merged_into=into)
        idea_moderation.change_idea(connection, house.outside, "shell:ana", code, wanted)

    def back(connection: Connection, code: str) -> None:
        person = addresses.person_of(connection, people[1])
        assert person is not None
        command = SupportIdea(code, backs=True)
        ideas.support_idea(connection, house.outside, country, person, command)

    codes = [await house.database.write(propose) for _number in range(2)]
    for code in codes:
        await house.database.write(change, code, None)
    await town.meet(
        lambda connection: change(connection, codes[0], codes[1]),
        lambda connection: back(connection, codes[0]),
    )
    assert town.read("select code, backers from idea where status = 'published'") == [
        (codes[1], 1)
    ]


async def test_what_is_cancelled_is_not_done_though_its_last_copy_ends_then(town: Town) -> None:
    house = town.house
    announced.people(house, 1)
    row = announced.scheduled(house)
    country = house.countries[announced.COUNTRY]

    def nothing_waits(connection: Connection) -> None:
        delivering.begin_due(connection, house.outside, house.countries)
        delivering.fill(connection, house.outside, house.countries, row.id)
        unsent.close_some(connection, row.id, Delivery.HELD, "stopped", house.now)

    def cancel(connection: Connection) -> None:
        announcements.cancel(connection, house.outside, "shell:ana", row.code)

    def send(connection: Connection) -> None:
        delivering.take_bot(connection, house.outside, country, announced.TELEGRAM, "one")

    await house.database.write(nothing_waits)
    await town.meet(cancel, send)
    assert town.read("select state from announcement") == [("cancelled",)]


async def test_a_vote_that_two_processes_close_is_no_trouble(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    house = town.house
    code = opened(house)
    house.later(days=8)

    def close(connection: Connection) -> list[str]:
        return vote_course.close_due(connection, house.outside, house.keys)

    assert await town.meet(close, close) == ([code], [])
    assert caplog.messages == []


@pytest.mark.parametrize("forget_first", [True, False])
async def test_who_is_forgotten_while_copies_are_made_has_none(
    town: Town, forget_first: bool
) -> None:
    house = town.house
    house.take(*DOOR, Text("forget me"))
    row = announced.scheduled(house)
    await house.database.write(delivering.begin_due, house.outside, house.countries)

    def fill(connection: Connection) -> None:
        delivering.fill(connection, house.outside, house.countries, row.id)

    def forget(connection: Connection) -> None:
        house.conversations.take_turn(connection, goodbye)

    goodbye = house.inbound(Text("yes"))
    await town.meet(*((forget, fill) if forget_first else (fill, forget)))
    assert town.read("select count(*) from delivery where resident_id is not null") == [(0,)]
    assert town.read("select count(*) from delivery where state = 'waiting'") == [(0,)]
