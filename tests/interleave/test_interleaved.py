"""Two things at once, in two processes: as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from storage import addresses, announcements, conversations, ideas, postgres, votes, walks
from tests.conftest import TOLD
from tests.interleave.town import MATTERS, live

Tell = Callable[[str, object], None]
"""pytest's `record_property`."""

SEEDS = 60
"""Towns of the long run, with some ten steps each."""

SAMPLE = 6
"""Steps of each matter's town in the gate."""

FEW = 3
"""So many towns of its matter find a bug that is planted."""

REPORTS, IDEAS, VOTES, LATER_VOTES, ANNOUNCEMENTS = 0, 1, 2, 22, 3
"""A first seed of each matter: they take turns."""


async def lived(folder: Path, seeds: Iterable[int], most: int | None = None) -> str:
    """What was done in these seeds' towns, in a line."""
    orders: set[str] = set()
    towns = steps = cuts = 0
    for seed in seeds:
        own = folder / str(seed)
        own.mkdir()
        town = await live(own, seed, most)
        orders |= town.orders
        towns, steps, cuts = towns + 1, steps + town.steps, cuts + town.cuts
    return (
        f"{towns} towns, {steps} steps in {len(orders)} orders of statements, {cuts} commits cut"
    )


@pytest.mark.parametrize("seed", range(len(MATTERS)), ids=list(MATTERS))
async def test_whatever_the_order_of_statements_it_is_as_one_after_the_other(
    seed: int, tmp_path: Path, record_property: Tell
) -> None:
    record_property(TOLD, await lived(tmp_path, [seed], SAMPLE))


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_hundreds_of_steps_are_as_one_after_the_other(
    tmp_path: Path, record_property: Tell
) -> None:
    record_property(TOLD, await lived(tmp_path, range(len(MATTERS), len(MATTERS) + SEEDS)))


def on_the_server(patch: pytest.MonkeyPatch, module: Any, name: str, bug: Any) -> None:
    """Put a bug in a function's place on PostgreSQL; the twin keeps the real one, since it is what
    is compared with."""
    real = getattr(module, name)

    def planted(connection: Connection, *args: Any, **kwargs: Any) -> Any:
        there = connection.dialect.name == "postgresql"
        return (bug if there else real)(connection, *args, **kwargs)

    patch.setattr(module, name, planted)


def nobody_is_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(addresses, "_HOLD", addresses._FIND)


def nothing_is_seen(patch: pytest.MonkeyPatch) -> None:
    note = conversations.note_update

    def overlook(connection: Connection, bot: str, update_id: str, now: datetime) -> bool:
        note(connection, bot, update_id, now)
        return True

    on_the_server(patch, conversations, "note_update", overlook)


def every_commit_is_trusted(patch: pytest.MonkeyPatch) -> None:
    async def trust(*_args: object) -> None:
        return None

    patch.setattr(postgres, "_find_out", trust)


def no_idea_is_held(patch: pytest.MonkeyPatch) -> None:
    on_the_server(patch, ideas, "hold_idea", ideas.find_idea)


def no_vote_is_shared(patch: pytest.MonkeyPatch) -> None:
    """A ballot is cast into a vote that is closed meanwhile."""
    on_the_server(patch, votes, "share_vote", votes.find_vote)


def no_vote_is_held(patch: pytest.MonkeyPatch) -> None:
    on_the_server(patch, votes, "hold_vote", votes.find_vote)


def no_announcement_is_held(patch: pytest.MonkeyPatch) -> None:
    on_the_server(patch, announcements, "hold", announcements.find)


def no_lease_is_respected(patch: pytest.MonkeyPatch) -> None:
    """A second sender takes the bot while the first one sends."""
    take = walks.take

    def snatch(connection: Connection, bot: str, holder: str, now: datetime) -> int | None:
        walks.release_all(connection, now)
        return take(connection, bot, holder, now)

    on_the_server(patch, walks, "take", snatch)


Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    ("plant", "first"),
    [
        (nobody_is_held, REPORTS),
        (nothing_is_seen, REPORTS),
        (every_commit_is_trusted, REPORTS),
        (no_idea_is_held, IDEAS),
        (no_vote_is_shared, LATER_VOTES),
        (no_vote_is_held, VOTES),
        # It takes some towns, since what is sent here is sent at once.
        pytest.param(no_lease_is_respected, ANNOUNCEMENTS, marks=pytest.mark.long),
        (no_announcement_is_held, ANNOUNCEMENTS),
    ],
)
async def test_a_bug_that_is_planted_is_found(
    plant: Plant, first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="step"):
        await lived(tmp_path, range(first, first + FEW * len(MATTERS), len(MATTERS)))
