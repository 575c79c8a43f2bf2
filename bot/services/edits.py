"""Words that somebody changed after they were sent: kept beside them, for staff to see."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Message, Verbatim, _
from bot.domain.outside import Outside
from storage import reports, sources
from storage.addresses import Person
from storage.database import Connection
from storage.media import Home

EDITED = "edited"
"""The kind of an addition that holds changed words."""


def note_sources(
    connection: Connection,
    outside: Outside,
    person: Person,
    home: Home,
    refs: Sequence[str],
) -> None:
    """These messages of the resident became part of a report, an idea or a comment."""
    sources.add_sources(connection, person.resident_id, refs, home, outside.clock())


def add_edit(
    connection: Connection, outside: Outside, person: Person, ref: str, words: str
) -> Message | None:
    """Keep the newest words of a message that became part of a report, an idea or a comment; what
    was sent stays.

    None where nothing of this resident came of that message.
    """
    found = sources.find_source(connection, person.resident_id, ref)
    if found is None:
        return None
    if found.addition_id is not None:
        reports.change_addition(connection, found.addition_id, words, outside.clock())
    else:
        id = outside.new_id()
        reports.add_addition(
            connection,
            id=id,
            report_id=found.home.report_id,
            idea_id=found.home.idea_id,
            comment=found.home.comment,
            resident_id=person.resident_id,
            kind=EDITED,
            text=words,
            language=person.language,
            at=outside.clock(),
        )
        sources.set_addition(connection, person.resident_id, ref, id)
    return _("We added your change to {code}, and the team sees it.")(code=Verbatim(found.code))
