"""An announcement to five, by chance: whatever fails, stops or dies, each copy ends in one state,
nobody is told twice, and what is said to be sent has arrived."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.announcements import State
from bot.domain.inbound import Command
from bot.domain.operations import Announce, GivenUp, Receipt, RetryAt, Sent, Tried, Unknown
from bot.services import announcements, residents
from bot.work.announcer import release_all
from storage import addresses
from tests.announced import Announcing, Recorder, announcing, people, scheduled
from tests.houses import SmallHouse, open_house
from tests.postgres import SQLITE

SEEDS = 60
PEOPLE = 5
ROUNDS_MOST = 60
"""Rounds, ten minutes apart, after which everything must be over."""

OUTCOMES = (
    *["sent"] * 6,
    "blocked",
    "lost before",
    "lost after",
    "later",
    "silence",
    "dies before",
    "dies after",
)


@dataclass(slots=True)
class Chancy(Recorder):
    """A bot to which everything happens. `arrived` is what stands in each chat."""

    chance: random.Random = field(default_factory=random.Random)
    arrived: Counter[str] = field(default_factory=Counter)
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        outcome = self.chance.choice(OUTCOMES)
        await asyncio.sleep(0)
        if outcome in {"sent", "lost after", "dies after"}:
            self.arrived[address] += 1
        if outcome.startswith("dies"):
            self.dead.set()
            await asyncio.Event().wait()
        receipts: dict[str, Receipt] = {
            "blocked": GivenUp("blocked"),
            "lost before": Unknown(),
            "lost after": Unknown(),
            "later": RetryAt(3.0, "telegram failing"),
            "silence": RetryAt(35.0, "retry_after"),
        }
        receipt = receipts.get(outcome, Sent())
        return Tried(receipt, part + isinstance(receipt, Sent))


async def live(town: Announcing, bot: Chancy) -> None:
    """Until nothing is to be done now, or the process dies."""
    bot.dead = asyncio.Event()
    life = asyncio.create_task(town.go())
    death = asyncio.create_task(bot.dead.wait())
    await asyncio.wait([life, death], return_when=asyncio.FIRST_COMPLETED)
    for task in (life, death):
        task.cancel()
    await asyncio.wait([life, death])
    if life.done() and not life.cancelled():
        life.result()


def act(house: SmallHouse, chance: random.Random, code: str) -> None:
    """Now and then a resident, or an organiser, does something."""
    who = f"r{chance.randint(1, PEOPLE):07}"
    person = house.database.write_now(addresses.person_of, who)
    match chance.choice(("nothing", "nothing", "stop", "forget", "pause", "resume")):
        case "stop" if person is not None:
            house.database.write_now(residents.stopped, house.outside, person)
        case "forget" if person is not None:
            house.database.write_now(residents.forget, house.outside, house.keys, person)
        case "pause":
            house.database.write_now(announcements.pause, house.outside, "shell:ana", code)
        case "resume":
            house.database.write_now(announcements.resume, house.outside, "shell:ana", code)
        case _:
            house.take(Command("start"), who="somebody else")


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_everybody_ends_in_one_state_and_nobody_is_told_twice(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    bot = Chancy(chance=chance)
    async with open_house(tmp_path, SQLITE) as house:
        people(house, PEOPLE)
        row = scheduled(house)
        town = announcing(house, bot)
        for round in range(ROUNDS_MOST):
            await live(town, bot)
            if town.found(row.code).state is State.DONE:
                break
            if bot.dead.is_set():
                house.database.write_now(release_all, house.now)
                town = announcing(house, bot)
            if round < ROUNDS_MOST // 2:
                act(house, chance, row.code)
            else:
                house.database.write_now(
                    announcements.resume, house.outside, "shell:ana", row.code
                )
            house.later(minutes=10)
        assert town.found(row.code).state is State.DONE
        check(house, bot)


def check(house: SmallHouse, bot: Chancy) -> None:
    assert max(bot.arrived.values(), default=0) <= 1, "nobody is told twice"
    ask = text("select resident_id, state, reason from delivery")
    rows = house.database.write_now(lambda c: c.execute(ask).all())
    assert len(rows) == PEOPLE, "nobody is skipped"
    states = Counter(str(state) for _, state, _ in rows)
    assert not states.keys() & {"waiting", "sending"}
    surely = states["sent"]
    assert surely <= sum(bot.arrived.values()) <= surely + states["unknown"]
    for resident, state, _reason in rows:
        if resident is not None and state != "unknown":
            address = str(10_000 + int(str(resident)[1:]))
            assert bot.arrived[address] == (state == "sent"), (resident, state)
