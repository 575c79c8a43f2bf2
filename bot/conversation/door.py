"""What commands come to at the door, where nothing is agreed to yet."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.domain.inbound import Attachment, Input
from bot.flows.engine import BACK, Control
from bot.flows.questions.agreement import MORE, Consent
from bot.flows.questions.asked import Pressed
from bot.flows.state import replace
from storage.conversations import Row

EXPLAINED = frozenset({"privacy", "who", "help"})
"""Words of who would know more before agreeing."""


def greet(threads: Threads, payload: str, said: Input) -> None:
    """Begin with somebody who has said something."""
    threads.start(payload)
    _note_album(threads, said)


def ask_again(threads: Threads, row: Row, said: Input) -> None:
    """Ask once more after what answers nothing there: once for an album, of which each photo
    comes by itself and none is kept."""
    mark = _mark(said)
    if not mark or threads.state(row).missed != mark:
        threads.show(row)
        _note_album(threads, said)


def _note_album(threads: Threads, said: Input) -> None:
    row = threads.find("welcome")
    if row is not None and (mark := _mark(said)):
        place = len(threads.said)
        threads.put_beside(row, replace(threads.state(row), missed=mark))
        del threads.said[place:]


def _mark(said: Input) -> str:
    return f"album {said.album}" if isinstance(said, Attachment) and said.album else ""


def take_command(threads: Threads, row: Row, name: str) -> None:
    """Back, or what the question of consent tells of itself; all others ask it again."""
    table = threads.table(row)
    if name == "back":
        threads.deliver(row, Control(BACK))
    elif name in EXPLAINED and table is not None and isinstance(table.question, Consent):
        threads.deliver(row, Pressed(MORE))
    else:
        threads.show(row)
