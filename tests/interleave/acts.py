"""What happens in a town: each act is told once, and done on PostgreSQL and in the twin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from bot.domain.inbound import Command, Event, Inbound, Input, Text
from bot.domain.operations import Announce, Operation, Receipt, Sent, Tried
from bot.services import upkeep
from bot.work.outbox import Sender
from storage import addresses
from storage.addresses import Person
from storage.database import Database
from tests.announced import COUNTRY, WEB, settle
from tests.houses import SmallHouse
from tests.interleave.outcome import masked

ANA, BEN, CYD = "10001", "10002", "10003"
"""Neighbours in the web chat, who agreed before it begins."""

NEWCOMERS = 101
"""The number of the first who comes for a single step, to be forgotten in it."""


STEP_SECONDS = 90
"""So much time goes by before each step: longer than a lease."""


@dataclass(slots=True)
class Channel:
    """Takes whatever is sent, and knows who heard what in which order."""

    heard: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def copy(self) -> Channel:
        return Channel(defaultdict(list, {who: list(all) for who, all in self.heard.items()}))

    async def send(
        self, _bot: str, address: str, owed: Sequence[tuple[str, Operation]], _language: str
    ) -> Sequence[Receipt]:
        self.heard[address].append(masked(str(owed[0][1])))
        return [Sent(owed[0][0])]

    async def announce(self, address: str, said: Announce, language: str, part: int) -> Tried:
        self.heard[f"announced to {address}"].append(said.content.within(language).text)
        return Tried(Sent(), part + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act takes place: a town, by the way of one of its processes."""

    house: SmallHouse
    database: Database
    channel: Channel


Act = Callable[[Place], Coroutine[Any, Any, object]]


def act(do: Callable[[SmallHouse, Connection], object]) -> Act:
    """What takes one transaction."""

    def _do(connection: Connection, house: SmallHouse) -> object:
        return do(house, connection)

    return lambda place: place.database.write(_do, place.house)


async def send_all(place: Place) -> None:
    house = place.house
    sender = Sender(place.database, house.keys, house.outside, place.channel.send)
    while await sender.send_ready():
        continue


@dataclass(frozen=True, slots=True)
class Step:
    """Two acts at once, and what happens before them, in its order."""

    first: Act
    second: Act
    before: Sequence[Act] = ()
    between: bool = False
    """The first takes several transactions, and the second may come between any two of them."""
    inside: bool = False
    """A turn reads what the other changes, asks or goes on by it, and does in its end what can be
    done with what stands there then: the other may come in between."""
    sender: Act = send_all
    """What a third process does meanwhile."""


def later(**time: float) -> Act:
    async def wait(place: Place) -> None:
        place.house.now += timedelta(**time)

    return wait


Words = str | Event | Callable[[Connection], str]
"""What is said, told by the channel, or found in the town: its codes are its own."""


@dataclass(slots=True)
class Voices:
    """What residents say, each message an update of its own."""

    updates: int = 0

    def say(self, who: str, words: Words, bot: str = WEB) -> Act:
        self.updates += 1
        update = f"update {self.updates}"

        def turn(house: SmallHouse, connection: Connection) -> None:
            said = words(connection) if callable(words) else words
            house.conversations.take_turn(connection, inbound(bot, who, update, said))

        return act(turn)

    def all(self, who: str, *words: Words, bot: str = WEB) -> list[Act]:
        return [self.say(who, one, bot) for one in words]


def inbound(bot: str, who: str, update: str, words: str | Event) -> Inbound:
    said: Input | Event
    if isinstance(words, str):
        said = Command(words[1:]) if words.startswith("/") else Text(words)
    else:
        said = words
    return Inbound(
        bot=bot, country=COUNTRY, channel=bot.rpartition("/")[2], address=who, update=update,
        input=said, language="en",
    )  # fmt: skip


def neighbours(first: int, count: int, bot: str = WEB) -> Act:
    """People who agreed: `10001` is the first one's address, `r0000001` the resident."""

    def come(house: SmallHouse, connection: Connection) -> None:
        settle(
            connection, house.keys, house.now, count,
            bot=bot, language="en", first=first, adult=True, language_chosen=True,
        )  # fmt: skip

    return act(come)


def by(who: str, do: Callable[[SmallHouse, Connection, Person], object]) -> Act:
    """Something that one of the neighbours does, who is held by it, as in a turn."""

    def held(house: SmallHouse, connection: Connection) -> object:
        person = addresses.person_of(connection, f"r{int(who) - 10_000:07}")
        assert person is not None
        return do(house, connection, person)

    return act(held)


def due(house: SmallHouse, connection: Connection) -> None:
    """What falls due is done."""
    upkeep.do_due(connection, house.outside)
