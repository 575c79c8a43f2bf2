"""The one way to the database: whole functions, each in one transaction, in the right place.

Storage functions are plain and synchronous over a `Connection`, and do not know which database it
is of. `storage.sqlite` and `storage.postgres` run them; `app` chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from storage.later import Kick

__all__ = ["Connection", "Database", "HandOver"]

P = ParamSpec("P")
T = TypeVar("T")


class HandOver(Protocol):
    """How kicks reach the engine that runs later work, within the same transaction."""

    def __call__(self, connection: Connection, kicks: list[Kick]) -> None: ...


class Database(Protocol):
    """A town's database, for one process."""

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn` in a transaction of its own and return what it returned, once it is committed.

        A caller that is cancelled neither undoes nor loses it. `fn` may be run again where the
        database asks for it, so it changes nothing but the database. Raises what `fn` raises,
        which undoes its part only, and `Busy` or `Unanswered` when the database cannot be had.
        """
        ...

    async def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn` on a read-only connection, which sees one moment. For short questions."""
        ...

    def write_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`write` for a caller without an event loop, such as a command."""
        ...

    def read_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`read` for a caller without an event loop. It may take long: nobody waits for it."""
        ...

    async def watch(self, wake: Callable[[str | None], None], tasks: Collection[str]) -> None:
        """Call `wake` within a second of each commit that may have left work for one of these
        tasks, with its name; with None where it may be any of them. What this process commits
        itself it need not be told. Never returns; call it once."""
        ...

    async def checkpoint(self) -> bool:
        """Make sure that what was erased is gone from the files too, as far as the database can.
        False when somebody still needs the old pages: ask again later."""
        ...

    def compact_now(self, tables: Sequence[str]) -> bool:
        """Write these tables anew, so that nothing that was dropped from them is in any page or
        log that the database keeps. Blocks, and others wait meanwhile. False when somebody still
        needs the old pages: try again later."""
        ...

    async def close(self) -> None:
        """Close every connection, once what was waiting is written."""
        ...

    def close_now(self) -> None:
        """`close` for a caller without an event loop."""
        ...


def call_with(
    fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any], connection: Connection
) -> T:
    """`fn` with the connection last, so that the rest can be bound before there is one."""
    return fn(connection, *args, **kwargs)
