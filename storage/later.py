"""Work that is done later or elsewhere, decided inside a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.errors import Busy, is_away

SEND = "send"
"""The task that empties the outbox."""

FETCH = "fetch"
"""The task that fetches what stands at its channel still."""

PIECES = "pieces"
"""The task that takes what has waited long enough."""

ANNOUNCE = "announce"
"""The task that sends announcements."""

LEDGERS = frozenset({SEND, FETCH, PIECES, ANNOUNCE})
"""Tasks that have a ledger of their own, in this process or in another: they are no rows."""


@dataclass(frozen=True, slots=True)
class Kick:
    """One piece of later work. `args` are JSON; of one `dedupe` key there is one at a time."""

    task: str
    args: Any = None
    dedupe: str | None = None
    delay: timedelta = timedelta(0)


def kick(
    connection: Connection,
    task: str,
    args: Any = None,
    *,
    dedupe: str | None = None,
    delay: timedelta = timedelta(0),
) -> None:
    """Ask for a task once this transaction is committed; a roll-back takes the wish back.

    Only within `Database.write`, which hands the kicks over before it commits.
    """
    kicks: list[Kick] = connection.get_execution_options()["kicks"]
    kicks.append(Kick(task, args, dedupe, delay))


@contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """What an exception leaves is undone alone, rows and kicks; the transaction goes on.

    Only within `Database.write`. Raises `Busy` in the place of an exception of which the whole
    transaction was undone, unless it says itself that it passes, as that of a full disk does.
    """
    kicks: list[Kick] = connection.get_execution_options()["kicks"]
    before = len(kicks)
    part = connection.begin_nested()
    try:
        yield
    except BaseException as error:
        del kicks[before:]
        try:
            part.rollback()
        except DBAPIError as gone:
            if not is_away(error):
                raise Busy("the whole transaction is undone") from gone
        raise
    part.commit()
