"""The made-up town while it is being filled: its clock, its chance, and what is yet to happen."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.demo.plan import is_free
from bot.demo.words import DemoWords, Lines
from bot.domain.country import Country
from bot.domain.outside import Outside
from storage.addresses import Person
from storage.database import Connection

DESK_HOURS = (8, 18)
"""From when and until when the team sits at its desk on working days."""

CREW_HOURS = (6, 21)
"""The same for crews in the street, on every day."""

DRAWS = 40
"""How often a moment is drawn until it is one at which a crew works."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A drawn photo that stands in the media store."""

    name: str
    type: str
    size: int


@dataclass(slots=True)
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Town:
    """What happens is done in order of time, as it would be, each at its own made-up moment."""

    connection: Connection
    country: Country
    words: DemoWords
    photos: Callable[[str], Sequence[Photo]]
    until: datetime
    chance: random.Random
    zone: ZoneInfo
    clock: _Clock
    outside: Outside
    present: list[Person] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    """How much of what was done."""
    _agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _planned: int = 0

    @property
    def now(self) -> datetime:
        return self.clock.now

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Do it then; what would come after the town's last moment is left."""
        if moment < self.until:
            # The number keeps two acts of the same moment in order, and functions uncompared.
            heapq.heappush(self._agenda, (moment, self._planned, act))
            self._planned += 1

    def live(self, step: Callable[[datetime], None]) -> None:
        """Do everything, until nothing is left. `step` is told each moment."""
        while self._agenda:
            moment, _number, act = heapq.heappop(self._agenda)
            self.clock.now = moment
            step(moment)
            act()

    def wait(self, least: float, most: float) -> None:
        """Some seconds go by within one act."""
        self.clock.now += timedelta(seconds=self.chance.uniform(least, most))

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    def one_of(self, lines: Lines, language: str) -> str:
        return self.chance.choice(lines[language])

    def at_desk(self, moment: datetime) -> datetime:
        """That moment, or some time within the first hour at which the team is at its desk."""
        local = moment.astimezone(self.zone)
        opens, closes = DESK_HOURS
        if is_free(local.date(), self.country.calendar) or local.hour >= closes:
            day = local.date() + timedelta(1)
            while is_free(day, self.country.calendar):
                day += timedelta(1)
        elif local.hour < opens:
            day = local.date()
        else:
            return moment
        start = datetime.combine(day, time(opens, tzinfo=self.zone)).astimezone(moment.tzinfo)
        return start + timedelta(minutes=self.chance.uniform(0, 60))

    def by_crew(self, begin: datetime, least: float, most: float) -> datetime:
        """Some moment from `least` to `most` days after `begin`, by day where there is one."""
        opens, closes = CREW_HOURS
        moment = begin
        for _draw in range(DRAWS):
            moment = begin + timedelta(days=self.chance.uniform(least, most))
            if opens <= moment.astimezone(self.zone).hour < closes:
                break
        return moment


def open_town(
    connection: Connection,
    country: Country,
    words: DemoWords,
    photos: Callable[[str], Sequence[Photo]],
    begin: datetime,
    until: datetime,
    chance: random.Random,
) -> Town:
    """A town of nobody, whose clock stands at `begin`."""
    clock = _Clock(begin)
    outside = Outside(clock, chance.randbytes)
    zone = ZoneInfo(country.timezone)
    return Town(connection, country, words, photos, until, chance, zone, clock, outside)
