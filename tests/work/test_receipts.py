"""Receipts that end together are kept together, and none pays for another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from bot.domain.inbound import Command, Text
from bot.domain.operations import GivenUp, Off, RetryAt, Sent, Shown, Step
from bot.services.residents import BLOCKED
from bot.work import receipts
from bot.work.receipts import TOGETHER, Kept, Receipts, Tried
from storage import outbox, prompts
from storage.database import Connection
from storage.errors import Busy
from storage.outbox import Owed
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

NAMES = ("ana", "ben", "carla")


@pytest.fixture(params=ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as found:
        for name in NAMES:
            found.take(Command("start"), Text("English"), who=name)
        yield found


async def claimed(house: SmallHouse) -> list[list[Owed]]:
    """What is owed, by address."""
    rows = await house.database.write(outbox.claim, house.now, 50)
    found: dict[str, list[Owed]] = {}
    for row in rows:
        found.setdefault(row.address_id, []).append(row)
    assert len(found) == len(NAMES)
    return list(found.values())


def shown_at(connection: Connection, ids: list[str]) -> dict[str, tuple[Shown, ...]]:
    return prompts.shown_at(connection, ids)


async def test_what_ends_while_another_is_kept_is_kept_together(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = await claimed(house)
    together: list[int] = []
    keep_all = receipts.keep_all

    def counted(connection: Connection, tried: list[Tried], now: Any) -> list[Kept]:
        together.append(len(tried))
        return keep_all(connection, tried, now)

    monkeypatch.setattr(receipts, "keep_all", counted)
    keeper = Receipts(house.database, house.outside)
    first = asyncio.create_task(keeper.keep(Tried(queues[0], [Sent("1")])))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [keeper.keep(Tried(rows, [Sent("2")])) for rows in queues[1:]]
    kept = [await first, *await asyncio.gather(*others)]
    assert together == [1, 2]
    assert [[row.id for row in each.left] for each in kept] == [
        [row.id for row in rows[1:]] for rows in queues
    ]
    assert (await house.database.write(outbox.counts))[outbox.SENT] == len(NAMES)


async def test_each_address_has_its_own_end(house: SmallHouse) -> None:
    ana, ben, carla = await claimed(house)
    asked = Shown("talk", 1, "7", keyboard=True)
    tried = [
        Tried(
            ana,
            [
                Sent("7", (asked,)),
                Sent("8", (Shown("talk", 2, "8", keyboard=False), Off("talk", 1))),
            ],
        ),
        Tried(ben, [GivenUp(BLOCKED)]),
        Tried(carla, [RetryAt(60, "retry_after")]),
    ]
    kept = await house.database.write(receipts.keep_all, tried, house.now)
    ids = [rows[0].address_id for rows in (ana, ben, carla)]
    shown = await house.database.write(shown_at, ids)
    # The keyboard of the first is not down yet: it is still known, beside the second.
    assert shown == {ids[0]: (asked, Shown("talk", 2, "8", keyboard=False))}
    assert [row.shown for row in kept[0].left] == [shown[ids[0]]] * len(ana[2:])
    assert (kept[1].left, kept[1].more) == ([], False)
    assert kept[2].left == []
    counts = await house.database.write(outbox.counts)
    assert counts[outbox.SENT] == 2
    assert counts[outbox.GIVEN_UP] == len(ben)
    assert counts[outbox.OWED] == len(carla)


async def test_a_question_that_is_shown_anew_stands_where_it_was_sent_last(
    house: SmallHouse,
) -> None:
    ana, *_others = await claimed(house)
    steps: list[Step] = [Sent(ref, (Shown("talk", 1, ref, keyboard=False),)) for ref in ("7", "9")]
    await house.database.write(receipts.keep_all, [Tried(ana, steps)], house.now)
    id = ana[0].address_id
    assert await house.database.write(shown_at, [id]) == {
        id: (Shown("talk", 1, "9", keyboard=False),)
    }


async def test_one_that_cannot_be_kept_costs_the_others_nothing(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues = await claimed(house)
    poisoned = queues[1][0].id
    mark_sent = outbox.mark_sent

    def fails(connection: Connection, sent: list[tuple[int, str]]) -> None:
        if any(id == poisoned for id, _ref in sent):
            raise LookupError
        mark_sent(connection, sent)

    monkeypatch.setattr(outbox, "mark_sent", fails)
    keeper = Receipts(house.database, house.outside)
    outcomes = await asyncio.gather(
        *(keeper.keep(Tried(rows, [Sent("1")])) for rows in queues), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [Kept, LookupError, Kept]
    assert (await house.database.write(outbox.counts))[outbox.SENT] == 2


class FullDisk(Exception):
    """As a server says it."""

    sqlstate = "53100"


@pytest.mark.parametrize("failure", [Busy("away"), DBAPIError("", {}, FullDisk())])
async def test_a_database_that_is_away_is_asked_again_for_all(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    queues = await claimed(house)
    monkeypatch.setattr(receipts, "AGAIN_SECONDS", 0.0)
    write, failures = house.database.write, iter([failure, failure])

    async def away(*given: Any) -> Any:
        if (error := next(failures, None)) is not None:
            raise error
        return await write(*given)

    monkeypatch.setattr(house.database, "write", away)
    keeper = Receipts(house.database, house.outside)
    await asyncio.gather(*(keeper.keep(Tried(rows, [Sent("1")])) for rows in queues))
    assert (await write(outbox.counts))[outbox.SENT] == len(NAMES)


async def test_no_transaction_grows_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Away:
        async def write(self, _fn: object, tried: list[Tried], _now: object) -> list[Kept]:
            sizes.append(len(tried))
            return [Kept([], more=False)] * len(tried)

    class Outside:
        def clock(self) -> None:
            return None

    keeper = Receipts(Away(), Outside())  # type: ignore[arg-type]  # nothing of them is looked at
    await asyncio.gather(*(keeper.keep(Tried([], [])) for _each in range(TOGETHER + 1)))
    assert sizes == [TOGETHER, 1]
