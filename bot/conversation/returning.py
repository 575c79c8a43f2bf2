"""What we begin to ask, where it would not arrive or not suit just now: it waits behind the rest.

Who blocked us is asked once when they come back; who is telling something, after that.
"""

from __future__ import annotations

from bot.conversation.threads import Threads
from bot.domain.reports import Status
from bot.flows.first_words import FIRST_WORDS
from bot.flows.state import State, dump_state
from storage import conversations, outbox, reports
from storage.conversations import Row

OURS = "fixed"
"""The one flow that we begin."""


def is_amid(threads: Threads) -> bool:
    """Whether they have told what would be lost if anything else began."""
    return threads.find(FIRST_WORDS) is not None


def put_aside(threads: Threads, code: str) -> None:
    """Keep the question whether a report is done, behind everything else."""
    before = threads.find(OURS, code)
    serial = 0 if before is None else threads.state(before).serial
    id = threads.actor.outside.new_id() if before is None else before.id
    row = Row(id, OURS, code, dump_state(State(OURS, code, serial=serial)), 0)
    person, now = threads.actor.person, threads.actor.outside.clock()
    conversations.put_conversation(threads.connection, person.resident_id, row, now)


def put_all_aside(threads: Threads) -> None:
    """What we asked may not have arrived: nothing that is said now answers it."""
    for row in threads.rows:
        if row.flow == OURS:
            put_aside(threads, row.subject)


def ask_owed(threads: Threads) -> None:
    """Ask what waits, as far as it is still to be asked."""
    for row in [row for row in threads.rows if row.flow == OURS]:
        report = reports.find_report(threads.connection, row.subject)
        if report is None or report.status is not Status.DONE:
            conversations.drop_conversation(threads.connection, row.id)
            threads.rows.remove(row)
        elif not is_amid(threads):
            threads.open(OURS, row.subject)
    threads.owe(outbox.NEWS)
