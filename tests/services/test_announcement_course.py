"""When an announcement starts, pauses, ends and goes on, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.announcements import State
from bot.domain.operations import Announce, GivenUp, Receipt, Sent, Tried
from bot.domain.outcomes import NotAllowed
from bot.services import announcements
from bot.services.announcements import Changed, Confirm
from bot.work import announcer
from bot.work.announcer import TICK_SECONDS
from storage import audit, deliveries, facts, unsent
from tests.announced import (
    COUNTRY,
    Recorder,
    announcing,
    draft,
    limited,
    nothing,
    people,
    scheduled,
)
from tests.houses import SmallHouse


async def test_it_pauses_itself_when_more_than_one_in_ten_of_the_first_are_given_up(
    house: SmallHouse,
) -> None:
    people(house, 600)

    def answer(address: str, before: int) -> Receipt:
        return GivenUp("blocked") if int(address) % 9 == 0 else Sent()

    row = scheduled(house)
    town = announcing(house, Recorder(answer))
    await town.go()
    paused = town.found(row.code)
    assert (paused.state, paused.reason) == (State.PAUSED, "many given up")
    ends = town.ends(row.code)
    assert ends["waiting"] >= 200
    lines = house.database.write_now(audit.lines)
    assert next(line[2] for line in lines if line[3] == row.code) == "announce pause"
    house.database.write_now(announcements.resume, house.outside, "shell:ana", row.code)
    await town.go()
    assert town.found(row.code).state is State.DONE, "it is judged once"
    assert len(town.bot.tried) == 600


async def test_one_in_ten_exactly_is_borne(house: SmallHouse) -> None:
    people(house, 200)

    def answer(address: str, before: int) -> Receipt:
        return GivenUp("blocked") if int(address) % 10 == 0 else Sent()

    row = scheduled(house)
    town = announcing(house, Recorder(answer))
    await town.go()
    assert town.found(row.code).state is State.DONE
    assert town.ends(row.code) == {"sent": 180, "given up: blocked": 20}


async def test_paused_it_sends_nothing_and_resumed_it_goes_on_where_it_was(
    house: SmallHouse,
) -> None:
    people(house, 5)
    row = scheduled(house)
    few = announcing(house, draw=limited(2))
    await few.go()
    paused = house.database.write_now(announcements.pause, house.outside, "shell:ana", row.code)
    assert isinstance(paused, Changed)
    town = announcing(house, few.bot)
    await town.go(minutes=5)
    assert len(town.bot.tried) == 2
    house.database.write_now(announcements.resume, house.outside, "shell:ana", row.code)
    await town.go()
    assert sorted(address for address, _ in town.bot.tried) == [
        "10001",
        "10002",
        "10003",
        "10004",
        "10005",
    ]


async def test_cancelled_it_reaches_nobody_else(house: SmallHouse) -> None:
    people(house, 3)
    row = scheduled(house)
    town = announcing(house, draw=limited(1))
    await town.go()
    outcome = house.database.write_now(announcements.cancel, house.outside, "shell:ana", row.code)
    assert isinstance(outcome, Changed)
    assert outcome.closed == 2
    await town.go(hours=7)
    assert town.ends(row.code) == {"sent": 1, "cancelled": 2}
    refused = house.database.write_now(announcements.resume, house.outside, "shell:ana", row.code)
    assert isinstance(refused, NotAllowed)


@pytest.mark.parametrize("hours", [0, 7 * 24], ids=["cancelled", "too late"])
async def test_what_is_not_to_be_sent_any_more_ends_a_little_at_a_time(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    ended: list[int] = []

    def watched(*args: Any, close: Callable[..., int] = unsent.close_some) -> int:
        ended.append(close(*args))
        return ended[-1]

    monkeypatch.setattr(unsent, "CLOSED_MOST", 3)
    monkeypatch.setattr(unsent, "close_some", watched)
    people(house, 8)
    row = scheduled(house)
    town = announcing(house, draw=nothing)
    await town.go()
    if not hours:
        does = announcements.cancel
        outcome = house.database.write_now(does, house.outside, "shell:ana", row.code)
        assert isinstance(outcome, Changed)
        assert outcome.closed == 8
        assert town.ends(row.code) == {"cancelled": 3, "waiting": 5}
    await town.go(hours=hours)
    assert ended == [3, 3, 2]
    assert town.ends(row.code) == ({"held: too late": 8} if hours else {"cancelled": 8})
    assert town.found(row.code).state is (State.DONE if hours else State.CANCELLED)


async def test_the_same_text_to_the_same_people_within_a_week_asks_first(
    house: SmallHouse,
) -> None:
    first = scheduled(house)
    same = draft()
    same = replace(same, content=replace(same.content, opens="idea"))
    twin = house.database.write_now(announcements.keep, house.outside, "shell:ana", same)
    other = house.database.write_now(
        announcements.keep, house.outside, "shell:ana", draft(channels=("web",))
    )

    def schedule(code: str, again: bool = False) -> object:
        return house.database.write_now(
            announcements.schedule,
            house.outside,
            "shell:ana",
            house.countries[COUNTRY],
            code,
            again=again,
        )

    assert isinstance(schedule(other.code), Changed), "another audience"
    asked = schedule(twin.code)
    assert isinstance(asked, Confirm), "whatever its button opens"
    assert asked.code == first.code
    assert isinstance(schedule(twin.code, again=True), Changed)
    late = house.database.write_now(announcements.keep, house.outside, "shell:ana", draft())
    house.later(days=7, seconds=1)
    assert isinstance(schedule(late.code), Changed), "a week later"


async def test_what_is_weeks_away_asks_for_nothing_until_it_is_moved_beside_the_other(
    house: SmallHouse,
) -> None:
    first = scheduled(house)
    twin = house.database.write_now(announcements.keep, house.outside, "shell:ana", draft())
    day = house.outside.clock().replace(tzinfo=None, hour=15, minute=0)

    def put(act: Callable[..., object], days: int, again: bool = False) -> object:
        at = day + timedelta(days=days)
        country = house.countries[COUNTRY]
        return house.database.write_now(
            act, house.outside, "shell:ana", country, twin.code, at, again=again
        )

    assert isinstance(put(announcements.schedule, 20), Changed)
    asked = put(announcements.move, 3)
    assert isinstance(asked, Confirm)
    assert asked.code == first.code
    assert isinstance(put(announcements.move, 3, again=True), Changed)
    assert isinstance(put(announcements.move, 12), Changed)


async def test_it_starts_at_the_time_that_clocks_show_there(house: SmallHouse) -> None:
    people(house, 1)
    # 12:00 UTC is 9:00 in Montevideo.
    local = datetime.fromisoformat("2026-11-25T10:30")
    row = scheduled(house, local=local)
    assert (row.start_local, row.zone) == ("2026-11-25T10:30", "America/Montevideo")
    town = announcing(house)
    assert await town.announcer.announce_ready() == row.start_at
    await town.go(hours=1, minutes=29, seconds=59)
    assert town.bot.tried == []
    await town.go(seconds=1)
    assert len(town.bot.tried) == 1
    refused = house.database.write_now(
        announcements.schedule,
        house.outside,
        "shell:ana",
        house.countries[COUNTRY],
        house.database.write_now(
            announcements.keep, house.outside, "shell:ana", draft(languages=("en",))
        ).code,
        local=local,
    )
    assert isinstance(refused, NotAllowed)
    assert "10:30 now" in refused.why


async def test_moved_it_starts_at_the_new_time_and_begun_it_is_moved_no_more(
    house: SmallHouse,
) -> None:
    people(house, 1)
    row = scheduled(house, local=datetime.fromisoformat("2026-11-25T10:30"))

    def move(time: str) -> Changed | Confirm | NotAllowed:
        return house.database.write_now(
            announcements.move,
            house.outside,
            "shell:ana",
            house.countries[COUNTRY],
            row.code,
            datetime.fromisoformat(time),
        )

    assert isinstance(move("2026-11-25T12:00"), Changed)
    town = announcing(house)
    await town.go(hours=2)
    assert town.bot.tried == [], "11:00 there, after the first start"
    moved = town.found(row.code)
    assert (moved.start_local, moved.state) == ("2026-11-25T12:00", State.SCHEDULED)
    assert moved.start_at is not None
    assert moved.best_before == moved.start_at + timedelta(days=7)
    await town.go(hours=1)
    assert len(town.bot.tried) == 1
    refused = move("2026-11-26T12:00")
    assert isinstance(refused, NotAllowed)
    assert f"{row.code} began on 2026-11-25 12:00 America/Montevideo, and is done" in refused.why


async def test_a_restored_database_comes_up_paused_and_sends_nothing_by_itself(
    house: SmallHouse,
) -> None:
    people(house, 3)
    row = scheduled(house)
    town = announcing(house, draw=limited(1))
    await town.go()
    house.database.write_now(facts.begin_epoch, "another", house.now)
    other = announcing(house, town.bot)
    await other.go(hours=1)
    assert len(town.bot.tried) == 1
    from bot.services import upkeep

    house.database.write_now(upkeep.resume, house.outside, drop_owed=False)
    await other.go(hours=1)
    assert len(town.bot.tried) == 1
    found = town.found(row.code)
    assert (found.state, found.reason) == (State.PAUSED, "restored")
    house.database.write_now(announcements.resume, house.outside, "shell:ana", row.code)
    await other.go()
    assert town.ends(row.code) == {"sent": 3}


async def test_what_was_under_way_when_a_process_died_is_unknown_and_never_repeated(
    house: SmallHouse,
) -> None:
    people(house, 5)
    row = scheduled(house)
    hanging, begun = asyncio.Event(), asyncio.Event()

    class Hangs(Recorder):
        async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
            self.tried.append((address, ""))
            if len(self.tried) == 2:
                begun.set()
            await hanging.wait()
            raise AssertionError("nobody lets it go on")

    town = announcing(house, Hangs(), draw=limited(2))
    dying = asyncio.create_task(town.announcer.announce_ready())
    await asyncio.wait_for(begun.wait(), 5)
    other = announcing(house)
    await other.go()
    assert other.bot.tried == [], "the bot is the first one's until its lease is over"
    await other.go(seconds=61)
    assert other.ends(row.code) == {"sent": 3, "unknown: process ended": 2}
    # The slow one wakes up, and finds that it may neither mark nor send.
    hanging.set()
    await asyncio.wait_for(dying, 5)
    assert other.ends(row.code) == {"sent": 3, "unknown: process ended": 2}
    assert len(town.bot.tried) == 2


@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_process_that_has_nothing_more_to_send_holds_up_no_other(
    house: SmallHouse, channel: str
) -> None:
    for first, language in ((1, "es"), (4, "en")):
        people(house, 3, bot=f"{COUNTRY}/{channel}", first=first, language=language)
    one, other = announcing(house), announcing(house)
    for language, sending in (("es", one), ("en", other)):
        await one.go()
        row = scheduled(house, draft(languages=(language,)))
        begun = house.now
        await sending.go()
        assert sending.ends(row.code) == {"sent": 3}
        assert house.now - begun < timedelta(seconds=5)


async def test_nothing_but_the_budget_makes_it_wait(house: SmallHouse) -> None:
    people(house, 600)
    row = scheduled(house)
    begun = house.now
    town = announcing(house)
    await town.go()
    assert town.ends(row.code) == {"sent": 600}
    # One tick, after the last batch, in which there is room left.
    assert house.now - begun <= timedelta(seconds=2 * TICK_SECONDS)


async def test_copies_are_made_a_few_at_a_time_of_whom_was_found_beside_the_writing(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def watched(*args: Any, build: Callable[..., int] = deliveries.build_of) -> int:
        made.append(build(*args))
        return made[-1]

    monkeypatch.setattr(announcer, "FILL_MOST", 3)
    monkeypatch.setattr(deliveries, "build_of", watched)
    people(house, 8)
    row = scheduled(house)
    town = announcing(house)
    await town.go()
    assert made == [3, 3, 2]
    assert town.ends(row.code) == {"sent": 8}


async def test_batches_go_on_where_an_end_interrupted_them(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import delivering

    monkeypatch.setattr(deliveries, "BATCH", 4)
    monkeypatch.setattr(deliveries.build, "__defaults__", (4,))
    people(house, 10)
    row = scheduled(house)
    served = {COUNTRY: house.countries[COUNTRY]}
    [id] = house.database.write_now(delivering.begin_due, house.outside, served)
    assert house.database.write_now(delivering.fill, house.outside, served, id)
    town = announcing(house)
    assert town.ends(row.code) == {"waiting": 4}
    assert not town.found(row.code).built
    await town.go()
    assert town.ends(row.code) == {"sent": 10}
    assert len({address for address, _ in town.bot.tried}) == 10
