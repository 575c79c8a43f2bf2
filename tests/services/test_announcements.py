"""What becomes of each copy of an announcement, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.conversation.links import OPENS
from bot.domain.announcements import OPENINGS, Audience, State
from bot.domain.calendar import Season, Span
from bot.domain.inbound import Command, Text
from bot.domain.operations import GivenUp, Receipt, RetryAt, Sent, Unknown
from bot.domain.outcomes import NotAllowed
from bot.services import announcements, residents
from bot.services.hours import quiet_until
from storage import addresses, audiences
from storage.budget import Drawn
from storage.database import Connection
from tests.announced import (
    COUNTRY,
    WEB,
    Recorder,
    announcing,
    do,
    draft,
    limited,
    nothing,
    people,
    plenty,
    reach,
    scheduled,
)
from tests.houses import SmallHouse


def test_whatever_a_button_opens_is_a_word_that_opens_a_flow() -> None:
    assert set(OPENINGS) <= set(OPENS)


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


async def test_a_silence_that_outlasts_an_announcement_is_said_at_once(
    house: SmallHouse,
) -> None:
    def silent_for(days: int) -> str:
        start = house.now.astimezone(UTC).date() + timedelta(days=1)
        silence = Season("Mourning", (Span(start, start + timedelta(days=days - 1)),), silent=True)
        country = house.countries[COUNTRY]
        calendar = replace(country.calendar, seasons=(silence,))
        row = house.database.write_now(announcements.keep, house.outside, "ana", draft())
        outcome = house.database.write_now(
            announcements.schedule,
            house.outside,
            "ana",
            replace(country, calendar=calendar),
            row.code,
            datetime.combine(start, time()),
            again=True,
        )
        return outcome.why if isinstance(outcome, NotAllowed) else ""

    assert silent_for(6) == ""
    assert "by then it is too old" in silent_for(7)


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


async def test_a_copy_of_several_messages_draws_as_many(house: SmallHouse) -> None:
    people(house, 3)
    scheduled(house)
    beyond: list[int] = []

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        beyond.append(extra)
        return plenty(connection, bot, most, now, extra)

    town = announcing(house, Recorder(messages=2), draw)
    await town.go()
    assert len(town.bot.tried) == sum(beyond) == 3


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
