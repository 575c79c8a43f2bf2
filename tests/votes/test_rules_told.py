"""What residents are told before a vote of how it is decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.vote_rules import deciding_lines
from bot.services.vote_notice import notice_of
from tests.houses import served
from tests.votes.elections import made_up

MONEY = {"pot": Decimal(10), "currency": "UYU", "method": "greedy-skip", "tie": "cheapest"}


@pytest.mark.parametrize(
    ("vote", "told"),
    [
        (
            {},
            [
                "The one with the most votes wins.",
                "If votes are equal, the order on the vote's page decides.",
            ],
        ),
        (
            {"seats": 2, "least": 10, "tie": "lot:plaza: 2027"},
            [
                "The 2 with the most votes win.",
                "To win, 10 votes are needed.",
                "If votes are equal, we draw lots. The draw uses: plaza: 2027",
            ],
        ),
        (MONEY, ["If votes are equal, the cheapest comes first."]),
    ],
)
def test_who_wins_and_what_breaks_a_tie_is_told(vote: dict[str, Any], told: list[str]) -> None:
    _countries, speeches = served()
    lines = [line for _key, line in deciding_lines(made_up(**vote))]
    assert list(speeches["uruguay"].texts(lines, "en")) == told


def test_the_page_of_a_vote_tells_it_before_the_first_ballot() -> None:
    _countries, speeches = served()
    vote = made_up(tie="lot:plaza-2027")
    notice = notice_of(vote, speeches["uruguay"], "es", vote.opens)
    assert "Si hay empate, se sortea. El sorteo sale de: plaza-2027" in notice.lines
    assert "Gana la más votada." in notice.lines
