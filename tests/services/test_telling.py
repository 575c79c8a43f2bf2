"""What is told to very many: some in each transaction, and each of them once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, text

from bot.domain.inbound import Command, Input, Text
from bot.domain.operations import Tell
from bot.domain.owed import load_operation
from bot.domain.reports import Status
from bot.services import moderation, news, upkeep
from bot.services.moderation import Change, Changed
from bot.services.news import tell_some
from storage import backers, facts, reports, residents, tellings
from storage.tellings import TELL
from tests.houses import START, SmallHouse, open_house
from tests.postgres import ENGINES

MOST = 3
NEIGHBOURS = 7


@pytest.fixture(params=ENGINES)
async def house(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SmallHouse]:
    monkeypatch.setattr(news, "TOLD_MOST", MOST)
    async with open_house(tmp_path, request.param) as house:
        yield house


async def take(house: SmallHouse, who: str, *words: str) -> None:
    said: list[Input] = [Command("start"), *map(Text, words)]
    for input in said:
        inbound = house.inbound(input, who=who)
        await house.database.write(house.conversations.take_turn, inbound)


async def followed(house: SmallHouse) -> str:
    """A report that has `NEIGHBOURS` who back it beside who told it; its code. Nothing is owed."""
    await take(house, "ana", "English", "yes", "report", "full bin", "Overflowing", "Palermo")
    await take(house, "ana", "report", "skip", "skip", "2", "no", "send it")
    for number in range(NEIGHBOURS):
        await take(house, f"neighbour {number}", "English", "yes")
    return await house.database.write(_followed, house)


def _followed(connection: Connection, house: SmallHouse) -> str:
    [row] = reports.list_reports(connection)
    for id in connection.scalars(text("select id from resident order by id")).all():
        if id != row.resident_id:
            backers.add_backer(connection, row.id, id, house.now)
    connection.execute(text("delete from outbox"))
    return row.code


async def change(house: SmallHouse, code: str, status: Status) -> int:
    changed = await house.database.write(
        moderation.change_report,
        house.outside,
        "shell:ana",
        code,
        Change(status),
        house.conversations.begin,
    )
    assert isinstance(changed, Changed)
    return changed.told


async def tell(house: SmallHouse) -> None:
    await house.database.write(tell_some, house.outside, house.conversations.begin)


async def told(house: SmallHouse) -> dict[str, list[str]]:
    """The news that each resident is owed, in their order."""
    found: dict[str, list[str]] = {}
    rows = await house.database.read(
        lambda connection: connection.execute(
            text("select resident_id, payload from outbox order by id")
        ).all()
    )
    for resident_id, payload in rows:
        operation = load_operation(msgspec.json.decode(payload))
        if isinstance(operation, Tell):
            line = house.speeches["uruguay"].text(operation.line, "en")
            found.setdefault(resident_id, []).append(line.split(": ")[-1])
    return found


async def count(house: SmallHouse, table: str) -> int:
    sql = text(f"select count(*) from {table}")
    return await house.database.read(lambda connection: connection.scalar(sql) or 0)


async def test_very_many_are_told_some_in_each_transaction(house: SmallHouse) -> None:
    code = await followed(house)
    assert await change(house, code, Status.SEEN) == NEIGHBOURS + 1
    assert await told(house) == {}
    sizes = []
    while await count(house, "untold"):
        before = await count(house, "outbox")
        await tell(house)
        sizes.append(await count(house, "outbox") - before)
    assert sizes == [MOST, MOST, NEIGHBOURS + 1 - 2 * MOST]
    assert list((await told(house)).values()) == [["seen by the team."]] * (NEIGHBOURS + 1)
    assert await count(house, "telling") == 0


async def test_a_few_are_told_with_the_change_itself(house: SmallHouse) -> None:
    code = await followed(house)
    few = text("delete from backer where resident_id > (select min(resident_id) from backer)")
    await house.database.write(lambda connection: connection.execute(few).rowcount)
    assert await change(house, code, Status.SEEN) == 2
    assert await count(house, "outbox") == 2
    assert await count(house, "untold") == 0


async def test_a_death_between_two_transactions_tells_nobody_twice(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)
    deaths = 0

    async def die_after(_args: Any) -> None:
        nonlocal deaths
        await tell(house)
        deaths += 1
        raise RuntimeError("its process died")

    house.tasks.register(TELL, die_after)
    while await house.tasks.run_one(house.database):
        pass
    assert deaths > 1
    assert await count(house, "untold") == 0
    assert sorted((await told(house)).values()) == [["seen by the team."]] * (NEIGHBOURS + 1)


async def test_a_portion_that_is_not_committed_is_told_by_the_next(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)

    def cut(connection: Connection) -> None:
        tell_some(connection, house.outside, house.conversations.begin)
        raise RuntimeError("before the commit")

    with pytest.raises(RuntimeError):
        await house.database.write(cut)
    assert await told(house) == {}
    while await count(house, "untold"):
        await tell(house)
    assert sorted((await told(house)).values()) == [["seen by the team."]] * (NEIGHBOURS + 1)


async def test_each_hears_the_news_in_the_order_in_which_it_was(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)
    await tell(house)
    await change(house, code, Status.SENT_ON)
    few = text("delete from backer where resident_id > (select min(resident_id) from backer)")
    await house.database.write(lambda connection: connection.execute(few).rowcount)
    # Even two of them wait behind what all are still to be told.
    assert await change(house, code, Status.NOT_OURS) == 2
    while await count(house, "untold"):
        await tell(house)
    lines = sorted((await told(house)).values(), key=len)
    assert [len(heard) for heard in lines] == [2] * (NEIGHBOURS - 1) + [3] * 2
    assert lines[0] == ["seen by the team.", "sent to those in charge."]
    assert all(heard[:2] == lines[0] for heard in lines)


async def test_who_is_forgotten_or_stops_meanwhile_is_told_nothing(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)

    def leave(connection: Connection) -> list[str]:
        first, second, *_others = connection.scalars(
            text("select resident_id from untold order by resident_id")
        ).all()
        residents.forget(connection, str(first), None)
        stop = text("update resident set stopped_at = created_at where id = :id")
        connection.execute(stop, {"id": second})
        return [str(first), str(second)]

    gone = await house.database.write(leave)
    assert await count(house, "untold") == NEIGHBOURS
    while await count(house, "untold"):
        await tell(house)
    heard = await told(house)
    assert len(heard) == NEIGHBOURS - 1
    assert not set(gone) & heard.keys()


async def test_whoever_cannot_be_told_holds_up_nobody(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    code = await followed(house)
    await change(house, code, Status.DONE)
    begun: list[str] = []
    failing: set[str] = set()

    def begin(connection: Connection, resident_id: str, flow: str, argument: str) -> bool:
        assert (flow, argument) == ("fixed", code)
        failing.add(min([resident_id, *failing]))
        if resident_id in failing:
            raise ValueError("a mistake of ours")
        begun.append(resident_id)
        return True

    while await count(house, "untold"):
        await house.database.write(tell_some, house.outside, begin)
    assert len(set(begun)) == len(await told(house)) == NEIGHBOURS
    assert not failing & set(begun)
    assert "could not be told" in caplog.text


async def test_a_report_that_is_done_is_asked_about_with_each(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.DONE)
    while await count(house, "untold"):
        await tell(house)
    asked = text("select count(*) from conversation where flow = 'fixed'")
    assert await house.database.read(lambda one: one.scalar(asked)) == NEIGHBOURS + 1


async def test_after_a_restore_nobody_is_told_until_it_is_resumed(house: SmallHouse) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)
    await house.database.write(restore)
    await tell(house)
    assert await told(house) == {}
    await house.database.write(upkeep.resume, house.outside, drop_owed=False)
    await tell(house)
    assert len(await told(house)) == MOST
    await house.database.write(restore)
    await house.database.write(upkeep.resume, house.outside, drop_owed=True)
    assert not await house.database.read(tellings.are_waiting)


async def test_what_an_organiser_says_after_a_restore_is_told_whatever_is_dropped(
    house: SmallHouse,
) -> None:
    code = await followed(house)
    await change(house, code, Status.SEEN)
    await house.database.write(restore)
    house.later(minutes=5)
    await change(house, code, Status.SENT_ON)
    await house.database.write(upkeep.resume, house.outside, drop_owed=True)
    while await count(house, "untold"):
        await tell(house)
    assert list((await told(house)).values()) == [["sent to those in charge."]] * (NEIGHBOURS + 1)
    assert await count(house, "telling") == 0


def restore(connection: Connection) -> None:
    facts.begin_epoch(connection, "another", START)
