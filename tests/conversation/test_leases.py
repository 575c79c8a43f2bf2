"""Whoever is slower than its lease has no say any more; nobody waits for the slowest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.domain.inbound import Command, Text
from bot.domain.operations import GivenUp, Operation, Receipt, RetryAt, Sent, Unknown
from bot.work import outbox as sending
from bot.work import receipts as keeping
from bot.work.outbox import Sender
from bot.work.receipts import MOST_DEATHS, MOST_UNSURE
from storage import outbox
from storage.errors import Busy
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

Owed = Sequence[tuple[str, Operation]]
Answer = Callable[[Owed], Sequence[Receipt]]


@pytest.fixture(params=ENGINES)
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as found:
        found.take(Command("start"), Text("English"))
        yield found


class Channel:
    """Takes and notes what it is handed; an address that is `shut` answers once it is opened."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.shut: dict[str, asyncio.Event] = {}
        self.busy = asyncio.Event()
        self.answer: Answer = lambda owed: [Sent(owed[0][0])]

    async def send(self, _bot: str, address: str, owed: Owed, _language: str) -> Sequence[Receipt]:
        self.heard.append((address, owed[0][0]))
        if address in self.shut:
            self.busy.set()
            await self.shut[address].wait()
        return self.answer(owed)


def sender_of(house: SmallHouse, channel: Channel) -> Sender:
    return Sender(house.database, house.keys, house.outside, channel.send)


async def read(house: SmallHouse, sql: str) -> list[tuple[object, ...]]:
    return await house.database.read(
        lambda connection: [tuple(row) for row in connection.execute(text(sql))]
    )


def over(house: SmallHouse) -> None:
    house.later(seconds=outbox.LEASE.total_seconds() + 1)


async def test_a_sender_slower_than_its_lease_neither_marks_nor_sends_again(
    house: SmallHouse,
) -> None:
    slow, quick = Channel(), Channel()
    slow.shut["ana"] = asyncio.Event()
    first = asyncio.create_task(sender_of(house, slow).send_ready())
    await slow.busy.wait()
    over(house)
    quick.shut["ana"] = asyncio.Event()
    second = asyncio.create_task(sender_of(house, quick).send_ready())
    await quick.busy.wait()
    slow.shut["ana"].set()
    await first
    assert len(slow.heard) == 1
    assert {row[0] for row in await read(house, "select state from outbox")} == {outbox.SENDING}
    quick.shut["ana"].set()
    await second
    rows = await read(house, "select state, unsure from outbox order by id")
    # It was under way when the lease ran out, and then it was sent by the one that had lost it.
    assert rows[0] == (outbox.SENT, 2)
    assert set(rows[1:]) == {(outbox.SENT, 0)}
    assert quick.heard[0] == slow.heard[0]


async def test_who_lives_keeps_its_lease_however_slow_the_channel(house: SmallHouse) -> None:
    slow, quick = Channel(), Channel()
    slow.shut["ana"] = asyncio.Event()
    sender = sender_of(house, slow)
    first = asyncio.create_task(sender.send_ready())
    await slow.busy.wait()
    for _minute in range(5):
        await sender._renew()
        house.later(seconds=20)
        assert await sender_of(house, quick).send_ready() == 0
    slow.shut["ana"].set()
    await first
    assert set(await read(house, "select state, unsure from outbox")) == {(outbox.SENT, 0)}


