"""Ten residents and a thousand ballots at once: each counted once, as it was cast last."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.domain.outcomes import Done
from bot.domain.votes import CastBallot
from bot.keys.votes import VoteKey
from bot.services import vote_course, votes
from bot.services.vote_course import Changed, Opened
from bot.work import vote_ending
from storage import addresses, ballots
from storage.addresses import Person
from storage.database import Connection
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES, POSTGRES, SQLITE
from tests.votes.elections import WHY, ending, made_up, opened, resident

BALLOTS, FEWER, VOTERS = 1000, 200, 10
AT_ONCE = 64
"""So many wait for one of a process's few connections; a channel holds the others back."""
KEYS = list("abcdef")


def take(connection: Connection, house: SmallHouse, person: Person, ballot: CastBallot) -> object:
    """A turn: the resident is held until its end."""
    addresses.person_of(connection, person.resident_id)
    country = house.countries["uruguay"]
    return votes.cast(connection, house.outside, house.keys, country, person, ballot)


@pytest.mark.parametrize(
    ("engine", "count"),
    [
        (SQLITE, BALLOTS),
        # The server's commits take most of the time: all of them are in the long tests.
        (POSTGRES, FEWER),
        pytest.param(POSTGRES, BALLOTS, marks=pytest.mark.long),
    ],
)
async def test_a_thousand_ballots_at_once_are_ten(tmp_path: Path, engine: str, count: int) -> None:
    async with open_house(tmp_path, engine) as house:
        code = opened(house, made_up(*KEYS))
        people = [resident(house, f"voter {number}") for number in range(VOTERS)]
        chance = random.Random(7)
        few = asyncio.Semaphore(AT_ONCE)

        async def come(person: Person, ballot: CastBallot) -> object:
            async with few:
                return await house.database.write(take, house, person, ballot)

        writes = []
        for number in range(count):
            ballot = CastBallot(code, tuple(chance.sample(KEYS, chance.randint(0, 3))))
            writes.append(come(people[number % VOTERS], ballot))
        outcomes = await asyncio.gather(*writes)
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        assert house.database.write_now(ballots.count_ballots, code) == VOTERS
        assert house.database.write_now(ballots.count_parts, code) == VOTERS
        last = [
            house.database.write_now(votes.own_ballot, house.keys, person, code)
            for person in people
        ]
        done = await house.database.write(
            vote_course.close_vote, house.outside, house.keys, "ana", code, WHY
        )
        assert isinstance(done, Changed)
        counted = house.database.write_now(ballots.counted_ballots, code)
        assert sorted(counted) == sorted(tuple(own or ()) for own in last)
        assert len(house.database.write_now(ballots.counted_codes, code)) == VOTERS


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_close_among_ballots_counts_those_that_were_taken(
    tmp_path: Path, engine: str
) -> None:
    async with open_house(tmp_path, engine) as house:
        code = opened(house, made_up(*KEYS))
        people = [resident(house, f"voter {number}") for number in range(40)]
        casts = [
            asyncio.create_task(
                house.database.write(take, house, person, CastBallot(code, ("a",)))
            )
            for person in people
        ]
        closing = asyncio.create_task(
            house.database.write(
                vote_course.close_vote, house.outside, house.keys, "ana", code, WHY
            )
        )
        await asyncio.gather(*casts, closing)
        counted = house.database.write_now(ballots.counted_ballots, code)
        parts = house.database.write_now(ballots.count_parts, code)
        taken = [
            task.result()
            for task in casts
            if "have your vote" in str(getattr(task.result(), "lines", ""))
        ]
        assert len(counted) == parts == len(taken)
        assert house.database.write_now(ballots.count_ballots, code) == 0
        assert ending(house).clean_now() == [code]


@pytest.mark.parametrize("engine", ENGINES)
async def test_ballots_are_opened_beside_the_writing_some_at_a_time(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, engine) as house:
        code = opened(house, made_up(*KEYS))
        people = [resident(house, f"voter {number}") for number in range(VOTERS)]
        for person, choices in zip(people, ["", *"abcabcabc"], strict=True):
            await house.database.write(take, house, person, CastBallot(code, tuple(choices)))
        opening, sizes = vote_course.open_ballots, list[int]()

        def noted(key: VoteKey, code: str, sealed: Iterable[tuple[bytes, bytes]]) -> Opened:
            found = opening(key, code, sealed)
            sizes.append(len(found))
            return found

        monkeypatch.setattr(vote_course, "open_ballots", noted)
        monkeypatch.setattr(vote_ending, "OPENED_MOST", 4)
        house.later(days=8)
        with ThreadPoolExecutor(1) as executor:
            await ending(house).run(executor)
        assert sizes == [4, 4, 2, 0], "the close itself opens none"
        counted = await house.database.read(ballots.counted_ballots, code)
        assert sorted(counted) == sorted([(), *(("a",), ("b",), ("c",)) * 3])
        assert len(await house.database.read(ballots.counted_codes, code)) == VOTERS


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_ballot_that_was_changed_after_it_was_opened_counts_as_it_is(
    tmp_path: Path, engine: str
) -> None:
    async with open_house(tmp_path, engine) as house:
        code = opened(house, made_up(*KEYS))
        changes, stays, comes = (resident(house, who) for who in ("ana", "beto", "carla"))

        async def choose(person: Person, key: str) -> None:
            await house.database.write(take, house, person, CastBallot(code, (key,)))

        await choose(changes, "a")
        await choose(stays, "b")
        known = ending(house).open_now(code)
        await choose(changes, "c")
        await choose(comes, "d")
        await house.database.write(
            vote_course.close_vote, house.outside, house.keys, "ana", code, WHY, known
        )
        counted = await house.database.read(ballots.counted_ballots, code)
        assert sorted(counted) == [("b",), ("c",), ("d",)]
