"""A process that dies in the middle of a close, by SIGKILL at every step of it.

It leaves the vote open or closed and nothing between; what is left to clean is cleaned before
anything is published.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.domain.outcomes import NotAllowed
from bot.domain.votes import Status
from bot.services import vote_course, vote_results
from bot.services.vote_course import Changed
from bot.work.erased import ErasedList
from bot.work.vote_ending import VoteEnding
from storage import ballots, votes
from storage.database import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase
from tests.houses import SmallHouse, small_house
from tests.postgres import POSTGRES, SQLITE
from tests.votes.elections import cast, ending, folder_of, made_up, opened, resident, stands

STEPS: tuple[tuple[str, str, bool], ...] = (
    ("ballots", "read_ballots", True),
    ("ballots", "add_counted", False),
    ("ballots", "add_counted", True),
    ("ballots", "drop_ballots", True),
    ("votes", "set_status", True),
    ("ballots", "rewrite_parts", True),
    ("commit", "", False),
    ("ended", "add", False),
    ("ended", "add", True),
    ("compact", "", False),
    ("compact", "", True),
    ("destroy", "", False),
    ("destroy", "", True),
    ("votes", "mark_cleaned", True),
)
"""Where it dies: before a call, or (True) right after it."""

COMMITTED = STEPS.index(("commit", "", False))
ON_A_SERVER = (2, 5, COMMITTED, 10, 13)
"""A sample for the server, where a close is the same code."""

CHOICES = {"ana": ["a"], "beto": ["a", "b"], "caro": [], "dora": ["c"]}


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path, request.param)


def dying(call: Callable[..., Any], after: bool) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if after:
            call(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return wrapped


def close_and_die(house: SmallHouse, code: str, where: str, name: str, after: bool) -> None:
    """In a child: its own connections over the same database, and the end of it."""
    database: Database
    if isinstance(house.database, PostgresDatabase):
        database = PostgresDatabase(house.database.url, house.tasks.hand_over)
    else:
        database = SqliteDatabase(house.path, ThreadPoolExecutor(1), house.tasks.hand_over)
    if where in {"ballots", "votes"}:
        module = {"ballots": ballots, "votes": votes}[where]
        setattr(module, name, dying(getattr(module, name), after))
    elif where == "ended":
        ErasedList.add = dying(ErasedList.add, after)  # type: ignore[method-assign]
    elif where == "compact":
        database.compact_now = dying(database.compact_now, after)  # type: ignore[method-assign]
    elif where == "destroy":
        keys = type(house.keys.votes)
        keys.destroy = dying(keys.destroy, after)  # type: ignore[method-assign]
    database.write_now(vote_course.close_due, house.outside, house.keys)
    if where == "commit":
        os.kill(os.getpid(), signal.SIGKILL)
    list_ = ErasedList(folder_of(house), house.keys, "ended-votes.list", "ended vote")
    VoteEnding(database, house.keys, house.outside, list_).clean_now()


def die(house: SmallHouse, code: str, step: tuple[str, str, bool]) -> None:
    house.database.close_now()
    child = os.fork()
    if child == 0:
        try:
            close_and_die(house, code, *step)
        finally:
            os._exit(7)
    _id, how = os.waitpid(child, 0)
    assert os.WIFSIGNALED(how), f"it lived through {step}"
    assert os.WTERMSIG(how) == signal.SIGKILL


@pytest.mark.parametrize(
    ("house", "at"),
    [*((SQLITE, at) for at in range(len(STEPS))), *((POSTGRES, at) for at in ON_A_SERVER)],
    indirect=["house"],
)
def test_a_death_leaves_it_open_or_closed_and_is_cleaned_before_it_is_published(
    house: SmallHouse, at: int
) -> None:
    code = opened(house, made_up())
    for who, choices in CHOICES.items():
        cast(house, code, who, choices)
    resident(house, "eva")
    house.later(days=8)
    die(house, code, STEPS[at])

    sealed = house.database.write_now(ballots.count_ballots, code)
    counted = house.database.write_now(ballots.counted_ballots, code)
    if at < COMMITTED:
        assert stands(house, code).status is Status.OPEN
        assert (sealed, counted) == (len(CHOICES), [])
        assert house.keys.votes.has(code)
    else:
        assert stands(house, code).status is Status.CLOSED
        assert (sealed, len(counted)) == (0, len(CHOICES))
        if stands(house, code).cleaned_at is None:
            publish = vote_course.publish_vote
            refused = house.database.write_now(publish, house.outside, "ana", code)
            assert isinstance(refused, NotAllowed)

    # The next process.
    house.database.write_now(vote_course.close_due, house.outside, house.keys)
    ending(house).clean_now()
    assert stands(house, code).cleaned_at is not None
    assert not house.keys.votes.has(code)
    counted = house.database.write_now(ballots.counted_ballots, code)
    assert sorted(counted) == [(), ("a",), ("a", "b"), ("c",)]
    done = house.database.write_now(vote_course.publish_vote, house.outside, "ana", code)
    assert isinstance(done, Changed)
    country = house.countries["uruguay"]
    found = house.database.write_now(vote_results.published_result, country, code)
    assert found is not None
    assert found.winners == ("a",)
