"""Who tells something at the menu: it is kept, and asked what it is."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.conversation.words import UNSENT
from bot.domain.inbound import Album, Attachment, utf16_units
from bot.domain.messages import _
from bot.flows.first_words import FIRST_WORDS
from bot.flows.questions.asked import Typed
from bot.flows.questions.words import LEAST_AHEAD, tells_something
from storage import media

A_SENTENCE = 3
"""So many words are somebody telling something, however short they are."""


def tells(words: str) -> bool:
    """Whether somebody tells something, and names no button."""
    return tells_something(words) and (
        len(words.split()) >= A_SENTENCE or utf16_units(words) >= LEAST_AHEAD
    )


def keep(threads: Threads, given: Typed | Attachment | Album) -> None:
    """Ask what it is that was told at the menu. A draft that waits is not begun anew."""
    if any(threads.find(flow) for flow in UNSENT):
        refuse(threads)
        return
    menu = threads.front()
    threads.open(FIRST_WORDS)
    threads.said.pop()
    told = threads.front()
    if not isinstance(given, Typed):
        media.move_draft_media(threads.connection, menu.id, told.id)
    threads.deliver(told, given)


def refuse(threads: Threads) -> None:
    """Say what to do first, since nothing is kept of what was given."""
    threads.tell(_("To tell us of a problem, press “Report a problem” first."))
    threads.show(threads.front())
