"""What one person says at once and a channel hands over in several updates: an album, a long text.

Such a piece waits a moment for its rest, in a row that each further piece moves; it is taken with
its rest, before anything else that its sender does, or alone once the moment is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

import msgspec

from bot.domain.inbound import (
    MAX_JOINED,
    MAX_WORDS,
    Attachment,
    Event,
    Input,
    Text,
    Unusable,
    utf16_units,
)
from bot.domain.outside import Outside
from bot.keys import Keys
from storage import pieces
from storage.addresses import Person
from storage.database import Connection

WAIT = timedelta(seconds=1)
"""For the next piece. Those of one album and of one text come within milliseconds, on a fast line;
what comes later joins its album all the same."""

NEARLY_FULL = 4000
"""UTF-16 units from which a text may have a rest: apps cut at 4,096, or at a word before."""

PURPOSE = "piece"
"""The keys' purpose for what waits."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what somebody said, with the message and the topic it came by."""

    said: Text | Attachment | Unusable
    source: str
    topic: str


def piece_of(said: Input | Event, source: str, topic: str) -> Piece | None:
    """What may have a rest that is still to come; None for everything else."""
    match said:
        case Text(words) if utf16_units(words) >= NEARLY_FULL:
            return Piece(said, source, topic)
        case Attachment(album=album) | Unusable(album=album) if album:
            return Piece(said, source, topic)
        case _:
            return None


def rest_of(
    waiting: Sequence[Piece], said: Input | Event, source: str, topic: str
) -> Piece | None:
    """What goes on with what waits; None for something else, and for the first of anything."""
    match waiting[-1].said if waiting else None, said:
        case Text(), Text():
            return Piece(said, source, topic)
        case (
            (Attachment(album=one) | Unusable(album=one)),
            (Attachment(album=other) | Unusable(album=other)),
        ) if one and one == other:
            return Piece(said, source, topic)
        case _:
            return None


def join(waiting: Sequence[Piece], rest: Piece) -> list[Piece]:
    """Pieces of a text become one; files stay apart."""
    if not waiting or not isinstance(rest.said, Text):
        return [*waiting, rest]
    first = waiting[0]
    if not isinstance(first.said, Text):
        return [*waiting, rest]
    # Apps cut at a word where there is one, and leave the space out.
    whole = utf16_units(first.said.words) % MAX_WORDS == 0
    words = first.said.words + ("" if whole else "\n") + rest.said.words
    # What is more is too long for any question, and is said so there.
    return [replace(first, said=Text(words[: MAX_JOINED + 1]))]


def worded(joined: Sequence[Piece]) -> Piece:
    """The piece that brings the first words, which an edit of it changes; the first where none
    has any."""
    captions = (
        (piece.said.position, number)
        for number, piece in enumerate(joined)
        if isinstance(piece.said, Attachment) and piece.said.caption.strip()
    )
    refused = (
        number
        for number, piece in enumerate(joined)
        if isinstance(piece.said, Unusable) and piece.said.caption.strip()
    )
    return joined[min(captions, default=(0, next(refused, 0)))[1]]


class Waiting:
    """What waits of one person, within a turn."""

    def __init__(
        self, connection: Connection, keys: Keys, outside: Outside, person: Person
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._outside = outside
        self._person = person

    def take(self) -> list[Piece]:
        row = pieces.take(self._connection, self._person.resident_id)
        if row is None:
            return []
        plain = self._keys.open(PURPOSE, *row, self._person.bot.encode())
        return [_load(item) for item in msgspec.json.decode(plain)]

    def put(self, waiting: Sequence[Piece]) -> None:
        plain = msgspec.json.encode([_dump(piece) for piece in waiting])
        sealed = self._keys.seal(PURPOSE, plain, self._person.bot.encode())
        due = self._outside.clock() + WAIT
        pieces.put(self._connection, self._person.resident_id, sealed, self._keys.key_id, due)


_KINDS = {"text": Text, "file": Attachment, "unusable": Unusable}


def _dump(piece: Piece) -> list[object]:
    kind = next(name for name, kind in _KINDS.items() if isinstance(piece.said, kind))
    return [kind, asdict(piece.said), piece.source, piece.topic]


def _load(data: list[object]) -> Piece:
    kind, said, source, topic = data
    return Piece(
        msgspec.convert(said, _KINDS[str(kind)]),
        str(source),
        str(topic),
    )
