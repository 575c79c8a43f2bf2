"""What is old goes a little at a time, and nothing else does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, func, select, update

from bot.work import sweeping
from bot.work.sweeping import count_old, sweep
from storage import audit, conversations, retention
from storage.tables import Resident, SeenUpdate
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

BOT = "uruguay/telegram"
OLD, FRESH = 20, 5


@pytest_asyncio.fixture(params=ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        note = conversations.note_update
        for number in range(OLD):
            await house.database.write(note, BOT, str(number), house.now)
        house.later(days=house.countries["uruguay"].retention.seen_update, seconds=1)
        for number in range(OLD, OLD + FRESH):
            await house.database.write(note, BOT, str(number), house.now)
        yield house


def kept(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(SeenUpdate)) or 0


@pytest.fixture
def portions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows each transaction erased, with small limits."""
    monkeypatch.setattr(sweeping, "FOUND_MOST", 7)
    monkeypatch.setattr(sweeping, "ERASED_MOST", 3)
    erased: list[int] = []

    def watched(*args: Any, erase: Callable[..., int] = retention.erase, **more: Any) -> int:
        erased.append(erase(*args, **more))
        return erased[-1]

    monkeypatch.setattr(retention, "erase", watched)
    return erased


async def test_more_than_is_looked_up_at_once_goes_in_small_transactions(
    house: SmallHouse, portions: list[int]
) -> None:
    dry = await house.database.read(count_old, house.outside, house.countries)
    assert dry["uruguay"]["seen_update"] == OLD
    gone = await sweep(house.database, house.outside, house.countries)
    assert gone["uruguay"]["seen_update"] == OLD
    assert portions == [3, 3, 1, 3, 3, 1, 3, 3]
    assert await house.database.read(kept) == FRESH
    again = await sweep(house.database, house.outside, house.countries)
    assert not any(again["uruguay"].values())


async def test_what_is_told_anew_between_the_look_and_the_erasing_stays(
    house: SmallHouse,
) -> None:
    """Looked up while it was old, and no longer so when its turn comes."""
    days = {"seen_update": house.countries["uruguay"].retention.seen_update}
    [(_kind, statement), *_others] = retention.old("uruguay", days, house.now)
    keys = await house.database.read(retention.find, statement, 100)
    assert len(keys) == OLD

    def renew(connection: Connection) -> None:
        connection.execute(
            update(SeenUpdate).where(SeenUpdate.update_id == "3").values(at=house.now)
        )

    await house.database.write(renew)
    assert await house.database.write(retention.erase, statement, keys) == OLD - 1
    assert await house.database.read(kept) == FRESH + 1


async def test_a_row_that_will_not_go_is_not_tried_for_ever(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "FOUND_MOST", 7)
    monkeypatch.setattr(retention, "erase", lambda *args: 0)
    gone = await sweep(house.database, house.outside, house.countries)
    assert gone["uruguay"]["seen_update"] == 0


async def test_a_sweep_of_one_country_leaves_the_others_and_the_audit_lines(
    house: SmallHouse,
) -> None:
    gone = await sweep(house.database, house.outside, house.countries, "kenya")
    assert set(gone) == {"kenya"}
    assert await house.database.read(kept) == OLD + FRESH


def test_a_statement_that_asks_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="without a condition"):
        retention.find(None, update(Resident), 1)  # type: ignore[arg-type]


async def test_what_cannot_be_erased_holds_up_nothing_else(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    erase = retention.erase

    def fails_first(connection: Connection, statement: Any, keys: Any) -> int:
        if statement.table.name == "seen_update":
            raise LookupError
        return erase(connection, statement, keys)

    monkeypatch.setattr(retention, "erase", fails_first)

    def note(connection: Connection) -> None:
        for actor in ("ana", "ben"):
            audit.note(
                connection, actor=actor, action="look", subject="", detail="", now=house.now
            )

    await house.database.write(note)
    house.later(days=sweeping.audit_days(house.countries), seconds=1)
    with pytest.raises(LookupError):
        await sweep(house.database, house.outside, house.countries)
    assert "what is old of uruguay, seen_update, could not be erased" in caplog.text
    assert await house.database.read(kept) == OLD + FRESH
    assert await house.database.read(audit.lines) == []
