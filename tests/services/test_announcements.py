"""Announcements from the draft to the last copy, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.links import OPENS
from bot.domain.announcements import OPENINGS, TOOK_PART_KINDS, Audience, State, TookPart
from bot.domain.inbound import Command, Text
from bot.domain.operations import GivenUp, Receipt, RetryAt, Sent, Unknown
from bot.services import announcements, residents
from bot.services.announcements import Changed, Confirm
from bot.services.delivering import quiet_until
from bot.services.moderation import NotAllowed
from storage import addresses, audiences, audit, facts
from storage.audiences import Reach
from tests.announced import (
    COUNTRY,
    WEB,
    Budget,
    Recorder,
    announcing,
    do,
    draft,
    people,
    scheduled,
)
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        yield house


def test_there_is_a_query_for_everything_one_can_take_part_in() -> None:
    assert tuple(audiences.TOOK_PART) == TOOK_PART_KINDS


def test_whatever_a_button_opens_is_a_word_that_opens_a_flow() -> None:
    assert set(OPENINGS) <= set(OPENS)


def reach(house: SmallHouse, audience: Audience) -> Reach:
    return house.database.write_now(announcements.reach_of, house.countries[COUNTRY], audience)


async def test_everybody_who_agreed_gets_it_once_in_their_language(house: SmallHouse) -> None:
    people(house, 3)
    people(house, 2, first=4, language="en")
    people(house, 2, first=6, bot=WEB)
    people(house, 1, first=8, consented_at=None)
    row = scheduled(house)
    town = announcing(house)
    await town.go()
    assert sorted(town.bot.tried) == [
        ("10001", "Desde el lunes, a las 19."),
        ("10002", "Desde el lunes, a las 19."),
        ("10003", "Desde el lunes, a las 19."),
        ("10004", "From Monday on, at seven."),
        ("10005", "From Monday on, at seven."),
    ]
    assert [resident for resident, _ in town.placed] == ["r0000006", "r0000007"]
    assert town.nudged == ["10006", "10007"]
    assert town.ends(row.code) == {"sent": 7}
    assert town.found(row.code).state is State.DONE


async def test_the_language_is_that_of_the_moment_of_sending(house: SmallHouse) -> None:
    people(house, 1)
    row = scheduled(house)
    town = announcing(house)
    await town.announcer._fill()
    house.database.write_now(addresses.use_language, "r0000001", "en")
    await town.go()
    assert town.bot.tried == [("10001", "From Monday on, at seven.")]
    assert town.ends(row.code) == {"sent": 1}


async def test_a_language_that_was_removed_falls_back_to_the_first_as_a_whole(
    house: SmallHouse,
) -> None:
    people(house, 1, language="gn")
    scheduled(house)
    town = announcing(house)
    await town.go()
    assert town.bot.tried == [("10001", "Desde el lunes, a las 19.")]


async def test_whoever_is_in_an_audience_in_many_ways_counts_once(house: SmallHouse) -> None:
    people(house, 4)
    report = (
        "insert into report (id, code, country, resident_id, category, limited, status, status_at,"
        " area, detail, text, language, channel, since, danger, affected, created_at, pilot, demo)"
        " values ('{id}', '{code}', 'uruguay', '{who}', 'full_bin', false, 'new', '{at}',"
        " '{area}', '', '', 'es', 'web', '', '', 1, '{at}', false, false)"
    )
    at = "2026-11-25T12:00:00.000000Z"
    do(house, report.format(id="x1", code="MVD-2222", who="r0000001", area="palermo", at=at))
    do(house, report.format(id="x2", code="MVD-3333", who="r0000001", area="palermo", at=at))
    do(house, report.format(id="x3", code="MVD-4444", who="r0000003", area="centro", at=at))
    backed = "insert into backer (report_id, resident_id, at) values ('{}', '{}', '{}')"
    do(house, backed.format("x2", "r0000001", at))
    do(house, backed.format("x1", "r0000002", at))

    def total(*parts: TookPart, **more: tuple[str, ...]) -> int:
        return reach(house, Audience(COUNTRY, took_part=parts, **more)).total

    assert total(TookPart("report")) == 3
    assert total(TookPart("report", "MVD-2222")) == 2
    assert total(TookPart("report", "MVD-2222"), TookPart("report", "MVD-4444")) == 3
    assert total(areas=("palermo",)) == 2
    assert total(areas=("municipio-b",)) == 3, "an area holds what lies within it"
    assert total(TookPart("report"), areas=("centro",)) == 1
    assert total(TookPart("report", "MVD-9999")) == 0
    idea = (
        "insert into idea (id, code, country, resident_id, theme, status, status_at, area, text,"
        " size, gives, name, language, channel, backers, created_at, pilot, demo) values"
        " ('i1', 'MVD-5555', 'uruguay', 'r0000004', 'x', 'published', '{at}', 'palermo', '', 'x',"
        " '', '', 'es', 'web', 0, '{at}', false, false)"
    )
    do(house, idea.format(at=at))
    support = (
        "insert into supporter (idea_id, resident_id, backs, follows, at)"
        " values ('i1', 'r0000001', true, true, '{at}')"
    )
    do(house, support.format(at=at))
    assert total(TookPart("idea", "MVD-5555")) == total(TookPart("idea")) == 2
    assert total(TookPart("vote", "MVD-V")) == total(TookPart("vote")) == 0
    assert total(TookPart("vote"), TookPart("idea"), TookPart("report")) == 4
    assert total(areas=("palermo",)) == 3


async def test_the_count_says_who_is_left_out_and_why(house: SmallHouse) -> None:
    people(house, 2)
    people(house, 1, first=3, language="en", bot=WEB)
    people(house, 2, first=4, stopped_at=house.now)
    people(house, 1, first=6)
    house.database.write_now(addresses.set_blocked, "ar0000006", house.now)
    found = reach(house, Audience(COUNTRY))
    assert found.by_language_and_channel == {("en", "web"): 1, ("es", "telegram"): 2}
    assert found.left_out == {audiences.STOPPED: 2, audiences.BLOCKED: 1}
    only = reach(house, Audience(COUNTRY, channels=("web",)))
    assert (only.total, only.left_out) == (
        1,
        {audiences.STOPPED: 2, audiences.NO_ADDRESS: 3},
    )


async def test_who_said_stop_gets_no_more_and_start_brings_nothing_back(
    house: SmallHouse,
) -> None:
    house.take(Command("start"), Text("English"), Text("yes"))
    row = scheduled(house)
    quiet = announcing(house, draw=nothing)
    await quiet.announcer._fill()
    house.take(Text("stop"))
    house.take(Text("start"))
    await quiet.go()
    assert quiet.ends(row.code) == {"held: stopped": 1}
    assert quiet.placed == []
    house.take(Text("report"), Text("full bin"))
    scheduled(house, again=True)
    await quiet.go()
    assert len(quiet.placed) == 1, "whoever said START gets the next one"


def nothing(_connection: object, _bot: str, _most: int, now: datetime) -> Budget:
    return Budget(0, now + timedelta(hours=1))


async def test_a_stop_between_the_making_and_the_sending_counts(house: SmallHouse) -> None:
    people(house, 2)
    row = scheduled(house)
    town = announcing(house)
    await town.announcer._fill()
    do(house, f"update resident set stopped_at = '{house.now.isoformat()}' where id = 'r0000001'")
    await town.go()
    assert town.ends(row.code) == {"held: stopped": 1, "sent": 1}


async def test_nothing_goes_out_in_quiet_hours(house: SmallHouse) -> None:
    people(house, 1)
    people(house, 1, first=2, bot=WEB)
    # 22:30 in Montevideo.
    house.now = datetime.fromisoformat("2026-11-26T01:30:00+00:00")
    row = scheduled(house)
    town = announcing(house)
    await town.announcer._fill()
    ready = await town.announcer.announce_ready()
    ends = quiet_until(house.countries[COUNTRY], house.now)
    assert ends is not None
    assert ready == ends
    assert town.ends(row.code) == {"waiting": 2}
    house.now = ends
    await town.go()
    assert town.ends(row.code) == {"sent": 2}


def test_quiet_hours_are_those_of_clocks_there() -> None:
    from tests.houses import served

    country = served()[0][COUNTRY]
    begins, ends = country.calendar.quiet_from, country.calendar.quiet_until
    assert begins > ends, "over midnight"

    def at(words: str) -> str | None:
        until = quiet_until(country, datetime.fromisoformat(f"{words}-03:00"))
        return None if until is None else until.isoformat()

    morning = f"2026-11-26T{ends:%H:%M}:00-03:00"
    assert at(f"2026-11-25T{begins:%H:%M}:00") == morning
    assert at("2026-11-25T23:59:59") == morning
    assert at("2026-11-26T00:00:00") == morning
    assert at(f"2026-11-26T{ends:%H:%M}:00") is None
    assert at("2026-11-25T12:00:00") is None


async def test_a_resident_gets_no_more_than_the_weekly_limit(house: SmallHouse) -> None:
    people(house, 2)
    limit = house.countries[COUNTRY].calendar.announcements_a_week
    town = announcing(house)
    first = house.now
    for number in range(limit):
        scheduled(house, draft(texts=(("es", f"Aviso {number}"), ("en", "x"))))
        await town.go(hours=1)
    people(house, 1, first=3)
    row = scheduled(house, draft(texts=(("es", "Uno más"), ("en", "x"))))
    await town.go()
    assert town.ends(row.code) == {"sent": 1, "waiting: weekly limit": 2}
    house.now = first + timedelta(days=7, hours=2)
    await town.go()
    assert town.ends(row.code) == {"sent": 3}


async def test_what_was_not_sent_in_a_week_is_let_be(house: SmallHouse) -> None:
    people(house, 2)
    row = scheduled(house)
    town = announcing(house, draw=nothing)
    await town.go()
    await town.go(days=7)
    assert town.ends(row.code) == {"held: too late": 2}
    assert town.found(row.code).state is State.DONE


async def test_blocked_people_are_closed_with_a_reason_and_the_rest_goes_on(
    house: SmallHouse,
) -> None:
    """Case C36: ok, blocked, deactivated, chat not found, one failure then ok, ok."""
    people(house, 6)
    answers: dict[str, Receipt] = {
        "10002": GivenUp("blocked"),
        "10003": GivenUp("deactivated"),
        "10004": GivenUp("chat not found"),
    }

    def answer(address: str, before: int) -> Receipt:
        if address == "10005" and before == 0:
            return RetryAt(3, "telegram failing")
        return answers.get(address, Sent())

    row = scheduled(house)
    town = announcing(house, Recorder(answer))
    await town.go()
    await town.go(seconds=5)
    assert town.ends(row.code) == {
        "sent": 3,
        "given up: blocked": 1,
        "given up: deactivated": 1,
        "given up: chat not found": 1,
    }
    assert len(town.bot.tried) == 7, "nobody but the one is tried again"
    found = reach(house, Audience(COUNTRY))
    assert found.left_out == {audiences.BLOCKED: 2}


async def test_a_lost_answer_is_unknown_and_not_repeated(house: SmallHouse) -> None:
    people(house, 3)
    lost: dict[str, Receipt] = {"10002": Unknown()}
    row = scheduled(house)
    town = announcing(house, Recorder(lambda address, before: lost.get(address, Sent())))
    await town.go()
    await town.go(hours=2)
    assert town.ends(row.code) == {"sent": 2, "unknown: answer lost": 1}
    assert len(town.bot.tried) == 3


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


def limited(count: int) -> object:
    """A budget that holds so many, and no more today."""
    left = [count]

    def draw(_connection: object, _bot: str, most: int, now: datetime) -> Budget:
        given = min(most, left[0])
        left[0] -= given
        return Budget(given, now if left[0] else now + timedelta(hours=6))

    return draw


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


async def test_the_same_text_to_the_same_people_within_a_week_asks_first(
    house: SmallHouse,
) -> None:
    first = scheduled(house)
    twin = house.database.write_now(announcements.keep, house.outside, "shell:ana", draft())
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
    assert isinstance(asked, Confirm)
    assert asked.code == first.code
    assert isinstance(schedule(twin.code, again=True), Changed)
    late = house.database.write_now(announcements.keep, house.outside, "shell:ana", draft())
    house.later(days=7, seconds=1)
    assert isinstance(schedule(late.code), Changed), "a week later"


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


async def test_whoever_is_forgotten_meanwhile_is_cancelled_and_counted(
    house: SmallHouse,
) -> None:
    people(house, 3)
    row = scheduled(house)
    town = announcing(house, draw=limited(1))
    await town.go()
    for number in (1, 2):
        person = house.database.write_now(addresses.person_of, f"r000000{number}")
        assert person is not None
        house.database.write_now(residents.forget, house.outside, house.keys, person)
    await announcing(house, town.bot).go(hours=1)
    assert town.ends(row.code) == {"sent": 2, "cancelled: forgotten": 1}
    assert left_of(house, "r0000001") == left_of(house, "r0000002") == 0


def left_of(house: SmallHouse, resident: str) -> int:
    from sqlalchemy import text

    ask = text("select count(*) from delivery where resident_id = :id or address_id = :at")
    return house.database.write_now(
        lambda c: c.scalar(ask, {"id": resident, "at": f"a{resident}"}) or 0
    )


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
        async def send(self, address: str, *rest: object) -> object:  # type: ignore[override]
            self.tried.append((address, ""))
            if len(self.tried) == 2:
                begun.set()
            await hanging.wait()
            return None

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


async def test_batches_go_on_where_an_end_interrupted_them(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.services import delivering
    from storage import deliveries

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


async def test_an_audience_of_nobody_is_done_at_once(house: SmallHouse) -> None:
    row = scheduled(house, draft(languages=("en",)))
    town = announcing(house)
    await town.go()
    assert town.found(row.code).state is State.DONE


async def test_a_bot_of_which_nobody_knows_here_is_left_to_others(house: SmallHouse) -> None:
    people(house, 1, bot="kenya/telegram")
    people(house, 1, first=2)
    scheduled(house)
    town = announcing(house)
    await town.go()
    assert [address for address, _ in town.bot.tried] == ["10002"]
