"""What the public pages are made from: what is published, and nothing before."""

from __future__ import annotations

from bot.counting.pabulib import read_pabulib
from bot.counting.rules import count_election
from bot.counting.ties import read_tie_rule
from bot.domain.votes import Status
from bot.services.vote_records import VoteRecords
from tests.houses import SmallHouse
from tests.votes.elections import cast
from tests.votes.samples import begin, end


def voted(house: SmallHouse) -> str:
    """A vote with three ballots that has not ended."""
    country = house.countries["uruguay"]
    code = house.database.write_now(begin, house.outside, house.keys, country, "money")
    for who, choices in (("ana", ["lights"]), ("beto", ["lights", "paint"]), ("carla", [])):
        cast(house, code, who, choices)
    return code


def ended(house: SmallHouse, code: str, publish: bool) -> None:
    house.later(days=8)
    house.database.write_now(end, house.outside, house.keys, code, publish)


async def test_a_vote_is_listed_from_its_opening_and_its_result_once_it_is_published(
    house: SmallHouse,
) -> None:
    records, code = VoteRecords(house.database, house.countries), voted(house)

    assert await records.result("uruguay", code) is None
    assert [vote.code for vote in await records.votes("uruguay")] == [code]
    ended(house, code, publish=False)

    assert await records.result("uruguay", code) is None
    assert [vote.status for vote in await records.votes("uruguay")] == [Status.CLOSED]
    country = house.countries["uruguay"]
    later = house.database.write_now(begin, house.outside, house.keys, country, "one")
    ended(house, later, publish=True)
    assert [vote.code for vote in await records.votes("uruguay")] == [code, later]


async def test_a_published_vote_is_its_own_countrys_and_stays_the_same(house: SmallHouse) -> None:
    records, code = VoteRecords(house.database, house.countries), voted(house)
    ended(house, code, publish=True)

    result = await records.result("uruguay", code)

    assert result is not None
    assert (result.winners, result.ballots, result.blank) == (("lights", "paint"), 3, 1)
    assert [vote.code for vote in await records.votes("uruguay")] == [code]
    assert await records.result("uruguay", code) is result, "it is not counted again"
    assert await records.result("kenya", code) is None
    assert await records.votes("kenya") == []


async def test_the_files_of_a_page_give_the_same_result(house: SmallHouse) -> None:
    records, code = VoteRecords(house.database, house.countries), voted(house)
    ended(house, code, publish=True)
    result = await records.result("uruguay", code)
    assert result is not None

    published = read_pabulib(await records.pb(result))
    counted = count_election(published.election, "greedy-skip", read_tie_rule("cheapest"))
    rows = (await records.ballots(result)).split("\r\n")
    codes = await records.codes(result)

    assert counted.winners == result.winners
    assert published.meta["comment"].startswith("#1: Counted by greedy-skip; among equals: ")
    assert "#2: An empty vote was cast on purpose" in published.meta["comment"]
    assert rows[0] == "ballot,choices"
    assert sorted(row.partition(",")[2] for row in rows[1:4]) == ["", '"lights,paint"', "lights"]
    assert (len(codes), codes) == (3, sorted(codes))
