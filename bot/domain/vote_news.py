"""What the chat asks and tells of votes that are over, or not open yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.facts import Fresh
from bot.domain.votes import Barrier, Vote, VoteLine


@dataclass(frozen=True, slots=True)
class PastVotes(Fresh[tuple[VoteLine, ...]]):
    """The last votes of the country that have a published result, the newest first."""

    def subject(self) -> Any:
        return "past votes"


@dataclass(frozen=True, slots=True)
class NextVote(Fresh[Vote | None]):
    """The vote of the country that opens next; None where none is announced."""

    def subject(self) -> Any:
        return "next vote"


@dataclass(frozen=True, slots=True)
class TellWhyNot:
    """End of the vote flow for who may not vote (any more). Of a vote that is over its result is
    told."""

    code: str
    barrier: Barrier