async def test_all_that_is_under_way_is_renewed_in_one_write(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many wait for the database, one write for each chat would come too late."""
    house.take(Command("start"), Text("English"), who="ben")
    slow = Channel()
    slow.shut = {"ana": asyncio.Event(), "ben": asyncio.Event()}
    sender = sender_of(house, slow)
    first = asyncio.create_task(sender.send_ready())
    while len(slow.heard) < len(slow.shut):  # noqa: ASYNC110
        await asyncio.sleep(0)
    house.later(seconds=20)
    writes: list[object] = []
    write = house.database.write

    async def counted(*given: Any) -> Any:
        writes.append(given)
        return await write(*given)

    monkeypatch.setattr(house.database, "write", counted)
    await sender._renew()
    assert len(writes) == 1
    house.later(seconds=20)
    assert await sender_of(house, Channel()).send_ready() == 0
    for shut in slow.shut.values():
        shut.set()
    await first


async def test_who_learns_that_another_took_over_stops_at_once(house: SmallHouse) -> None:
    slow = Channel()
    slow.shut["ana"] = asyncio.Event()
    sender = sender_of(house, slow)
    first = asyncio.create_task(sender.send_ready())
    await slow.busy.wait()
    over(house)
    await house.database.write(outbox.claim, house.now, 10)
    await sender._renew()
    await first
    assert {row[0] for row in await read(house, "select state from outbox")} == {outbox.SENDING}


async def test_a_sender_that_hears_nothing_of_its_lease_lets_go(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_CUT", outbox.LEASE * 0)
    slow = Channel()
    slow.shut["ana"] = asyncio.Event()
    await sender_of(house, slow).send_ready()
    assert len(slow.heard) <= 1
    assert {row[0] for row in await read(house, "select state from outbox")} == {outbox.SENDING}


async def test_what_was_sent_is_kept_once_the_database_is_back(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, mark = iter([Busy(), Busy()]), outbox.mark_sent

    def mark_later(connection: Connection, sent: Sequence[tuple[int, str]]) -> None:
        for error in away:
            raise error
        mark(connection, sent)

    monkeypatch.setattr(keeping, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(outbox, "mark_sent", mark_later)
    channel = Channel()
    await sender_of(house, channel).send_ready()
    heard = [id for _address, id in channel.heard]
    assert len(heard) == len(set(heard))
    assert set(await read(house, "select state, unsure from outbox")) == {(outbox.SENT, 0)}


async def test_nobody_waits_for_the_slowest_chat(house: SmallHouse) -> None:
    channel = Channel()
    channel.shut["ana"] = asyncio.Event()
    sender = sender_of(house, channel)
    running = asyncio.create_task(sender.run())
    await channel.busy.wait()
    for who in ("ben", "cleo"):
        inbound = house.inbound(Command("start"), who=who)
        passed = sender.next_pass()
        await house.database.write(house.conversations.take_turn, inbound)
        sender.wake()
        await passed.wait()
        assert who in {address for address, _id in channel.heard}
    assert [address for address, _id in channel.heard].count("ana") == 1
    channel.shut["ana"].set()
    running.cancel()
    await asyncio.wait([running])
    rows = await read(house, "select count(*) from outbox where state = 'sending'")
    assert rows == [(0,)]


async def test_waits_do_not_count_as_answers_that_were_lost(house: SmallHouse) -> None:
    channel = Channel()
    sender = sender_of(house, channel)
    channel.answer = lambda owed: [RetryAt(1, "retry_after")]
    for _wait in range(MOST_UNSURE * 4):
        await sender.send_ready()
        house.later(seconds=2)
    assert len(channel.heard) == MOST_UNSURE * 4
    channel.answer = lambda owed: [Unknown()]
    for _loss in range(MOST_UNSURE - 1):
        await sender.send_ready()
        house.later(minutes=2)
    states = await read(house, "select distinct state from outbox")
    assert states == [(outbox.OWED,)]
    await sender.send_ready()
    states = await read(house, "select state from outbox order by id limit 1")
    assert states == [(outbox.UNKNOWN,)]


async def test_after_so_many_deaths_a_reply_is_left_for_the_next(
    house: SmallHouse,
) -> None:
    for _death in range(MOST_DEATHS):
        assert await house.database.write(outbox.claim, house.now, 10)
        over(house)
    assert await sender_of(house, Channel()).send_ready() > 0
    rows = await read(house, "select state from outbox order by id")
    assert {row[0] for row in rows[1:]} == {outbox.SENT}
    # One more than that, and it is taken for what they died of; the others still arrive.
    assert rows[0] == (outbox.UNKNOWN,)


async def test_a_reply_whose_sender_died_again_and_again_arrives(house: SmallHouse) -> None:
    for _death in range(MOST_DEATHS - 1):
        assert await house.database.write(outbox.claim, house.now, 10)
        over(house)
    await sender_of(house, Channel()).send_ready()
    assert set(await read(house, "select state from outbox")) == {(outbox.SENT,)}


async def test_a_death_with_what_goes_to_many_under_way_ends_it_as_unknown(
    house: SmallHouse,
) -> None:
    many = f"update outbox set priority = {outbox.BROADCAST}"
    await house.database.write(lambda connection: connection.execute(text(many)))
    taken = await house.database.write(outbox.claim, house.now, 10)
    assert len(taken) > 1
    over(house)
    channel = Channel()
    await sender_of(house, channel).send_ready()
    rows = await read(house, "select state from outbox order by id")
    assert [row[0] for row in rows] == [outbox.UNKNOWN, *[outbox.SENT] * (len(taken) - 1)]
    assert str(taken[0].id) not in {id for _address, id in channel.heard}


async def test_who_has_blocked_the_bot_is_noted_and_owed_nothing_more(house: SmallHouse) -> None:
    channel = Channel()
    channel.answer = lambda owed: [GivenUp("blocked")]
    await sender_of(house, channel).send_ready()
    assert len(channel.heard) == 1
    states = await read(house, "select distinct state, reason from outbox")
    assert states == [(outbox.GIVEN_UP, "blocked")]
    blocked = "select count(*) from address where blocked_at is not null"
    assert await read(house, blocked) == [(1,)]
    house.take(Text("English"))
    assert await read(house, blocked) == [(0,)]
