"""What the chat asks and tells of votes that are over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.facts import Fresh
from bot.domain.votes import Barrier, VoteLine


@dataclass(frozen=True, slots=True)
class PastVotes(Fresh[tuple[VoteLine, ...]]):
    """The last votes of the country that have a published result, the newest first."""

    def subject(self) -> Any:
        return "past votes"


@dataclass(frozen=True, slots=True)
class TellWhyNot:
    """End of the vote flow for who may not vote (any more). Of a vote that is over its result is
    told."""

    code: str
    barrier: Barrier
