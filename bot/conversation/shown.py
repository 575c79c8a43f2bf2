"""What a turn of the engine says, as operations; with its conversation's lock, if it has one."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.messages import Message
from bot.domain.operations import Ask, Operation, Tell, with_lock
from bot.flows.engine import OnTable
from bot.flows.replay import Line


def lines(told: Iterable[Line], lock: str) -> list[Operation]:
    """What is told before a question."""
    return [with_lock(_line(line), lock) for line in told]


def _line(line: Line) -> Operation:
    match line.message:
        case Message() as message:
            return Tell(message, line.fleeting, link=line.page)
        case words:
            return words


def ask(conversation: str, table: OnTable, lock: str) -> Operation:
    """The question on the table."""
    question, look = table.question, table.look
    asked = Ask(
        conversation,
        table.serial,
        look.line,
        look.buttons,
        table.controls,
        look.wants,
        look.summary,
        question.fleeting,
    )
    return with_lock(asked, lock)
