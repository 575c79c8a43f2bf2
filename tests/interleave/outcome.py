"""What a town came to, told alike whatever numbers were drawn and whichever database it is on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from bot.keys import Keys
from bot.services.votes import BALLOT, ballot_aad, read_ballot
from storage.statements import table_of
from storage.tables import (
    Announcement,
    Ballot,
    Base,
    Conversation,
    CountedBallot,
    CountedCode,
    Delivery,
    Due,
    Idea,
    IdeaComment,
    IdeaUpdate,
    Inbox,
    Interaction,
    Outbox,
    Profile,
    Report,
    Resident,
    SeenUpdate,
    Supporter,
    TookPart,
    Vote,
    VoteOption,
)

COMPARED: Sequence[type[Base]] = (
    Announcement,
    Conversation,
    CountedBallot,
    CountedCode,
    Delivery,
    Due,
    Idea,
    IdeaComment,
    IdeaUpdate,
    Inbox,
    Interaction,
    Outbox,
    Profile,
    Report,
    Resident,
    SeenUpdate,
    Supporter,
    TookPart,
    Vote,
    VoteOption,
)

OF_THE_RUN = {"id", "lease", "lease_until", "unsure", "attempts", "ref", "fence", "digest"}
"""Columns that number rows, or say how they were sent and not what."""

BY_LOT = {"counted_ballot": {"number"}}
"""What is in an order that chance alone decides."""

DRAWN = re.compile(r"\b[0-9a-hjkmnp-tv-z]{26}\b|\b(?:MVD|A)-[2-9A-Z]{4,6}\b")
"""Ids and codes."""

COUNTED = re.compile(r'\b[2-9A-Z]{4}-[2-9A-Z]{4}\b|"[0-9a-f]{8}"')
"""A voter's code, and digests of what an answer is about, in which codes take part."""

Tables = dict[str, list[str]]
Outcome = tuple[Tables, Tables]
"""Of each table its rows, and to each address what was sent to it, in order."""


def tables(connection: Connection, keys: Keys) -> Tables:
    """The rows of each table that is compared, in an order of their own."""
    names = _names(connection)
    found = {
        name: sorted(_told(row, names) for row in connection.execute(rows).mappings())
        for name, rows in _ROWS.items()
    }
    return found | {"ballot": sorted(_ballots(connection, keys))}


def _all(kind: type[Base]) -> Select[Any]:
    table = table_of(kind)
    left_out = OF_THE_RUN | BY_LOT.get(table.name, set())
    return select(*(column for column in table.columns if column.name not in left_out))


_ROWS = {table_of(kind).name: _all(kind) for kind in COMPARED}


def _ballots(connection: Connection, keys: Keys) -> list[str]:
    """What each of the sealed ones says."""
    return [
        str(read_ballot(keys.votes.read(vote).open(BALLOT, sealed, ballot_aad(vote, mark))))
        for vote, mark, sealed in connection.execute(
            select(Ballot.vote, Ballot.mark, Ballot.sealed)
        )
    ]


_NAMED = (
    select(Idea.id, Idea.code, Idea.text),
    select(Vote.code, Vote.code, Vote.key),
    select(Announcement.id, Announcement.code, Announcement.created_at),
)


def _names(connection: Connection) -> dict[str, str]:
    """What rows speak of by a number that was drawn, and what else it is known by."""
    return {
        drawn: f"<{name}>"
        for named in _NAMED
        for *numbers, name in connection.execute(named)
        for drawn in numbers
    }


def masked(text: str, names: Mapping[str, str] | None = None) -> str:
    """Without what was drawn: the name of what it stands for, where it has one."""
    known = names or {}
    return COUNTED.sub("…", DRAWN.sub(lambda found: known.get(found[0], "…"), text))


def _told(row: RowMapping, names: Mapping[str, str]) -> str:
    return masked(str({name: _readable(value) for name, value in row.items()}), names)


def _readable(value: Any) -> Any:
    """What is sealed differs each time; a state and what is owed can be read."""
    if isinstance(value, bytes):
        return value.decode() if value[:1] in (b"{", b"[") else len(value)
    return value


def differences(found: Outcome, expected: Sequence[Outcome]) -> str:
    """What stands here and not in what would be right, or there and not here; of several that
    would be right, for the one that is nearest."""
    each = sorted((_differences(found, right) for right in expected), key=len)
    return "\n".join(each[0])


def _differences(found: Outcome, right: Outcome) -> list[str]:
    lines = []
    for mine, theirs in zip(found, right, strict=True):
        for name in sorted(mine.keys() | theirs.keys()):
            own, other = mine.get(name, []), theirs.get(name, [])
            lines += [f"{name} + {row}" for row in (Counter(own) - Counter(other)).elements()]
            lines += [f"{name} - {row}" for row in (Counter(other) - Counter(own)).elements()]
            if own != other and sorted(own) == sorted(other):
                lines.append(f"{name}: in another order")
    return lines
