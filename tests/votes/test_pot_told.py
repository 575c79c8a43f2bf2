"""What goes over the pot is told where it is chosen, with what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.country import Country
from bot.domain.messages import Message, Money
from bot.domain.votes import Barrier, MayVote, OwnBallot, TheVote, Vote
from bot.flows.vote import vote
from tests.flows.chats import Chat
from tests.flows.made_up import CountingWorld
from tests.votes.elections import made_up, option

OVER = "That costs {cost}, and {left} is left. To take one off that you chose, press it again."
TOGETHER = "Together that costs {cost}, and there is {left}. Please choose less."


def chat(monkeypatch: pytest.MonkeyPatch, within: bool = True) -> Chat:
    """At the choices of a vote with a pot of 1,000."""
    asked = made_up(pot=Decimal(1000), currency="UYU", within_pot=within)
    options = (option("bench", "600"), option("trees", "500"), option("lamps", "400"))
    asked = replace(asked, options=options)

    def look_up(_world: CountingWorld, fact: Any) -> Vote | Barrier | tuple[str, ...] | None:
        match fact:
            case TheVote():
                return asked
            case MayVote() | OwnBallot():
                return None
            case _:
                raise TypeError(fact)

    async def flow(country: Country) -> Any:
        return await vote(country, "code")

    monkeypatch.setattr(CountingWorld, "look_up", look_up)
    return Chat(flow)


def told(chat: Chat) -> list[Any]:
    """The lines of money that came back, with their sums."""
    found = []
    for line in chat.turn.lines:
        assert isinstance(line.message, Message)
        sums = [value.amount for _name, value in line.message.values if isinstance(value, Money)]
        if len(sums) > 1:
            found.append((line.message.source, *sums))
    return found


def ticked(chat: Chat) -> list[str]:
    assert chat.turn.table is not None
    return [button.key for button in chat.turn.table.look.buttons if button.ticked]


def test_one_too_dear_is_not_ticked_and_what_is_left_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voting = chat(monkeypatch)
    voting("Option bench", "Option trees")
    assert told(voting) == [(OVER, Decimal(500), Decimal(400))]
    assert ticked(voting) == ["bench"]
    voting("Option lamps")
    assert told(voting) == []
    assert ticked(voting) == ["bench", "lamps"], "exactly the pot fits"


def test_another_fits_once_one_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    voting = chat(monkeypatch)
    voting("Option bench", "Option trees", "Option bench", "Option trees")
    assert (told(voting), ticked(voting)) == ([], ["trees"])


def test_several_at_once_are_refused_together(monkeypatch: pytest.MonkeyPatch) -> None:
    voting = chat(monkeypatch)
    voting("1, 2")
    assert told(voting) == [(TOGETHER, Decimal(1100), Decimal(1000))]
    assert ticked(voting) == []


def test_where_one_may_choose_more_than_there_is_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voting = chat(monkeypatch, within=False)
    voting("Option bench", "Option trees")
    assert (told(voting), ticked(voting)) == ([], ["bench", "trees"])
