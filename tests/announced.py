"""A town that is announced to: residents by the hundred, and a bot that only writes down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, text

from bot.domain.announcements import Audience, Content, Draft, TookPart
from bot.domain.operations import Announce, Receipt, Sent, Tried
from bot.keys import Keys
from bot.services import announcements
from bot.services.announcements import Changed
from bot.services.delivering import Draw
from bot.services.residents import ADDRESS
from bot.work.announcer import Announcer, Bulk
from storage import delivery_counts
from storage.announcements import AnnouncementRow
from storage.audiences import Reach
from storage.budget import Drawn
from storage.deliveries import Copy
from storage.statements import table_of
from storage.tables import Address, Profile, Resident
from tests.houses import SmallHouse

COUNTRY = "uruguay"
TEXTS = (("es", "Desde el lunes, a las 19."), ("en", "From Monday on, at seven."))
TELEGRAM, WEB = f"{COUNTRY}/telegram", f"{COUNTRY}/web"


def plenty(_connection: Connection, _bot: str, most: int, now: datetime, _extra: int) -> Drawn:
    """A budget that is never used up."""
    return Drawn(most, now)


@dataclass(slots=True)
class Recorder:
    """A bot that writes down what it sends. `answers` gives what becomes of a try, by its
    address and how often it was tried before."""

    answers: Callable[[str, int], Receipt] = lambda address, before: Sent()
    tried: list[tuple[str, str]] = field(default_factory=list)
    silent: float = 0.0
    messages: int = 1
    """So many make up a copy."""

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        before = sum(other == address for other, _ in self.tried)
        self.tried.append((address, operation.content.within(language).text))
        return Tried(self.answers(address, before), part + self.messages)

    def silent_seconds(self) -> float:
        return self.silent


def settle(
    connection: Connection,
    keys: Keys,
    now: datetime,
    count: int,
    *,
    bot: str = TELEGRAM,
    language: str = "es",
    first: int = 1,
    **values: Any,
) -> None:
    """So many residents who agreed: `r0001` and on, each at the address of their number."""
    channel = bot.rpartition("/")[2]
    ids = [f"r{number:07}" for number in range(first, first + count)]
    residents = [
        {
            "id": id,
            "country": bot.partition("/")[0],
            "language": language,
            "channel": channel,
            "created_at": now,
            "consented_at": now,
            **values,
        }
        for id in ids
    ]
    numbers = [str(10_000 + int(id[1:])) for id in ids]
    addresses = [
        {
            "id": f"a{id}",
            "bot": bot,
            "hash": keys.find(ADDRESS, f"{bot}:{number}"),
            "cipher": keys.seal(ADDRESS, number.encode(), bot.encode()),
            "key_id": keys.key_id,
            "created_at": now,
        }
        for id, number in zip(ids, numbers, strict=True)
    ]
    profiles = [{"id": f"p{id}", "address_id": f"a{id}", "resident_id": id} for id in ids]
    connection.execute(insert(table_of(Resident)), residents)
    connection.execute(insert(table_of(Address)), addresses)
    connection.execute(insert(table_of(Profile)), profiles)


def people(house: SmallHouse, count: int, **values: Any) -> None:
    house.database.write_now(
        lambda connection: settle(connection, house.keys, house.now, count, **values)
    )


def draft(*, took_part: Sequence[TookPart] = (), texts: Any = TEXTS, **audience: Any) -> Draft:
    return Draft(Audience(COUNTRY, took_part=tuple(took_part), **audience), Content(texts))


def scheduled(house: SmallHouse, what: Draft | None = None, **more: Any) -> AnnouncementRow:
    """An announcement that starts now."""
    row = house.database.write_now(announcements.keep, house.outside, "shell:ana", what or draft())
    outcome = house.database.write_now(
        announcements.schedule,
        house.outside,
        "shell:ana",
        house.countries[COUNTRY],
        row.code,
        **more,
    )
    assert isinstance(outcome, Changed), outcome
    return outcome.row


@dataclass(slots=True)
class Announcing:
    """An announcer of the house, driven by hand."""

    house: SmallHouse
    bot: Recorder
    announcer: Announcer
    placed: list[tuple[str, str]]
    nudged: list[str]

    async def go(self, **later: float) -> None:
        """Do all that is due, at once or so much later, until nothing is."""
        self.house.now += timedelta(**later)
        while await self.announcer.announce_ready() is True:
            continue

    def ends(self, code: str) -> dict[str, int]:
        """How many copies stand where: the state, and the reason where there is one."""
        row = self.found(code)
        counts = self.house.database.write_now(delivery_counts.counts, row.id)
        told: dict[str, int] = {}
        for (_channel, state, reason), number in counts.items():
            name = f"{state}: {reason}" if reason else state
            told[name] = told.get(name, 0) + number
        return told

    def found(self, code: str) -> AnnouncementRow:
        from storage import announcements as rows

        row = self.house.database.write_now(rows.find, code)
        assert row is not None
        return row


def announcing(house: SmallHouse, bot: Bulk | None = None, draw: Draw = plenty) -> Announcing:
    recorder = bot if isinstance(bot, Recorder) else Recorder()
    placed: list[tuple[str, str]] = []
    nudged: list[str] = []

    def put(_connection: Connection, copy: Copy, operation: Announce) -> None:
        placed.append((copy.resident_id, operation.content.within(copy.language).text))

    async def sleep(seconds: float) -> None:
        house.now += timedelta(seconds=seconds)

    announcer = Announcer(
        house.database,
        house.keys,
        house.outside,
        {COUNTRY: house.countries[COUNTRY]},
        bulks={TELEGRAM: bot or recorder},
        draw=draw,
        put=put,
        nudge=lambda bot, address: nudged.append(address),
        sleep=sleep,
    )
    return Announcing(house, recorder, announcer, placed, nudged)


def do(house: SmallHouse, sql: str) -> None:
    house.database.write_now(lambda connection: connection.execute(text(sql)))


def reach(house: SmallHouse, audience: Audience) -> Reach:
    """How many an audience has now."""
    return house.database.write_now(announcements.reach_of, house.countries[COUNTRY], audience)


def nothing(_connection: Connection, _bot: str, _most: int, now: datetime, _extra: int) -> Drawn:
    """A budget that is used up for an hour."""
    return Drawn(0, now + timedelta(hours=1))


def limited(count: int) -> Draw:
    """A budget that holds so many, and no more today."""
    left = [count]

    def draw(_connection: Connection, _bot: str, most: int, now: datetime, _extra: int) -> Drawn:
        given = min(most, left[0])
        left[0] -= given
        return Drawn(given, now if left[0] else now + timedelta(hours=6))

    return draw
