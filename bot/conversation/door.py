"""What commands come to at the door, where nothing is agreed to yet."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.flows.engine import BACK, Control
from bot.flows.questions.agreement import MORE, Consent
from bot.flows.questions.asked import Pressed
from storage.conversations import Row

EXPLAINED = frozenset({"privacy", "who", "help"})
"""Words of who would know more before agreeing."""


def take_command(threads: Threads, row: Row, name: str) -> None:
    """Back, or what the question of consent tells of itself; all others ask it again."""
    table = threads.table(row)
    if name == "back":
        threads.deliver(row, Control(BACK))
    elif name in EXPLAINED and table is not None and isinstance(table.question, Consent):
        threads.deliver(row, Pressed(MORE))
    else:
        threads.show(row)
