"""Small votes for tests, and the residents who vote in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.messages import Name
from bot.domain.outcomes import Done, Outcome
from bot.domain.vote_results import Result
from bot.domain.votes import CastBallot, Option, Vote, Who
from bot.services import residents, vote_course, vote_results, votes
from bot.work.erased import ended_votes
from bot.work.vote_ending import VoteEnding
from storage import outbox
from storage import votes as vote_rows
from storage.addresses import Person
from storage.database import Connection
from tests.houses import START, SmallHouse

ZONE = ZoneInfo("America/Montevideo")


def option(key: str, cost: str = "0", **more: Any) -> Option:
    name = Name(f"Opción {key}", (("es", f"Opción {key}"), ("en", f"Option {key}")))
    return Option(key, name, cost=Decimal(cost), **more)


def made_up(*keys: str, **more: Any) -> Vote:
    """Open from the house's first moment on, for a week; up to three choices."""
    values: dict[str, Any] = {
        "key": "plaza-2026",
        "country": "uruguay",
        "question": Name("¿Qué hacemos?", (("es", "¿Qué hacemos?"), ("en", "What shall we do?"))),
        "options": tuple(option(key) for key in keys or ("a", "b", "c")),
        "opens": START.astimezone(ZONE),
        "closes": (START + timedelta(days=7)).astimezone(ZONE),
        "zone": ZONE.key,
        "method": "approval",
        "tie": "file",
        "owner": "Ana of the team",
        "most": 3,
        "who": Who(adult=False),
    }
    return Vote(**(values | more))


def opened(house: SmallHouse, vote: Vote | None = None) -> str:
    """Open a vote as the command does; its code."""
    vote = vote or made_up()
    country = house.countries[vote.country]
    code = house.database.write_now(vote_course.draw_code, house.outside, country)
    house.keys.votes.create(code)
    done = house.database.write_now(
        vote_course.open_vote, house.outside, house.keys, "ana", replace(vote, code=code)
    )
    assert isinstance(done, vote_course.Changed), done
    return code


def resident(house: SmallHouse, who: str = "ana") -> Person:
    """Somebody who has agreed; met where they were not yet."""
    found = house.database.write_now(residents.find_person, house.keys, "uruguay/web", who)
    return found or house.database.write_now(_agreed, house, who)


def _agreed(connection: Connection, house: SmallHouse, who: str) -> Person:
    country = house.countries["uruguay"]
    web = {"bot": f"{country.key}/web", "channel": "web", "address": who, "language": "en"}
    meet = residents.meet
    residents.agree(
        connection,
        house.outside,
        meet(connection, house.outside, house.keys, country, **web),
        country.consent.version,
    )
    return meet(connection, house.outside, house.keys, country, **web)


def cast(
    house: SmallHouse, code: str, who: str | Person, choices: Sequence[str] = (), area: str = ""
) -> Outcome:
    """Cast a ballot as the end of the vote's flow does."""
    person = who if isinstance(who, Person) else resident(house, who)
    country = house.countries[person.country]
    ballot = CastBallot(code, tuple(choices), area)
    return house.database.write_now(votes.cast, house.outside, house.keys, country, person, ballot)


def stands(house: SmallHouse, code: str) -> Vote:
    """The vote as it stands now."""
    found = house.database.write_now(vote_rows.find_vote, code)
    assert found is not None
    return found


def ending(house: SmallHouse) -> VoteEnding:
    """What the server closes and cleans with."""
    return VoteEnding(
        house.database, house.keys, house.outside, ended_votes(folder_of(house), house.keys)
    )


def folder_of(house: SmallHouse) -> Path:
    """The folder of keys."""
    return house.keys.votes.folder.parent


def closed(house: SmallHouse, code: str) -> Vote:
    """The vote once its time is over, closed and cleaned."""
    house.now = max(house.now, stands(house, code).closes.astimezone(UTC))
    done = house.database.write_now(vote_course.close_due, house.outside, house.keys)
    assert done == [code]
    assert ending(house).clean_now() == [code]
    return stands(house, code)


def result(house: SmallHouse, code: str) -> Result:
    return house.database.write_now(
        lambda connection: vote_results.result_of(connection, stands_in(connection, code))
    )


def stands_in(connection: Connection, code: str) -> Vote:
    found = vote_rows.find_vote(connection, code)
    assert found is not None
    return found


def six_voted(house: SmallHouse) -> str:
    """An open vote in which c has three, a and b have two."""
    code = opened(house)
    all_cast(
        house, code, ana=["a"], beto=["a", "b"], caro=["b"], dora=["c"], elsa=["c"], fay=["c"]
    )
    return code


def all_cast(house: SmallHouse, code: str, **chosen: list[str]) -> None:
    """What each of them chooses."""
    for who, choices in chosen.items():
        assert isinstance(cast(house, code, who, choices), Done)


def told(house: SmallHouse) -> bytes:
    """Everything that is owed to anybody, taken out of the outbox."""
    rows = house.database.write_now(outbox.claim, house.outside.clock(), 1000)
    found = [row.payload for row in rows]
    while rows:
        house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
        rows = house.database.write_now(outbox.claim, house.outside.clock(), 1000)
        found += [row.payload for row in rows]
    return b"".join(found)


def counts(house: SmallHouse, code: str) -> dict[str, int]:
    """What a vote that was counted gave each option."""
    return {one.key: one.votes for one in result(house, code).standings}


WHY = Name("Llueve.", (("es", "Llueve."), ("en", "It rains.")))
