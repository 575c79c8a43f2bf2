"""People tell in several messages: what comes after the story is kept, and the question stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.inbound import Text
from tests.conversation.test_turns import DOOR, heard, lines
from tests.houses import SmallHouse, open_house
from tests.postgres import SQLITE

BIN = "It has been full since Monday."
MORE = "and it smells very bad"
ADDED = "Thank you, we have added that to what you told us."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, SQLITE) as house:
        house.take(*DOOR)
        yield house


def say(house: SmallHouse, *given: str) -> list[str]:
    """The lines that come back to the last of them."""
    for words in given:
        heard(house)
        house.take(Text(words))
    return lines(heard(house))


@pytest.mark.parametrize(
    ("before", "after", "hint"),
    [
        ((), ("Palermo", "skip", "skip", "skip", "no"), "We do not know that place."),
        (("Palermo", "skip", "skip"), ("skip", "no"), "Please choose a number"),
        (("Palermo", "skip", "skip", "skip"), ("no",), "Please choose a number"),
    ],
)
def test_a_sentence_that_is_no_answer_is_more_of_the_story(
    house: SmallHouse, before: tuple[str, ...], after: tuple[str, ...], hint: str
) -> None:
    *_lines, asked = say(house, "report", "full bin", BIN, *before)
    added, told, again = say(house, MORE)
    assert (added, again) == (ADDED, asked)
    assert told.startswith(hint)
    say(house, *after, "send it")
    filed = f"select count(*) from report where text = '{BIN}\n{MORE}'"
    assert house.count(filed) == 1


def test_who_is_still_not_understood_is_offered_a_person(house: SmallHouse) -> None:
    say(house, "report", "full bin", BIN, *[MORE] * 2)
    house.take(Text(MORE))
    asked = [item for item in heard(house) if getattr(item, "controls", ())][-1]
    assert "!person" in [button.key for button in getattr(asked, "controls", ())]


def test_a_few_words_are_no_story_and_ideas_are_told_in_one_place(house: SmallHouse) -> None:
    say(house, "report", "full bin", BIN)
    assert ADDED not in say(house, "Xqzw vb")
    say(house, "cancel", "idea", "1", "A tree for each street of the town.")
    assert ADDED not in say(house, "in the garden of my own house")
