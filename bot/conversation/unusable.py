"""What came and cannot be taken: said why, and whatever words stand under it are."""

from __future__ import annotations

from collections.abc import Iterable

from bot.conversation import files
from bot.conversation.captions import take_words
from bot.conversation.threads import Threads
from bot.conversation.words import why_unusable
from bot.domain.inbound import Unusable
from bot.flows import FLOWS
from storage.conversations import Row


def refuse(threads: Threads, unusable: Unusable) -> None:
    """Say why, and ask again."""
    row = threads.front()
    _note(threads, unusable, row)
    threads.tell(why_unusable(unusable.reason, unusable.kind))
    if not take_words(threads, row, unusable.caption):
        threads.show(row)


def refuse_beside(threads: Threads, unusable: Iterable[Unusable]) -> None:
    """What else came with an album: each reason once, above the rest."""
    row = threads.front()
    told: set[str] = set()
    for item in unusable:
        _note(threads, item, row)
        if item.reason not in told:
            threads.tell(why_unusable(item.reason, item.kind), at=len(told))
            told.add(item.reason)
        take_words(threads, threads.front(), item.caption, asked=True)


def _note(threads: Threads, unusable: Unusable, row: Row) -> None:
    if unusable.kind and FLOWS[row.flow].lasting:
        files.note_unusable(threads.actor, unusable, row.id)
