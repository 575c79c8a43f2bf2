"""Several processes over one PostgreSQL: each with its own connections, held where it matters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from bot.domain.inbound import Command, Inbound, Text
from bot.domain.outcomes import NotAllowed
from bot.domain.reports import BackReport, Status, Told
from bot.services import moderation, upkeep
from bot.services.moderation import Change, Changed
from bot.services.reports import back_report
from bot.work.tasks import EmbeddedTasks
from storage import addresses, outbox, postgres, reports, tasks
from storage.errors import Unanswered, is_away
from storage.later import Kick
from storage.outbox import Owed
from storage.postgres import PostgresDatabase
from tests.conversation.gate import DOOR, REPORT, Town, at_the_gate
from tests.postgres_proxy import Cut, proxy


def held(town: Town) -> Callable[[Connection, Inbound], None]:
    """A turn that waits at the gate before it commits."""

    def take(connection: Connection, inbound: Inbound) -> None:
        town.house.conversations.take_turn(connection, inbound)
        at_the_gate(connection)

    return take


async def meet(town: Town, one: Inbound, other: Inbound) -> None:
    """The turn of `other` begins in a second process while that of `one` is not committed."""
    take = town.house.conversations.take_turn
    await town.meet(
        lambda connection: take(connection, one), lambda connection: take(connection, other)
    )


async def test_two_turns_of_one_resident_never_interleave(town: Town) -> None:
    house = town.house
    house.take(*DOOR, Text("report"))
    await meet(town, house.inbound(Text("full bin")), house.inbound(Text("it smells")))
    house.take(*REPORT[3:])
    assert town.read("select category, text from report") == [("full_bin", "it smells")]


async def test_turns_of_two_residents_do_not_wait_for_each_other(town: Town) -> None:
    house = town.house
    house.take(*DOOR, who="ana")
    house.take(*DOOR, who="ben")
    await town.shut()
    first = asyncio.create_task(
        house.database.write(held(town), house.inbound(Text("report"), who="ana"))
    )
    await town.waiting(1)
    await town.other.write(house.conversations.take_turn, house.inbound(Text("report"), who="ben"))
    assert not first.done()
    await town.open()
    await first


async def test_the_same_update_in_two_processes_is_one_turn(town: Town) -> None:
    house = town.house
    house.take(*DOOR)
    same = house.inbound(Text("report"))
    before = town.read("select count(*) from outbox")
    await meet(town, same, same)
    once = town.read("select count(*) from outbox")
    await town.other.write(house.conversations.take_turn, same)
    assert town.read("select count(*) from outbox") == once > before
    assert town.read("select count(*) from conversation where flow = 'report'") == [(1,)]


@pytest.mark.parametrize("cut", Cut)
async def test_a_turn_of_whose_commit_nobody_can_tell_is_done_once_when_it_comes_again(
    town: Town, cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ATTEMPTS", 2)
    # Another server stands in for the one that went away: it knows nothing of the number.
    monkeypatch.setattr(postgres, "_BECAME", "select nullif($1::text, $1)")
    house, take = town.house, town.house.conversations.take_turn
    house.take(*DOOR)
    owed = "select count(*) from outbox"
    [(before,)] = town.read(owed)
    same = house.inbound(Text("report"))
    async with proxy(town.other.url) as (between, through):
        database = PostgresDatabase(through, house.tasks.hand_over)
        await database.write(outbox.next_due)
        between.cuts.append(cut)
        with pytest.raises(Unanswered) as told:
            await database.write(take, same)
        assert is_away(told.value), "so Telegram brings it again"
        await database.write(take, same)
        [(once,)] = town.read(owed)
        await database.write(take, same)
        await database.close()
    assert town.read(owed) == [(once,)]
    assert int(str(once)) > int(str(before))
    assert town.read("select count(*) from conversation where flow = 'report'") == [(1,)]


async def test_two_first_messages_meet_one_person(town: Town) -> None:
    house = town.house
    await meet(town, house.inbound(Command("start")), house.inbound(Text("hello")))
    assert town.read("select count(*) from address") == [(1,)]
    assert town.read("select count(*) from resident") == [(1,)]
    assert town.read("select count(*) from profile") == [(1,)]


async def test_two_messages_after_a_farewell_meet_one_person(town: Town) -> None:
    """The address stands, with nobody behind it."""
    house = town.house
    house.take(*DOOR, Command("forget"), Text("yes"))
    assert town.read("select count(*) from resident") == [(0,)]
    await meet(town, house.inbound(Command("start")), house.inbound(Text("hello")))
    assert town.read("select count(*) from resident") == [(1,)]
    assert town.read("select count(*) from due where kind = 'farewell'") == [(0,)]


async def test_what_is_owed_to_an_address_is_numbered_in_the_order_of_commits(town: Town) -> None:
    """A later number that was committed first would hide the earlier ones from a web inbox."""
    house = town.house
    house.take(*DOOR, *REPORT)
    [(code,)] = town.read("select code from report")
    await town.shut()
    turn = asyncio.create_task(house.database.write(held(town), house.inbound(Text("my"))))
    await town.waiting(1)
    news = asyncio.create_task(
        town.other.write(
            moderation.change_report,
            house.outside,
            "shell:ana",
            str(code),
            Change(Status.SEEN),
            house.conversations.begin,
        )
    )
    await town.waiting(2)
    [(before,)] = town.read("select max(id) from outbox")
    await town.open()
    await asyncio.gather(turn, news)
    later = town.read(f"select id, priority from outbox where id > {before} order by id")
    priorities = [int(str(priority)) for _id, priority in later]
    assert priorities == sorted(priorities)
    assert set(priorities) == {outbox.REPLY, outbox.NEWS}


async def test_two_organisers_who_change_one_report_tell_its_news_once(town: Town) -> None:
    house = town.house
    house.take(*DOOR, *REPORT)
    [(code,)] = town.read("select code from report")

    def change(connection: Connection) -> Changed | NotAllowed:
        return moderation.change_report(
            connection,
            house.outside,
            "shell:ana",
            str(code),
            Change(Status.DONE),
            house.conversations.begin,
        )

    assert await town.meet(change, change) == (
        Changed(str(code), 1),
        Changed(str(code), 0, already=True),
    )


async def test_backers_at_the_same_time_all_count(town: Town) -> None:
    house = town.house
    house.take(*DOOR, *REPORT)
    [(code,)] = town.read("select code from report")
    names = [f"neighbour {number}" for number in range(6)]
    for name in names:
        house.take(*DOOR, who=name)
    people = [str(id) for (id,) in town.read("select id from resident order by created_at, id")]
    country = house.countries["uruguay"]

    def back(connection: Connection, resident_id: str) -> None:
        person = addresses.person_of(connection, resident_id)
        assert person is not None
        command = BackReport(str(code), Told())
        back_report(connection, house.outside, country, person, "", command)

    await asyncio.gather(
        *(
            (house.database, town.other)[number % 2].write(back, person)
            for number, person in enumerate(people)
        )
    )
    assert town.read("select affected from report") == [(7,)]


async def test_two_senders_never_hold_rows_of_one_address(town: Town) -> None:
    house = town.house
    house.take(*DOOR)
    house.take(*DOOR, who="ben")

    def claim(connection: Connection, gate: bool) -> list[Owed]:
        rows = outbox.claim(connection, house.now, 1)
        if gate:
            at_the_gate(connection)
        return rows

    await town.shut()
    first = asyncio.create_task(house.database.write(claim, True))
    await town.waiting(1)
    # More is owed to the first address meanwhile: it must wait for those that were taken.
    await town.other.write(house.conversations.take_turn, house.inbound(Text("report")))
    taken = await town.other.write(outbox.claim, house.now, 10)
    await town.open()
    own = await first
    assert own
    assert taken
    assert {row.address_id for row in own}.isdisjoint({row.address_id for row in taken})
    assert await town.other.write(outbox.claim, house.now, 10) == []
    house.later(seconds=outbox.LEASE.total_seconds() + 1)
    again = await town.other.write(outbox.claim, house.now, 10)
    assert {row.id for row in own} | {row.id for row in taken} <= {row.id for row in again}


async def test_a_due_row_is_done_by_one_process(town: Town) -> None:
    house = town.house
    house.take(Command("start"))
    house.take(Command("start"), who="ben")
    house.later(days=3)

    def do_due(connection: Connection, gate: bool) -> int:
        done = upkeep.do_due(connection, house.outside)
        if gate:
            at_the_gate(connection)
        return done

    await town.shut()
    first = asyncio.create_task(house.database.write(do_due, True))
    await town.waiting(1)
    assert await town.other.write(do_due, False) == 0
    await town.open()
    assert await first == 2
    assert town.read("select count(*) from resident") == [(0,)]


async def test_a_task_is_taken_by_one_process(town: Town) -> None:
    house = town.house
    later: EmbeddedTasks = house.tasks
    kicks = [Kick("clean files"), Kick("clean files")]
    await house.database.write(lambda connection: later.hand_over(connection, kicks))

    def take(connection: Connection, gate: bool) -> bool:
        taken = tasks.take(connection, house.now, ["clean files"])
        if gate:
            at_the_gate(connection)
        return taken is not None

    await town.shut()
    first = asyncio.create_task(house.database.write(take, True))
    await town.waiting(1)
    assert await town.other.write(take, False)
    assert not await town.other.write(take, False)
    await town.open()
    assert await first


async def test_nobody_is_told_after_being_forgotten(town: Town) -> None:
    house = town.house
    house.take(*DOOR, *REPORT)
    [(resident_id,)] = town.read("select id from resident")
    house.take(Text("forget me"))
    await town.shut()
    forget = asyncio.create_task(house.database.write(held(town), house.inbound(Text("yes"))))
    await town.waiting(1)
    tell = asyncio.create_task(town.other.write(addresses.person_of, str(resident_id)))
    await town.waiting(2)
    await town.open()
    await forget
    assert await tell is None


async def test_report_rows_are_still_as_they_were(town: Town) -> None:
    house = town.house
    house.take(*DOOR, *REPORT)
    [row] = house.database.write_now(reports.list_reports)
    assert (row.status, row.affected, row.point) == (Status.NEW, 1, None)
    assert row.created_at == house.now
