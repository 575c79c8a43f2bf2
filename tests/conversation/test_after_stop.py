"""Who wrote STOP may go on telling, and is promised no news that will not come."""

from __future__ import annotations

from typing import Any

from bot.domain.operations import Tell
from tests.houses import SmallHouse
from tests.player import Player

NO_NEWS = "We send you no news until you write “start”."
ASK = "We will not write to you. Send the number from {day} on to see what happened with it."

Turns = list[dict[str, Any]]


def said(*words: str) -> Turns:
    return [{"say": item} for item in words]


REPORT = said("/report", "full bin", "It is full", "Palermo", "skip", "skip", "2", "no", "send it")
SAME = said("/report", "full bin", "It is full", "Palermo", "skip", "the same")
IDEA = said("/idea", "compost", "A bin in every square", "Palermo", "skip", "1", "skip", "1", "1")
SHOWN: Turns = [{"say": "/ideas"}, {"press": "new"}, {"press": "{idea}"}]


def arrive(player: Player, who: str, *more: str) -> None:
    player.play([{"as": who}, {"say": "/start"}, {"press": "en"}, {"press": "yes"}, *said(*more)])


def test_a_report_and_a_back_of_one(house: SmallHouse) -> None:
    player = Player(house, "uruguay", "en")
    arrive(player, "ana", "stop")
    player.play(REPORT)
    player.play([
        {"see": [ASK, NO_NEWS]},
    ])  # fmt: skip
    arrive(player, "beto", "stop")
    player.play(SAME)
    player.play([
        {"see": ["Thank you. We added you to {code}. Send that number any time for its news."]},
        {"see": [NO_NEWS]},
    ])  # fmt: skip


def test_an_idea_and_a_follow_of_one_until_start(house: SmallHouse) -> None:
    player = Player(house, "uruguay", "en")
    arrive(player, "ana", "stop")
    player.play(IDEA)
    player.play([{"see": [NO_NEWS]}, {"idea": "published"}])
    arrive(player, "beto", "stop")
    player.play([
        *SHOWN,
        {"press": "follow"}, {"see": ["You get the news of {code} from now on.", NO_NEWS]},
        {"press": "unfollow"}, {"see": ["You get no more news of {code}."]},
    ])  # fmt: skip
    assert not _told(player, NO_NEWS)
    player.play([*said("start"), *SHOWN, {"press": "back"}])
    player.play([{"see": ["Thank you. We added you to {code} and will send you its news."]}])
    assert not _told(player, NO_NEWS)


def _told(player: Player, source: str) -> bool:
    return any(
        isinstance(operation, Tell) and operation.line.source == source
        for operation in player.heard
    )
