"""An idea that was joined with another one while somebody read it."""

from __future__ import annotations

from bot.domain.ideas import IdeaStatus
from bot.domain.messages import Message, Verbatim
from bot.domain.operations import Tell
from bot.services.idea_moderation import IdeaChange, change_idea
from storage import ideas
from tests.conversation.test_after_stop import IDEA, arrive
from tests.houses import SmallHouse
from tests.player import Player

JOINED = "{code} is about the same as {other}, so both go on as {other}."
OTHER = "Worms for what the kitchen leaves"


def test_who_presses_support_on_it_reads_which_one_it_became(house: SmallHouse) -> None:
    player = Player(house, "uruguay", "en")
    arrive(player, "ana")
    player.play([*IDEA, {"idea": "published"}])
    [first] = house.database.write_now(ideas.list_ideas)
    arrive(player, "caro")
    player.play([{**turn, "say": OTHER} if "bin" in turn["say"] else turn for turn in IDEA])
    both = house.database.write_now(ideas.list_ideas)
    [newest] = [idea for idea in both if idea.code != first.code]
    house.database.write_now(
        change_idea, house.outside, "organiser", newest.code, IdeaChange(IdeaStatus.PUBLISHED)
    )
    arrive(player, "beto")
    player.play([{"say": "/ideas"}, {"press": "new"}, {"press": first.code}])
    merged = IdeaChange(IdeaStatus.MERGED, merged_into=newest.code)
    house.database.write_now(change_idea, house.outside, "organiser", first.code, merged)
    player.play([{"press": "back"}, {"see": [JOINED, "{n} person supports this idea."]}])
    [line] = [line for line in told(player) if line.source == JOINED]
    assert dict(line.values) == {"code": Verbatim(first.code), "other": Verbatim(newest.code)}
    player.play([{"press": "back"}])
    line = told(player)[0]
    assert line.source == "Thank you. We added you to {code} and will send you its news."
    assert dict(line.values) == {"code": Verbatim(newest.code)}
    player.play([{"say": first.code}, {"see": [JOINED, "Status: {status}."]}])


def told(player: Player) -> list[Message]:
    return [said.line for said in player.heard if isinstance(said, Tell)]
