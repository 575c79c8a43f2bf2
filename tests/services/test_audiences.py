"""Whom an announcement reaches, on both databases."""

from __future__ import annotations

from bot.domain.announcements import TOOK_PART_KINDS, Audience, State, TookPart
from bot.domain.inbound import Command, Text
from bot.services import announcements
from storage import addresses, audiences
from tests.announced import (
    COUNTRY,
    WEB,
    announcing,
    do,
    draft,
    people,
    reach,
    scheduled,
)
from tests.houses import SmallHouse


def test_there_is_a_query_for_everything_one_can_take_part_in() -> None:
    assert tuple(audiences.TOOK_PART) == TOOK_PART_KINDS


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
    people(house, 1, first=7, quiet=True)
    people(house, 1, first=8, quiet=True, stopped_at=house.now)
    house.database.write_now(addresses.set_blocked, "ar0000006", house.now)
    found = reach(house, Audience(COUNTRY))
    assert found.by_language_and_channel == {("en", "web"): 1, ("es", "telegram"): 2}
    assert found.left_out == {audiences.STOPPED: 3, audiences.QUIET: 1, audiences.BLOCKED: 1}
    only = reach(house, Audience(COUNTRY, channels=("web",)))
    assert (only.total, only.left_out) == (
        1,
        {audiences.STOPPED: 3, audiences.QUIET: 1, audiences.NO_ADDRESS: 3},
    )


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


async def test_who_asked_for_no_message_gets_no_announcement_until_they_want_one(
    house: SmallHouse,
) -> None:
    def talk(*said: str) -> None:
        house.take(*map(Text, said), country="somalia")

    def quiet() -> int:
        counted = "select count(*) from resident where quiet"
        return int(house.database.write_now(lambda c: c.exec_driver_sql(counted).scalar_one()))

    house.take(Command("start"), Text("English"), Text("yes"), country="somalia")
    here, none = "here in this chat", "do not write to me"
    talk("report", "street light", "The light is out", "Horsed", "skip", none, "send it")
    assert quiet() == 1
    everybody = Audience("somalia", took_part=(TookPart("report"),))
    country = house.countries["somalia"]
    found = house.database.write_now(announcements.reach_of, country, everybody)
    assert (found.total, found.left_out) == (0, {audiences.QUIET: 1})
    talk("START")
    assert quiet() == 0
    talk("report", "market", "It has no roof", "Horsed", "skip", none, "send it")
    assert quiet() == 1
    talk("report", "school", "It has no water", "Horsed", "skip", here, "send it")
    assert quiet() == 0, "what they said last counts"


async def test_a_wish_for_no_message_between_the_making_and_the_sending_counts(
    house: SmallHouse,
) -> None:
    people(house, 2)
    row = scheduled(house)
    town = announcing(house)
    await town.announcer._fill()
    house.database.write_now(addresses.set_quiet, "r0000001", True)
    await town.go()
    assert town.ends(row.code) == {"held: no message wanted": 1, "sent": 1}
