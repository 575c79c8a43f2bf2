"""Who asks for a vote where none is open yet is told when the next one opens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.inbound import Text
from bot.domain.operations import Ask, Tell
from tests.conversation.test_turns import DOOR, heard
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES
from tests.votes.elections import made_up, opened


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        house.take(*DOOR)
        yield house


def told(house: SmallHouse) -> list[str]:
    """What is told to who asks for a vote, in English."""
    heard(house)
    house.take(Text("vote"))
    speech = house.speeches["uruguay"]
    said = heard(house)
    return [speech.text(item.line, "en") for item in said if isinstance(item, Tell | Ask)]


def announce(house: SmallHouse, **after: float) -> str:
    vote = made_up(key=f"plaza-{len(after)}-{min(after.values())}".replace(".", "-"))
    begins = vote.opens + timedelta(**after)
    return opened(house, replace(vote, opens=begins, closes=begins + timedelta(days=7)))


def test_the_one_that_opens_first_is_told(house: SmallHouse) -> None:
    announce(house, days=9)
    announce(house, hours=20)
    none, coming, *_menu = told(house)
    assert none == "There is no vote at the moment."
    assert coming.startswith("The next vote opens on ")
    assert coming.endswith("What shall we do?")
    assert "26" in coming, "the day in Montevideo"


def test_where_none_is_announced_nothing_is(house: SmallHouse) -> None:
    assert told(house)[:2] == ["There is no vote at the moment.", "What would you like to do?"]


def test_where_one_is_open_it_is_opened(house: SmallHouse) -> None:
    opened(house)
    announce(house, days=9)
    heard(house)
    house.take(Text("vote"))
    flows = house.database.write_now(
        lambda connection: [*connection.exec_driver_sql("select flow from conversation").scalars()]
    )
    assert "vote" in flows
