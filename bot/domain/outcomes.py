"""What becomes of what somebody wants: of a command that a conversation ended with, and of what an
organiser asks for."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.messages import Message
from bot.domain.operations import Operation
from bot.domain.residents import OpenFlow


@dataclass(frozen=True, slots=True)
class Done:
    """It was done. `lines` are told, then the conversation goes on with `then` or the menu."""

    lines: tuple[Message | Operation, ...] = ()
    then: OpenFlow | None = None
    gone: bool = False
    """The resident is no more: nothing goes on."""
    report: str = ""
    """The id of the report that came of it, or that it was added to."""
    idea: str = ""
    """The id of the idea that came of it, or that was commented."""
    comment: int | None = None
    """The number of the comment that came of it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It could not be done any more; the conversation goes on at question `reopen`,
    or where the fact of that key leads to once it is looked up again."""

    line: Message
    reopen: str


Outcome = Done | Refused


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Why not, in words for the organiser."""

    why: str
