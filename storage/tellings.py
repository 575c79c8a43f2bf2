"""What is told to very many: said once, and owed to some of them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    literal,
    select,
)

from storage.later import kick
from storage.statements import Prepared, table_of
from storage.tables import Telling, Untold

TELL = "tell many"
"""The task that goes on with it."""


Whom = Select[Any] | CompoundSelect[Any]
"""A selection of residents' ids, each once."""


@dataclass(frozen=True, slots=True)
class Told:
    """`payloads` are operations as they are owed; `flow` is the conversation that begins with
    each who is told, '' for none."""

    payloads: Sequence[bytes]
    flow: str
    argument: str


def first_of(connection: Connection, whom: Whom, most: int) -> list[str]:
    """Those who come first of a selection."""
    them = whom.subquery()
    return list(connection.scalars(select(them.c[0]).order_by(them.c[0]).limit(most)))


def are_waiting(connection: Connection) -> bool:
    """Whether anybody is still to be told anything: who is told more waits behind it."""
    return connection.scalar(select(Untold.telling).limit(1)) is not None


def add(connection: Connection, whom: Whom, said: Told, now: datetime) -> int:
    """Let it be told to everybody of a selection, as it is now. How many."""
    them = whom.subquery()
    id = connection.scalar(
        insert(Telling)
        .values(
            said=msgspec.json.encode([payload.decode() for payload in said.payloads]),
            flow=said.flow,
            argument=said.argument,
            at=now,
        )
        .returning(Telling.id)
    )
    rows = insert(Untold).from_select(
        ["resident_id", "telling"], select(them.c[0], literal(id, Untold.telling.type))
    )
    many = connection.execute(rows).rowcount
    kick(connection, TELL, dedupe=TELL)
    return many


def hold_all(connection: Connection) -> dict[int, Told]:
    """What is under way, by its number: nobody else goes on with it until this transaction
    ends."""
    rows = connection.execute(
        select(Telling.id, Telling.said, Telling.flow, Telling.argument)
        .order_by(Telling.id)
        .with_for_update()
    )
    return {
        id: Told([one.encode() for one in msgspec.json.decode(said)], flow, argument)
        for id, said, flow, argument in rows
    }


def next_untold(
    connection: Connection, tellings: Sequence[int], most: int
) -> list[tuple[str, int]]:
    """Who is told next, and what; each person's in the order in which it was said."""
    rows = connection.execute(
        select(Untold.resident_id, Untold.telling)
        .where(Untold.telling.in_(tellings))
        .order_by(Untold.resident_id, Untold.telling)
        .limit(most)
    )
    return [(resident_id, telling) for resident_id, telling in rows]


def mark_told(connection: Connection, rows: Sequence[tuple[str, int]]) -> None:
    _TOLD.run_many(connection, [{"who": who, "what": telling} for who, telling in rows])


_TOLD = Prepared(
    delete(table_of(Untold)).where(
        Untold.resident_id == bindparam("who"), Untold.telling == bindparam("what")
    )
)


def drop_told(connection: Connection, tellings: Sequence[int]) -> None:
    """Everybody has been told these."""
    connection.execute(delete(Telling).where(Telling.id.in_(tellings)))


def said_since(connection: Connection, at: datetime) -> list[int]:
    """What was said after that and is still to be told, by its number."""
    return list(connection.scalars(select(Telling.id).where(Telling.at > at)))


def drop_others(connection: Connection, than: Sequence[int]) -> None:
    """Tell nobody what is still to be told, but for these."""
    connection.execute(delete(Untold).where(Untold.telling.not_in(than)))
    connection.execute(delete(Telling).where(Telling.id.not_in(than)))
