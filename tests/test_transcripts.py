"""Every transcript, played over the real house; and no flow without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain.country import Country
from bot.flows import FLOWS
from tests.houses import served, small_house
from tests.player import Impossible, Player, read_transcript

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.json"))
assert TRANSCRIPTS, "no transcripts found; was the folder moved?"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_goes_as_it_is_written(path: Path, tmp_path: Path) -> None:
    transcript = read_transcript(path)
    for house in small_house(tmp_path):
        player = Player(house, transcript["country"], transcript["language"])
        player.play(transcript["turns"])


def test_every_flow_has_a_transcript() -> None:
    proved = {flow for path in TRANSCRIPTS for flow in read_transcript(path)["flows"]}
    assert FLOWS.keys() - proved == set()


SPOKEN = [
    (country.key, language) for country in served()[0].values() for language in country.languages
]


@pytest.mark.parametrize("way", ["pressing", "numbers"])
@pytest.mark.parametrize("flow", ["report", "idea", "vote"])
@pytest.mark.parametrize(("country", "language"), SPOKEN)
def test_a_flow_is_gone_through_to_its_end_in_every_language(
    country: str, language: str, flow: str, way: str
) -> None:
    transcript = read_transcript(FOLDER / f"{flow}-{way}-{country}-{language}.json")
    assert (transcript["country"], transcript["language"]) == (country, language)
    assert flow in transcript["flows"]


@pytest.mark.parametrize(("country", "language"), SPOKEN)
def test_who_says_no_at_the_door_hears_a_goodbye_and_leaves_no_trace(
    country: str, language: str, tmp_path: Path
) -> None:
    for house in small_house(tmp_path):
        for who, turns in no_at_the_door(house.countries[country], language).items():
            Player(house, country, language, who).play(turns)


def no_at_the_door(country: Country, language: str) -> dict[str, list[dict[str, Any]]]:
    """What two people do, one by pressing and one by numbers; neither leaves anything."""
    ways = {
        "ana": ({"press": language}, {"press": "no"}),
        "beto": ({"say": f"{{number of {language}}}"}, {"say": "{number of no}"}),
    }
    return {
        who: [
            {"as": who},
            {"say": "/start"},
            chooses,
            {"see": [country.consent.question.source]},
            refuses,
            {"see": ["That is fine. We keep nothing. Goodbye!"]},
            {"wait": 25},
            *({"rows": [f"select count(*) from {table}", 0]} for table in KEPT_OF_NOBODY),
        ]
        for who, (chooses, refuses) in ways.items()
    }


KEPT_OF_NOBODY = ("resident", "profile", "address", "conversation", "consent", "interaction")
"""Tables that hold nothing of who said no."""


def test_a_transcript_that_does_what_cannot_happen_is_refused(tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        player = Player(house, "uruguay", "en")
        with pytest.raises(Impossible, match="no button"):
            player.play([{"say": "/start"}, {"press": "send"}])
        with pytest.raises(Impossible, match="no such turn"):
            player.play([{"dance": 1}])
        with pytest.raises(AssertionError, match="did not come"):
            player.play([{"say": "/start"}, {"see": ["What is the problem?"]}])
