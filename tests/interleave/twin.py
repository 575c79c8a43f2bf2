"""The same town in a file in memory, where one thing happens after the other."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from bot.conversation.carry_out import Actor
from bot.domain.outcomes import Outcome as Carried
from storage.database import HandOver
from tests.houses import SmallHouse, migrated_file, small_house
from tests.interleave.acts import Act, Channel, Place, Step, send_all
from tests.interleave.outcome import Outcome, differences, tables

P = ParamSpec("P")
T = TypeVar("T")


class Serial:
    """`Database` in memory, for one caller: it can be taken back to what it was."""

    def __init__(self, hand_over: HandOver) -> None:
        self._hand_over = hand_over
        self._raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        empty = bytearray(migrated_file())
        empty[18:20] = b"\x01\x01"  # What is in memory has no log beside it.
        self.become(bytes(empty))
        self._raw.execute("PRAGMA foreign_keys=ON")
        engine = create_engine("sqlite://", creator=lambda: self._raw, poolclass=StaticPool)
        event.listen(engine, "begin", lambda connection: self._raw.execute("BEGIN"))
        self._connection = engine.connect()

    def keep(self) -> bytes:
        return self._raw.serialize()

    def become(self, kept: bytes) -> None:
        self._raw.deserialize(kept)

    def write_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._connection.in_transaction():
            # It comes inside of what is under way.
            return fn(self._connection, *args, **kwargs)
        kicks: list[Any] = []
        connection = self._connection.execution_options(kicks=kicks)
        with connection.begin():
            result = fn(connection, *args, **kwargs)
            if kicks:
                self._hand_over(connection, kicks)
        return result

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.write_now(fn, *args, **kwargs)

    async def read(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self.read_now(fn, *args, **kwargs)

    def read_now(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with self._connection.begin():
            return fn(self._connection, *args, **kwargs)

    async def watch(self, wake: Callable[[str | None], None], tasks: Collection[str]) -> None:
        raise NotImplementedError

    async def checkpoint(self) -> bool:
        return True

    def compact_now(self, tables: Sequence[str]) -> bool:
        return True

    async def close(self) -> None:
        self.close_now()

    def close_now(self) -> None:
        self._connection.close()
        self._raw.close()


class Between(Serial):
    """The same database, in which something comes before one of the writes."""

    def __init__(
        self, database: Serial, number: int, comes: Callable[[], Coroutine[Any, Any, object]]
    ) -> None:
        self._hand_over, self._raw = database._hand_over, database._raw
        self._connection = database._connection
        self._left = number
        self._comes = comes
        self.came = False

    async def write(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        self._left -= 1
        if self._left < 0 and not self.came:
            self.came = True
            await self._comes()
        return self.write_now(fn, *args, **kwargs)


@dataclass(slots=True)
class Twin:
    house: SmallHouse
    database: Serial
    channel: Channel = field(default_factory=Channel)
    over: bool = False
    """There is nothing more that something could come between."""

    @property
    def place(self) -> Place:
        return Place(self.house, self.database, self.channel)

    async def follow(self, step: Step, found: Outcome, *, second_first: bool) -> str:
        """Come to what was found, by one of the orders that are right; '' when there is one, else
        how it differs from each. `second_first` is what is tried first."""
        kept, heard = self.database.keep(), self.channel
        seen: list[Outcome] = []
        for live in self._orders(step, second_first):
            self.database.become(kept)
            self.channel = heard.copy()
            came_to = await live()
            if came_to == found:
                return ""
            if came_to is not None and came_to not in seen:
                seen.append(came_to)
        return differences(found, seen)

    def _orders(
        self, step: Step, second_first: bool
    ) -> Iterator[Callable[[], Awaitable[Outcome | None]]]:
        """Each order that is right, to be lived; None where it was none."""
        whole = ((step.first, step.second), (step.second, step.first))
        for acts in reversed(whole) if second_first else whole:
            yield partial(self._live, *acts)
        for act, other in whole if step.inside else ():
            yield partial(self._live_inside, act, other)
        self.over = not step.between
        for number in itertools.count(1):
            if self.over:
                return
            yield partial(self._live_between, step, number)

    async def _live_inside(self, act: Act, other: Act) -> Outcome | None:
        with _inside(partial(other, self.place)) as came:
            found = await self._live(act)
        return found if came else None

    async def _live_between(self, step: Step, number: int) -> Outcome | None:
        between = Between(self.database, number, partial(step.second, self.place))
        found = await self._live(lambda place: step.first(replace(place, database=between)))
        self.over = not between.came
        return found if between.came else None

    async def _live(self, *acts: Act) -> Outcome:
        for act in acts:
            await act(self.place)
        await send_all(self.place)
        found = await self.database.read(tables, self.house.keys)
        return found, dict(self.channel.heard)


@contextmanager
def _inside(comes: Callable[[], Coroutine[Any, Any, object]]) -> Iterator[list[object]]:
    """Have something come after all that a turn reads, and before what it does: this is carried
    out by what stands there then. Filled once it came."""
    carry_out = Actor.carry_out
    came: list[object] = []

    def late(actor: Actor, command: object) -> Carried:
        if not came:
            came.append(command)
            _finish(comes())
        return carry_out(actor, command)

    with patch.object(Actor, "carry_out", late):
        yield came


def _finish(work: Coroutine[Any, Any, object]) -> None:
    """Over a database that never waits."""
    with suppress(StopIteration):
        work.send(None)
        raise RuntimeError("it waits for something")


@contextmanager
def twin(folder: Path) -> Iterator[Twin]:
    """A twin, for as long as the block runs."""
    with contextmanager(small_house)(folder) as house:
        house.database.close_now()
        database = Serial(house.tasks.hand_over)
        house.database = database
        yield Twin(house, database)
