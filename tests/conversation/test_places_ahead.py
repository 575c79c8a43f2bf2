"""A place that is sent before it is asked for: kept, thanked for once, and not asked again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.inbound import Command, Input, Location, Text
from bot.domain.residents import OfAge
from bot.flows.ahead import KEPT_AHEAD
from bot.flows.idea import place_of_idea
from bot.flows.state import Kept
from storage import conversations
from tests.conversation.test_turns import DOOR, heard, lines
from tests.houses import SmallHouse, open_house, served
from tests.postgres import ENGINES

CERRO = Location(-34.884, -56.256)
FAR = Location(10.0, 10.0)
SOON = "Thank you. We cannot tell the place from a map here, so we will ask you for it soon."
THANKS = "Thank you, we have the place."
WHERE = "Where is it?"
PUMP = "The pump has been broken since Monday."


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        yield house


def say(house: SmallHouse, *given: Input | str, country: str = "uruguay") -> list[str]:
    """The lines that come back to the last of them."""
    for item in given:
        heard(house)
        house.take(Text(item) if isinstance(item, str) else item, country=country)
    return lines(heard(house))


def number(house: SmallHouse, sql: str) -> int:
    return house.count(f"select count(*) from {sql}")


def stored(house: SmallHouse) -> str:
    """All drafts, as they are stored."""
    found = house.database.write_now(
        lambda connection: [
            row.state
            for row in conversations.conversations_of(
                connection,
                connection.exec_driver_sql("select id from resident").scalar_one(),
            )
        ]
    )
    return b"".join(found).decode()


@pytest.mark.parametrize("first", [(), ("1",), ("1", "full bin")], ids=["what", "group", "story"])
def test_it_is_the_place_of_the_report(house: SmallHouse, first: tuple[str, ...]) -> None:
    say(house, *DOOR, Command("report"), *first)
    before, *_rest = say(house, "repeat")
    assert say(house, CERRO) == [THANKS, before]
    told = [*(("full bin",) if "full bin" not in first else ()), PUMP]
    assert all(WHERE not in line for line in say(house, *told))
    say(house, "skip", "skip", "no", "1")
    assert number(house, "report where area = 'cerro' and lat = -34.884 and lon = -56.256") == 1


def test_the_later_of_two_is_taken(house: SmallHouse) -> None:
    say(house, *DOOR, Command("report"), Location(-34.857, -56.216), CERRO, "full bin", PUMP)
    say(house, "skip", "skip", "no", "1")
    assert number(house, "report where area = 'cerro'") == 1


def test_it_goes_along_from_what_was_told_at_the_menu(house: SmallHouse) -> None:
    say(house, *DOOR, PUMP)
    assert say(house, CERRO) == [THANKS, "What is it?"]
    say(house, "1", "full bin", "skip", "skip", "no", "1")
    assert number(house, f"report where area = 'cerro' and text = '{PUMP}'") == 1


STORY = "What would you like to tell us? Say it in your own way."


def test_at_the_menu_it_is_the_place_of_what_is_told_then(house: SmallHouse) -> None:
    assert say(house, *DOOR, CERRO) == [THANKS, STORY]
    assert say(house, PUMP)[-1] == "What is it?"
    assert all(WHERE not in line for line in say(house, "1", "full bin"))
    say(house, "skip", "skip", "no", "1")
    assert number(house, f"report where area = 'cerro' and text = '{PUMP}'") == 1


def test_at_the_menu_it_goes_along_into_what_is_opened_without_words(house: SmallHouse) -> None:
    say(house, *DOOR, CERRO, Command("report"), "full bin")
    assert all(WHERE not in line for line in say(house, PUMP))
    say(house, "skip", "skip", "no", "1")
    assert number(house, "report where area = 'cerro' and lat = -34.884") == 1
    assert number(house, "conversation where flow = 'first words'") == 0


def test_at_the_menu_it_goes_when_it_is_cancelled_and_it_is_told_where_it_is_outside(
    house: SmallHouse,
) -> None:
    say(house, *DOOR, CERRO, Command("cancel"), Command("report"), "full bin")
    assert WHERE in " ".join(say(house, PUMP))
    say(house, Command("cancel"))
    outside, asked = say(house, FAR)
    assert outside.startswith("That place is outside Montevideo.")
    assert asked == STORY
    assert '"place"' not in stored(house)


def test_at_the_menu_of_a_country_without_a_map_it_is_told_what_to_press(
    house: SmallHouse,
) -> None:
    say(house, Command("start"), "English", "yes", country="somalia")
    told = say(house, Location(3.1138, 43.6498), country="somalia")
    assert told[0].startswith("To tell us about a problem, press")
    assert number(house, "conversation where flow = 'first words'") == 0


def test_where_no_place_can_be_told_from_it_the_place_is_asked_for_soon(
    house: SmallHouse,
) -> None:
    here = Location(3.1138, 43.6498)
    say(house, Command("start"), "English", "yes", country="somalia")
    asked = say(house, Command("report"), country="somalia")
    assert say(house, here, country="somalia") == [SOON, *asked]
    say(house, "1", "1", country="somalia")
    assert say(house, here, country="somalia")[0] == SOON, "at the story"
    named = "Please pick the area from the list, or type its name."
    say(house, "The tap is dry.", country="somalia")
    assert say(house, here, country="somalia")[0] == named, "where it is asked for"
    assert '"point": [' not in stored(house)


def test_after_an_area_was_named_it_is_its_point(house: SmallHouse) -> None:
    asked = say(house, *DOOR, Command("report"), "full bin", PUMP, "Palermo")
    assert asked == ["Which street or corner? Or what is near it?"]
    thanks, then = say(house, CERRO)
    assert thanks == THANKS
    assert then.startswith("Send a photo")
    say(house, "skip", "skip", "no", "1")
    assert number(house, "report where area = 'cerro' and lat = -34.884") == 1


def test_words_of_where_it_is_are_not_taken_away_by_one(house: SmallHouse) -> None:
    corner = "corner of Durazno"
    say(house, *DOOR, Command("report"), "full bin", PUMP, "Palermo", corner, "skip", "skip", "no")
    assert THANKS not in say(house, CERRO)
    say(house, "send it")
    assert number(house, f"report where area = 'palermo' and detail = '{corner}'") == 1


def test_a_point_is_not_changed_by_another_nor_an_area_that_may_have_none(
    house: SmallHouse,
) -> None:
    told = say(
        house, *DOOR, Command("report"), CERRO, "full bin", PUMP, Location(-34.857, -56.216)
    )
    assert THANKS not in told
    say(house, "skip", "skip", "no", "1")
    assert number(house, "report where area = 'cerro' and lat = -34.884") == 1


def test_outside_the_country_it_is_said_and_nothing_kept(house: SmallHouse) -> None:
    say(house, *DOOR, Command("report"))
    told = say(house, FAR)
    assert len(told) == 2
    assert THANKS not in told
    assert '"place"' not in stored(house)


def test_what_may_keep_no_point_keeps_the_area_alone(house: SmallHouse) -> None:
    land = house.countries["kenya"].places_by_key()
    area, centre = next((key, one.centre) for key, one in land.items() if one.centre)
    point = Location(centre.lat, centre.lon)
    say(house, Command("start"), "English", "yes", Command("report"), country="kenya")
    assert say(house, point, country="kenya")[0] == THANKS
    assert str(centre.lat) in stored(house)
    say(house, "wildlife harm", country="kenya")
    assert area in stored(house)
    assert str(centre.lat) not in stored(house)
    assert WHERE not in say(house, PUMP, country="kenya")


def test_what_is_edited_to_what_may_keep_no_point_keeps_none(house: SmallHouse) -> None:
    land = house.countries["kenya"].places_by_key()
    centre = next(one.centre for one in land.values() if one.centre)
    point = Location(centre.lat, centre.lon)
    say(house, Command("start"), "English", "yes", Command("report"), country="kenya")
    say(house, point, "fish or mangrove", PUMP, country="kenya")
    assert str(centre.lat) in stored(house)
    say(house, "back", "back", "wildlife harm", country="kenya")
    assert str(centre.lat) not in stored(house)


def test_of_who_is_under_age_an_idea_keeps_no_point() -> None:
    country = served()[0]["uruguay"]
    of_age = [Kept("of-age", "", OfAge().encode(answer)) for answer in (None, True, False)]
    assert [place_of_idea(country, [known]).exact for known in of_age] == [True, True, False]
    spoken = [of_age[0], Kept("spoken.adult", "", "no")]
    assert not place_of_idea(country, spoken).exact


@pytest.mark.parametrize("early", [True, False])
def test_who_says_afterwards_to_be_under_age_has_none_left(house: SmallHouse, early: bool) -> None:
    told = (CERRO, "1", "A square.") if early else ("1", "A square.", CERRO)
    say(house, *DOOR, Command("idea"), *told, "skip", "1", "skip", "with my name")
    assert str(CERRO.lat) in stored(house)
    assert say(house, "no")[-1] == "Please check. Is this right?"
    assert str(CERRO.lat) not in stored(house)
    say(house, "send it")
    assert number(house, "idea where area = 'cerro' and lat is null") == 1


def test_at_an_idea_it_is_kept_until_it_is_asked_for(house: SmallHouse) -> None:
    say(house, *DOOR, Command("idea"), "1")
    assert say(house, CERRO)[0] == THANKS
    assert not any("Where would it be" in line for line in say(house, "A square with games."))


@pytest.mark.parametrize(
    ("named", "kept"),
    [
        ("cerro", "area = 'cerro' and lat = -34.884"),
        ("palermo", "area = 'palermo' and lat is null"),
    ],
)
def test_a_name_beside_a_location_says_the_same_or_takes_its_place(
    house: SmallHouse, named: str, kept: str
) -> None:
    say(house, *DOOR, Command("report"), CERRO)
    assert say(house, named) == [KEPT_AHEAD.source, "What is the problem?"]
    say(house, "full bin", PUMP, *(("skip",) if named == "palermo" else ()), "skip", "skip", "no")
    say(house, "1")
    assert number(house, f"report where {kept}") == 1
