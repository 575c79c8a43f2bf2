"""Two turns of one resident at once, in two processes: as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage import addresses, conversations, postgres
from tests.conftest import TOLD
from tests.interleave.town import live

Tell = Callable[[str, object], None]
"""pytest's `record_property`."""

SEEDS = 60
"""Towns of the long run, with some twenty steps each."""


async def lived(folder: Path, seeds: range) -> str:
    """What was done in these seeds' towns, in a line."""
    orders: set[str] = set()
    steps = cuts = 0
    for seed in seeds:
        own = folder / str(seed)
        own.mkdir()
        town = await live(own, seed)
        orders |= town.orders
        steps, cuts = steps + town.steps, cuts + town.cuts
    return (
        f"{len(seeds)} towns, {steps} steps in {len(orders)} orders of statements, "
        f"{cuts} commits cut"
    )


async def test_whatever_the_order_of_statements_it_is_as_one_after_the_other(
    tmp_path: Path, record_property: Tell
) -> None:
    record_property(TOLD, await lived(tmp_path, range(1)))


@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_a_thousand_steps_are_as_one_after_the_other(
    tmp_path: Path, record_property: Tell
) -> None:
    record_property(TOLD, await lived(tmp_path, range(1, 1 + SEEDS)))


def nobody_is_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(addresses, "_HOLD", addresses._FIND)


def nothing_is_seen(patch: pytest.MonkeyPatch) -> None:
    note = conversations.note_update

    def overlook(connection: Connection, bot: str, update_id: str, now: datetime) -> bool:
        # The twins keep the real one: they are what is compared with.
        noted = note(connection, bot, update_id, now)
        return noted or connection.dialect.name == "postgresql"

    patch.setattr(conversations, "note_update", overlook)


def every_commit_is_trusted(patch: pytest.MonkeyPatch) -> None:
    async def trust(*_args: object) -> None:
        return None

    patch.setattr(postgres, "_find_out", trust)


Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.parametrize("plant", [nobody_is_held, nothing_is_seen, every_commit_is_trusted])
async def test_a_bug_that_is_planted_is_found(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError, match="step"):
        await lived(tmp_path, range(5))
