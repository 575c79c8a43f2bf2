"""What falls due: who never agreed is erased, what nobody confirmed is closed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.domain.messages import Verbatim, _
from bot.domain.outside import Outside
from bot.domain.reports import Status
from bot.domain.residents import PRIVATE_OPEN
from bot.services import announcements, idea_moderation, ideas, moderation
from bot.services.news import hold_at_once, tell_all
from bot.services.reports import TAKEN_BACK, UNCONFIRMED
from bot.services.residents import CLEAN_FILES, FAREWELL, LEFT_OPEN, NO_CONSENT
from bot.services.vote_course import END_VOTES, RESULT_LATE, VOTE_CLOSES, note_late
from storage import (
    addresses,
    backers,
    conversations,
    due,
    facts,
    later,
    outbox,
    reports,
    residents,
    tellings,
)
from storage.database import Connection
from storage.errors import is_away
from storage.later import apart
from storage.tellings import TELL

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(hours=1)
"""What fell due and could not be done is due again so much later."""


def do_due(connection: Connection, outside: Outside) -> int:
    """Do what is due, each once. How much was due; call again until it is nothing.

    What fails is put off by `AGAIN_AFTER`, and holds up no other. After a restore nothing is due,
    until `resume`: it may have been done before.
    """
    if facts.restored(connection) is not None:
        return 0
    return _do_due(connection, outside)


def _do_due(connection: Connection, outside: Outside) -> int:
    found = due.find(connection, outside.clock(), _ACTS)
    for kind, subject in found:
        try:
            with apart(connection):
                _ACTS[kind](connection, outside, subject)
                due.drop(connection, kind, subject)
                if kind in {NO_CONSENT, FAREWELL, LEFT_OPEN}:
                    later.kick(connection, CLEAN_FILES, dedupe=CLEAN_FILES)
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("“%s” fell due and could not be done", kind)
            due.put(connection, kind, subject, outside.clock() + AGAIN_AFTER)
    return len(found)


RESTORED = "restored"
"""The reason of what was given up because it may have been sent before a restore."""


def resume(connection: Connection, outside: Outside, *, drop_owed: bool) -> int | None:
    """Take up the work of a restored database. How many operations were given up; None where
    there was nothing to resume.

    With `drop_owed`, what was owed when the backup was made is given up, and what fell due since
    is done without telling anybody: both may have reached people before. What came in after the
    restore is answered either way, and what organisers said after it is told.
    """
    waiting = facts.restored(connection)
    if waiting is None:
        return None
    given_up = 0
    if drop_owed:
        last = facts.last_number(connection)
        since = tellings.said_since(connection, waiting.at)
        while _do_due(connection, outside):
            pass
        tellings.drop_others(connection, since)
        given_up = facts.give_up_doubtful(connection, waiting.through, last, RESTORED)
    facts.resume(connection)
    # Part of them may have gone out since the backup: an organiser says which go on.
    announcements.pause_all(connection, outside, RESTORED)
    later.kick(connection, outbox.SEND, dedupe=outbox.SEND)
    if tellings.are_waiting(connection):
        later.kick(connection, TELL, dedupe=TELL)
    return given_up


def _forget_unasked(connection: Connection, _outside: Outside, resident_id: str) -> None:
    """Somebody who came and never agreed; who has agreed since is left alone."""
    person = addresses.person_of(connection, resident_id)
    if person is None or person.consented:
        return
    residents.forget(connection, resident_id, person.address_id)
    addresses.drop_address(connection, person.address_id)


def _drop_address(connection: Connection, _outside: Outside, address_id: str) -> None:
    addresses.drop_address(connection, address_id)


def _drop_left_open(connection: Connection, outside: Outside, conversation_id: str) -> None:
    conversations.drop_left_open(connection, conversation_id, outside.clock() - PRIVATE_OPEN)


def _close_unconfirmed(connection: Connection, outside: Outside, report_id: str) -> None:
    found = reports.find_report_by_id(connection, report_id)
    if found is None:
        return
    # People before reports, as in a resident's turn: two who wait for each other never get on.
    hold_at_once(connection, backers.audience_of(found))
    row = reports.hold_report_by_id(connection, report_id)
    if row is None or row.status is not Status.DONE:
        return
    now = outside.clock()
    line = _(
        "{code} is closed, as we heard nothing more. If it is not done, please report it again."
    )(code=Verbatim(row.code))
    told = tell_all(connection, backers.audience_of(row), (line,), now)
    reports.set_status(
        connection,
        row.id,
        status=Status.CLOSED_UNCONFIRMED,
        actor="system",
        now=now,
        told=told,
    )


def _end_votes(connection: Connection, _outside: Outside, _code: str) -> None:
    """The task closes what is over: it has the keys, and finds by itself what is not closed."""
    later.kick(connection, END_VOTES, dedupe=END_VOTES)


_ACTS: Mapping[str, Callable[[Connection, Outside, str], None]] = {
    NO_CONSENT: _forget_unasked,
    FAREWELL: _drop_address,
    LEFT_OPEN: _drop_left_open,
    UNCONFIRMED: _close_unconfirmed,
    VOTE_CLOSES: _end_votes,
    RESULT_LATE: note_late,
    TAKEN_BACK: moderation.tell_taken_back,
    ideas.TAKEN_BACK: idea_moderation.tell_taken_back,
}
"""What is done with what is due, by its kind. Any other kind is left to the release that knows
what was promised by it."""
