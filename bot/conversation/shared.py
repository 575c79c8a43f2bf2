"""Who waits for what is shared by a button of the channel: where somebody is, their number."""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.domain.inbound import Album, Attachment, Contact, Location
from bot.flows.questions import WayToAnswer
from storage.conversations import Row


def waiting_for(threads: Threads, given: Location | Contact | Attachment | Album) -> Row | None:
    """Whoever asked for a place or a number gets it, whatever was opened in between. A number is
    an answer, too, where it is asked how to answer and a call is one of the ways."""
    match given:
        case Location():
            wanted = "location"
        case Contact():
            wanted = "contact"
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
