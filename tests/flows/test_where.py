"""Where something is: a point within outlines, on an edge or outside, and names that are equal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.inbound import Attachment, Location
from bot.domain.messages import Message, Name
from bot.domain.places import Place, Point, Spot
from bot.flows.questions import Where
from bot.flows.questions.asked import Answer, Given, Pressed, Reading, Typed, Unclear, Under
from tests.flows.made_up import OneLanguage

READER = OneLanguage()
OUTSIDE = Message("That is outside.")


def square(key: str, name: str, west: float, parent: str = "") -> Place:
    """An area of about 111 m by 111 m on the equator, from `west` (in thousandths of a degree)."""
    low, high = west / 1000, (west + 1) / 1000
    ring = (Point(0, low), Point(0, high), Point(0.001, high), Point(0.001, low))
    return Place(key, Name(name), parent, centre=Point(0.0005, low + 0.0005), outline=(ring,))


PLACES = (
    Place(
        "town",
        Name("Town"),
        children=(
            replace(square("old", "Old Town", 0, "town"), aliases=("the old one", "Centro")),
            square("spring", "Spring", 1, "town"),
        ),
    ),
    Place("hills", Name("Hills"), children=(square("spring-hills", "Spring", 2, "hills"),)),
    Place("both", Name("Lake"), children=(square("lake", "Lake", 3, "both"),)),
)


def where(**more: Any) -> Where:
    return Where("k", Message("Where?"), PLACES, outside=OUTSIDE, reach_m=3000, **more)


def read(question: Where, given: Given | str, partial: Any = None) -> Reading:
    shown = tuple(button.key for button in question.look(partial, (), READER).buttons)
    said = Typed(given) if isinstance(given, str) else given
    return question.read(said, shown, partial, READER)


def spot(question: Where, given: Given | str, partial: Any = None) -> Spot:
    reading = read(question, given, partial)
    assert isinstance(reading, Answer), reading
    return question.decode(reading.value)


def test_a_point_within_an_area_is_there() -> None:
    assert spot(where(), Location(0.0005, 0.0005)) == Spot("old", Point(0.0005, 0.0005))


def test_a_point_is_not_kept_where_none_may_be() -> None:
    assert spot(where(exact=False), Location(0.0005, 0.0005)) == Spot("old")


def test_a_point_near_an_edge_asks_which_side_and_keeps_the_point() -> None:
    reading = read(where(), Location(0.0005, 0.0009))
    assert reading == Under(["near", 0.0005, 0.0009, ["old", "spring"]])
    look = where().look(reading.partial, (), READER)
    assert "close to a border" in look.line.source
    labels = [item.label.text for item in look.buttons if isinstance(item.label, Name)]
    assert labels == ["Old Town, Town", "Spring, Town"]
    for given in (Pressed("spring"), "2", "Spring, Town", "spring town"):
        assert spot(where(), given, reading.partial) == Spot("spring", Point(0.0005, 0.0009))


def test_near_an_edge_a_point_that_may_not_be_kept_is_in_no_draft_either() -> None:
    question = where(exact=False)
    reading = read(question, Location(0.0005, 0.0009))
    assert reading == Under(["side", ["old", "spring"]])
    assert "close to a border" in question.look(reading.partial, (), READER).line.source
    assert spot(question, Pressed("spring"), reading.partial) == Spot("spring")


def test_where_no_point_may_be_kept_nobody_is_asked_for_one() -> None:
    question = where(exact=False)
    for given in ("somewhere", Attachment("photo", "n", "t", 1), Location(91, 0)):
        unclear = read(question, given)
        assert isinstance(unclear, Unclear)
        assert "location" not in unclear.line.source


def test_a_point_says_nothing_where_areas_have_no_position() -> None:
    places = (Place("a", Name("A")), Place("b", Name("B")))
    question = Where("k", Message("Where?"), places, outside=OUTSIDE, reach_m=3000, exact=False)
    unclear = read(question, Location(0.0005, 0.0005))
    assert isinstance(unclear, Unclear)
    assert unclear.line.source == "Please pick the area from the list, or type its name."


def test_another_place_can_be_named_at_the_edge_and_the_point_is_left() -> None:
    partial = ["near", 0.0005, 0.0009, ["old", "spring"]]
    assert spot(where(), Pressed("lake"), partial) == Spot("lake")
    assert spot(where(), "centro", partial) == Spot("old")
    assert read(where(), Pressed("hills"), partial) == Under(["group", "hills"])
    unclear = read(where(), "3", partial)
    assert isinstance(unclear, Unclear)
    assert unclear.line.values == (("count", 2),)


def test_a_new_location_at_the_edge_takes_the_place_of_the_old_one() -> None:
    partial = ["near", 0.0005, 0.0009, ["old", "spring"]]
    assert spot(where(), Location(0.0005, 0.0035), partial).area == "lake"


@pytest.mark.parametrize("point", [Location(9, 9), Location(-0.01, 0.0005)])
def test_a_point_outside_is_told_and_asked_again(point: Location) -> None:
    assert read(where(), point) == Under(None, (OUTSIDE,))


@pytest.mark.parametrize("given", [Pressed("elsewhere"), "not in the list", "4"])
def test_what_is_not_in_the_list_is_outside(given: Given | str) -> None:
    assert read(where(), given) == Under(None, (OUTSIDE,))


@pytest.mark.parametrize(
    "point", [Location(91, 0), Location(float("nan"), 0), Location(0, float("inf"))]
)
def test_what_is_no_point_on_the_earth_is_not_taken(point: Location) -> None:
    assert isinstance(read(where(), point), Unclear)


@pytest.mark.parametrize("words", ["Old Town", "old town", "the old one", "CENTRO", "old twon"])
def test_a_place_is_typed_by_its_name_or_what_people_call_it(words: str) -> None:
    assert spot(where(), words) == Spot("old")


def test_equal_names_are_offered_with_what_they_lie_in() -> None:
    reading = read(where(), "spring")
    assert reading == Under(["which", ["spring", "spring-hills"]])
    look = where().look(reading.partial, (), READER)
    assert look.line.source == "Which one do you mean?"
    labels = [item.label.text for item in look.buttons if isinstance(item.label, Name)]
    assert labels == ["Spring, Town", "Spring, Hills"]


@pytest.mark.parametrize(
    "given", ["2", Pressed("spring-hills"), "Spring, Hills", "spring hills", "SPRING HILS"]
)
def test_an_equal_name_is_chosen_as_it_was_printed(given: Given | str) -> None:
    assert spot(where(), given, ["which", ["spring", "spring-hills"]]) == Spot("spring-hills")


def test_the_bare_name_again_asks_again_and_another_place_is_taken() -> None:
    partial = ["which", ["spring", "spring-hills"]]
    assert read(where(), "spring", partial) == Under(partial)
    assert spot(where(), "old town", partial) == Spot("old")


def test_a_group_of_the_same_name_as_its_member_opens() -> None:
    assert read(where(), "lake") == Under(["group", "both"])
    assert spot(where(), "lake", ["group", "both"]) == Spot("lake")
    partial = ["which", ["both", "lake"]]
    assert read(where(), Pressed("both"), partial) == Under(["group", "both"])
    assert spot(where(), Pressed("lake"), partial) == Spot("lake")


def test_a_name_as_printed_is_no_control_word() -> None:
    partial = ["which", ["spring", "spring-hills"]]
    shown = ("spring", "spring-hills")
    assert where().takes("Spring, Hills", shown, partial, READER) == "spring-hills"


@pytest.mark.parametrize(
    "partial",
    [["near", 0.0, 0.0, ["gone"]], ["side", ["gone"]], ["which", ["gone"]], ["group", "gone"]],
)
def test_places_that_are_gone_are_not_offered_any_more(partial: Any) -> None:
    keys = [button.key for button in where().look(partial, (), READER).buttons]
    assert keys == ["town", "hills", "both", "elsewhere"]
    assert spot(where(), "old town", partial) == Spot("old")


@pytest.mark.parametrize("given", ["somewhere", Attachment("photo", "n", "t", 1)])
def test_what_is_no_place_is_told_what_would_be(given: Given | str) -> None:
    reading = read(where(), given)
    assert isinstance(reading, Unclear)
    assert "location" in reading.line.source


@pytest.mark.parametrize("value", [None, {}, {"area": "gone", "point": None}, {"area": "old"}])
def test_a_stored_place_that_is_gone_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not a place"):
        where().decode(value)


def test_a_stored_place_that_has_become_a_group_is_refused() -> None:
    with pytest.raises(ValueError, match="group"):
        where().decode({"area": "town", "point": None})


def test_a_place_stands_within_its_parent_with_the_comma_of_its_letters() -> None:
    spring = Place("spring", Name("Spring", (("ar", "النبع"),)), parent="hills")
    hills = Place("hills", Name("Hills", (("ar", "التلال"),)), children=(spring,))
    question = Where("k", Message("Where?"), (hills,), outside=OUTSIDE, reach_m=3000)
    told = question.tell({"area": "spring", "point": None})
    assert told == Name("Spring, Hills", (("ar", "النبع، التلال"),))


def test_a_point_that_came_ahead_near_a_border_is_asked_about_when_its_turn_comes() -> None:
    near = Location(0.0005, 0.00099)
    found = where().read_ahead(near)
    assert isinstance(found, Answer)
    with pytest.raises(ValueError, match="not a place"):
        where().decode(found.value)
    reading = read(where(), near)
    assert isinstance(reading, Under)
    assert where().resume(found.value) == reading.partial
    side = read(where(exact=False), near)
    assert isinstance(side, Under)
    coarse = where(exact=False).pared(found.value)
    assert where(exact=False).resume(coarse) == side.partial


def test_no_more_of_a_place_stays_than_may_be_kept() -> None:
    exact = {"area": "old", "point": [0.0005, 0.0005]}
    assert where().pared(exact) == exact
    assert where(exact=False).pared(exact) == {"area": "old", "point": None}
    assert where(exact=False).pared({"area": "old", "point": None}) == {
        "area": "old",
        "point": None,
    }
