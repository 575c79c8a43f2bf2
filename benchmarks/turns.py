"""CPU of one turn: the engine alone, and with storage, log and outbox."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from bot.conversation.town import CountryReader
from bot.domain.facts import FactOf
from bot.domain.inbound import Command, Input, Text
from bot.flows import FLOWS
from bot.flows.engine import advance
from bot.flows.questions.asked import Typed
from bot.flows.state import State, dump_state, load_state
from storage import codes, outbox
from tests.houses import SmallHouse, small_house

T = TypeVar("T")


def answers_of(number: int) -> tuple[str, ...]:
    """A whole report, by words and numbers; each story is unlike every other."""
    story = "".join(chr(97 + byte % 26) for byte in sha256(str(number).encode()).digest())
    return ("full bin", story, "Palermo", "skip", "skip", "2", "no", "1")


@contextmanager
def a_house() -> Iterator[SmallHouse]:
    with tempfile.TemporaryDirectory() as folder:
        yield from small_house(Path(folder))


class NothingSimilar:
    """A world without a database, in which nothing was told before."""

    def look_up(self, fact: FactOf[T]) -> T:
        return fact.decode(None)

    def perform(self, command: object) -> None:
        return None


def engine_alone(rounds: int = 300) -> float:
    """CPU ms of a turn of the report flow, its state stored and reloaded as JSON each time."""
    with a_house() as house:
        country = house.countries["uruguay"]
        nothing = NothingSimilar()
        reader = CountryReader(country, house.now.date(), house.speeches["uruguay"])
        entry = FLOWS["report"]
        answers = answers_of(1)
        turns = 0
        start = time.process_time()
        for _round in range(rounds):
            state = advance(entry, country, State("report"), None, reader, nothing).state
            for answer in answers[:3]:
                turn = advance(
                    entry, country, load_state(dump_state(state)), Typed(answer), reader, nothing
                )
                state = turn.state
                turns += 1
        return (time.process_time() - start) / turns * 1000


def with_storage(residents: int = 100) -> float:
    """CPU ms of a turn with everything it keeps, through `Database.write`."""
    with a_house() as house:
        return _turn_milliseconds(house, residents)


def _turn_milliseconds(house: SmallHouse, residents: int) -> float:
    """CPU ms of a turn while so many residents file a report each."""

    async def talk() -> int:
        turns = 0
        for number in range(residents):
            said: list[Input] = [Command("start"), Text("English"), Text("yes"), Text("report")]
            said += [Text(answer) for answer in answers_of(number)]
            for input in said:
                inbound = house.inbound(input, who=f"resident {number}")
                await house.database.write(house.conversations.take_turn, inbound)
                turns += 1
        return turns

    start = time.process_time()
    turns = asyncio.run(talk())
    spent = time.process_time() - start
    owed = house.database.write_now(outbox.counts)
    filed = house.database.write_now(codes.count, "uruguay", residents + 1)
    if not owed.get("owed") or filed != residents:
        raise RuntimeError(f"{residents} residents filed {filed} reports")
    return spent / turns * 1000
