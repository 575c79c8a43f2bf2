"""Who waits for what is shared by a button of the channel: where somebody is, their number."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.domain.inbound import Album, Attachment, Contact, Location
from bot.domain.operations import Ask
from bot.flows.questions import WayToAnswer
from bot.flows.state import replace
from storage.conversations import Row

_LOCATION, _CONTACT = "location", "contact"
_SHARED = frozenset({_LOCATION, _CONTACT})


def waiting_for(threads: Threads, given: Location | Contact | Attachment | Album) -> Row | None:
    """Whoever asked for a place or a number gets it, whatever was opened in between. A number is
    an answer, too, where it is asked how to answer and a call is one of the ways."""
    match given:
        case Location():
            wanted = _LOCATION
        case Contact():
            wanted = _CONTACT
        case _:
            return None
    for row in threads.rows:
        table = threads.table(row)
        if table is not None and wanted in table.look.wants:
            return row
    if threads.rows and isinstance(given, Contact):
        table = threads.table(threads.front())
        if table is not None and isinstance(table.question, WayToAnswer) and table.question.calls:
            return threads.front()
    return None


def renew(threads: Threads) -> None:
    """Whoever waits for what is shared asks for it as anew, once another language is spoken: the
    channel's button says what it said for as long as the question is the same one."""
    for row in threads.rows:
        table, state = threads.table(row), threads.state(row)
        if table is None or state.asked is None or _SHARED.isdisjoint(table.look.wants):
            continue
        last = threads.said[-1] if threads.said else None
        if isinstance(last, Ask) and last.conversation == row.id:
            threads.said.pop()  # What follows shows it again.
        asked = replace(state.asked, serial=state.serial + 1)
        threads.put_beside(row, replace(state, asked=asked, serial=asked.serial))
