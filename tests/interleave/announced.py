"""Announcements: two senders, residents who leave meanwhile, and organisers who stop and go on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import msgspec
from sqlalchemy import Connection, select

from bot.domain.inbound import Away
from bot.domain.operations import Announce, Tried
from bot.services import announcements, delivering
from bot.work.announcer import Announcer
from storage import budget, inbox
from storage.budget import Drawn
from storage.deliveries import Copy
from storage.tables import Announcement
from tests.announced import COUNTRY, TELEGRAM, draft
from tests.houses import SmallHouse
from tests.interleave.acts import (
    NEWCOMERS,
    Act,
    Channel,
    Place,
    Step,
    Voices,
    act,
    later,
    neighbours,
    send_all,
)

RATE = 1000
"""Messages a second that the bot may send: all copies of a town's at once."""

CHATS = 11
"""The number of the first who is reached on Telegram."""


def about_announcements(chance: random.Random) -> Sequence[Step]:
    """Every other kind of meeting, drawn by lot, each a week after the last one."""
    plot = Plot(chance)
    steps = [meet(plot) for meet in chance.sample(MEETINGS, len(MEETINGS) // 2)]
    come = neighbours(CHATS, 4, TELEGRAM)
    return [Step(neighbours(1, 2), neighbours(3, 1), [come]), *steps]


class Plot:
    """An announcement is known by its text, since each town draws its code."""

    def __init__(self, chance: random.Random) -> None:
        self.voices = Voices()
        self._chance = chance
        self._texts = (f"News, number {number}." for number in count(1))
        self._newcomers = count(NEWCOMERS)

    def news(self, *, channel: str = "", scheduled: bool = True) -> tuple[str, str, list[Act]]:
        """A new one, for those whom one channel reaches: its text, the channel, and how it comes
        to be."""
        text = next(self._texts)
        channel = channel or self._chance.choice(("web", "telegram"))
        before = [announce, later(days=8), kept(text, channel)]
        return text, channel, [*before, schedule(text)] if scheduled else before

    def newcomer(self, channel: str) -> tuple[str, str, Act]:
        """Somebody who comes for one step: the bot, the address, and how they come."""
        number = next(self._newcomers)
        bot = f"{COUNTRY}/{channel}"
        return bot, f"{10_000 + number}", neighbours(number, 1, bot)


@dataclass(frozen=True, slots=True)
class Bulk:
    """The bot's way out."""

    channel: Channel

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        return await self.channel.announce(address, operation, language, part)

    def silent_seconds(self) -> float:
        return 0.0


async def announce(place: Place) -> None:
    """A process that announces does all that can be done now."""
    house = place.house

    def draw(connection: Connection, bot: str, most: int, now: datetime, extra: int) -> Drawn:
        return budget.draw(connection, bot, RATE, most, now, budget.BULK_BURST)

    def put(connection: Connection, copy: Copy, operation: Announce) -> None:
        text = operation.content.within(copy.language).text
        inbox.keep(
            connection, address_id=copy.address_id, sealed=msgspec.json.encode([text]),
            key_id="", conversation="", serial=0, open=False, fleeting=False, locked=False,
            now=house.now,
        )  # fmt: skip

    announcer = Announcer(
        place.database,
        house.keys,
        house.outside,
        {COUNTRY: house.countries[COUNTRY]},
        bulks={TELEGRAM: Bulk(place.channel)},
        draw=draw,
        put=put,
        nudge=lambda bot, address: None,
        sleep=lambda seconds: asyncio.sleep(0),
    )
    while await announcer.announce_ready() is True:
        continue


async def announce_and_send(place: Place) -> None:
    await announce(place)
    await send_all(place)


def kept(text: str, channel: str) -> Act:
    """A draft."""
    what = draft(texts=(("en", text),), channels=(channel,))
    return act(
        lambda house, connection: announcements.keep(connection, house.outside, "shell:ana", what)
    )


def schedule(text: str) -> Act:
    def do(house: SmallHouse, connection: Connection) -> None:
        country = house.countries[COUNTRY]
        code = code_of(connection, text)
        announcements.schedule(connection, house.outside, "shell:ana", country, code)

    return act(do)


def does(how: announcements.Act, text: str) -> Act:
    """An organiser pauses it, goes on with it or cancels it."""
    return act(
        lambda house, connection: how(
            connection, house.outside, "shell:ana", code_of(connection, text)
        )
    )


def code_of(connection: Connection, text: str) -> str:
    rows = connection.execute(select(Announcement.code, Announcement.content))
    [code] = [code for code, content in rows if text in content.decode()]
    return str(code)


def announced_by_two(plot: Plot) -> Step:
    _text, _channel, before = plot.news()
    return Step(announce, announce, before, sender=announce_and_send)


def scheduled_by_two(plot: Plot) -> Step:
    text, _channel, before = plot.news(scheduled=False)
    return Step(schedule(text), schedule(text), before)


def stopped_in_the_middle(plot: Plot) -> Step:
    _text, channel, before = plot.news()
    bot, who, comes = plot.newcomer(channel)
    return _meanwhile(plot.voices.say(who, "/stop", bot), [*before, comes])


def forgotten_in_the_middle(plot: Plot) -> Step:
    _text, channel, before = plot.news()
    bot, who, comes = plot.newcomer(channel)
    before += [comes, plot.voices.say(who, "forget me", bot)]
    return _meanwhile(plot.voices.say(who, "yes", bot), before)


def blocked_in_the_middle(plot: Plot) -> Step:
    _text, channel, before = plot.news(channel="telegram")
    bot, who, comes = plot.newcomer(channel)
    return _meanwhile(plot.voices.say(who, Away(), bot), [*before, comes])


def paused_in_the_middle(plot: Plot) -> Step:
    text, _channel, before = plot.news()
    return _meanwhile(does(announcements.pause, text), before)


def paused_before_it_was_begun(plot: Plot) -> Step:
    text, _channel, before = plot.news()
    pause, go_on = does(announcements.pause, text), does(announcements.resume, text)
    return _meanwhile(go_on, [*before, pause])


def resumed_in_the_middle(plot: Plot) -> Step:
    """It was paused once its copies were made."""
    text, _channel, before = plot.news()
    before += [filled, does(announcements.pause, text)]
    return _meanwhile(does(announcements.resume, text), before)


def cancelled_in_the_middle(plot: Plot) -> Step:
    text, _channel, before = plot.news()
    return _meanwhile(does(announcements.cancel, text), before)


def paused_while_cancelled(plot: Plot) -> Step:
    text, _channel, before = plot.news()
    pause, cancel = does(announcements.pause, text), does(announcements.cancel, text)
    return Step(pause, cancel, [*before, filled])


def resumed_while_cancelled(plot: Plot) -> Step:
    text, _channel, before = plot.news()
    go_on, cancel = does(announcements.resume, text), does(announcements.cancel, text)
    return Step(go_on, cancel, [*before, filled, does(announcements.pause, text)])


def _meanwhile(comes: Act, before: Sequence[Act]) -> Step:
    """Something comes while two processes announce."""
    return Step(announce, comes, before, between=True, sender=announce_and_send)


async def filled(place: Place) -> None:
    """Its copies are made, and none is sent."""

    def begin(connection: Connection) -> None:
        house = place.house
        for id in delivering.begin_due(connection, house.outside, house.countries):
            while delivering.fill(connection, house.outside, house.countries, id):
                continue

    await place.database.write(begin)


MEETINGS: Sequence[Callable[[Plot], Step]] = (
    announced_by_two,
    scheduled_by_two,
    stopped_in_the_middle,
    forgotten_in_the_middle,
    blocked_in_the_middle,
    paused_in_the_middle,
    paused_before_it_was_begun,
    resumed_in_the_middle,
    cancelled_in_the_middle,
    paused_while_cancelled,
    resumed_while_cancelled,
)
