"""What residents write to the house of a country, as they write it on cheap phones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.houses import SmallHouse, small_house
from tests.player import Player


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def at_the_menu(house: SmallHouse, country: str, language: str) -> Player:
    player = Player(house, country, language)
    player.play([{"say": "/start"}, {"press": language}, {"press": "yes"}])
    return player


def test_before_consent_no_menu_and_no_person_is_offered(house: SmallHouse) -> None:
    """Neither is there yet: a press on them was met with the same question once more."""
    player = Player(house, "uruguay", "es")
    player.play([{"say": "/start"}, {"press": "es"}])
    player.play([{"say": "hmm"}] * 4)
    assert [button.key for button in player.asked["ana"].controls] == ["!back"]


def test_who_says_ok_to_the_question_for_a_story_tells_it_then(house: SmallHouse) -> None:
    player = at_the_menu(house, "kenya", "sw")
    player.play([
        {"say": "ripoti"}, {"press": "something_else"}, {"say": "sawa"},
        {"see": ["Please type it, or send your voice."]},
        {"say": "Bomba limepasuka sokoni."},
        {"see": ["Where is it? Send your location, or pick your sub-county."]},
    ])  # fmt: skip
