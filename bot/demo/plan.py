"""When something is told in the made-up town, about what, and where."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, radians
from zoneinfo import ZoneInfo

from bot.demo.words import DemoCategory
from bot.domain.calendar import Calendar
from bot.domain.country import Country
from bot.domain.places import EARTH_RADIUS_M, Place, Point, leaves, locate

HOURS = (1, 0, 0, 0, 0, 1, 3, 6, 9, 9, 8, 7, 7, 6, 6, 6, 7, 9, 13, 15, 14, 10, 6, 3)
"""How often something is told at each hour of the day: a peak after work."""

FREE_DAY = 0.55
"""How often something is told on a free day, beside a working day."""

AFTER_FREE_DAYS = 1.3
"""The same for the day after free ones: much was left over, and everybody passes it."""

FROM_HOT_SPOTS = 0.45
"""Share of what is told that comes from places where it happens again and again."""

OUTBREAK_DAYS = 10.0
"""Every so often, on average, it happens again at a hot spot."""

OUTBREAK = ((1, 2, 3, 5), (45, 30, 17, 8))
"""How many people tell of it each time, and how often so many."""

SCATTER_OF_REACH = 0.1
"""How far points lie around an area's centre (one sigma), as a part of the country's `reach_m`."""

HOT_SPOT_M = 12.0
"""How far apart people stand who tell of the same thing (one sigma). Metres."""

WITH_POINT = 0.7
"""Share of those who send their position; the others choose an area from the list."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Somebody is about to tell something. `point` None: they choose the area."""

    at: datetime
    category: str
    area: str
    point: Point | None


def is_free(day: date, calendar: Calendar) -> bool:
    """Whether the country's calendar says that people do not work then."""
    holidays = {holiday for holiday, _name in calendar.holidays}
    return day.isoweekday() in calendar.weekend or day in holidays


def plan_tellings(
    country: Country,
    categories: Mapping[str, DemoCategory],
    chance: random.Random,
    first: date,
    days: int,
    count: int,
) -> list[Telling]:
    """About `count` tellings from the morning of the `first` day on, in order of time."""
    plan = _Plan(country, categories, chance, [first + timedelta(n) for n in range(days)])
    told = plan.hot(round(count * FROM_HOT_SPOTS))
    keys = list(categories)
    weights = [categories[key].weight for key in keys]
    for key in chance.choices(keys, weights, k=max(1, count - len(told))):
        place = chance.choice(plan.places)
        told.append(plan.tell(plan.moment(), key, place, plan.point(place.centre, plan.scatter)))
    return sorted(told, key=lambda telling: telling.at)


class _Plan:
    def __init__(
        self,
        country: Country,
        categories: Mapping[str, DemoCategory],
        chance: random.Random,
        days: Sequence[date],
    ) -> None:
        self.country = country
        self.categories = categories
        self.chance = chance
        self.days = days
        self.weights = [_busy(day, country.calendar) for day in days]
        self.places = sorted(leaves(country.places), key=lambda place: place.key)
        self.scatter = country.reach_m * SCATTER_OF_REACH
        self.zone = ZoneInfo(country.timezone)

    def moment(self) -> datetime:
        return self.on(self.chance.choices(self.days, self.weights)[0])

    def on(self, day: date) -> datetime:
        """Some moment of a day, as people tell things."""
        chance = self.chance
        [hour] = chance.choices(range(24), HOURS)
        at = time(hour, chance.randrange(60), chance.randrange(60), tzinfo=self.zone)
        return datetime.combine(day, at)

    def hot(self, count: int) -> list[Telling]:
        """So many tellings of the same things in the same places, each now and then."""
        chance, told = self.chance, list[Telling]()
        many, often = OUTBREAK
        each = sum(n * share for n, share in zip(many, often, strict=True)) / sum(often)
        spots = max(1, round(count / each / max(1.0, len(self.days) / OUTBREAK_DAYS)))
        for key in self._shared_out(max(spots, 1)):
            place = chance.choice(self.places)
            centre = self.point(place.centre, self.scatter, always=True)
            day = chance.uniform(0, min(OUTBREAK_DAYS, len(self.days)))
            while day < len(self.days):
                begun = self.days[int(day)]
                if is_free(begun, self.country.calendar) and chance.random() > FREE_DAY:
                    day += 1
                    continue
                for _neighbour in range(chance.choices(many, often)[0]):
                    later = begun + timedelta(chance.choices((0, 1, 2), (6, 3, 1))[0])
                    if later <= self.days[-1]:
                        point = self.point(centre, HOT_SPOT_M)
                        told.append(self.tell(self.on(later), key, place, point))
                day += chance.uniform(0.5, 1.5) * OUTBREAK_DAYS
        chance.shuffle(told)
        return told[:count]

    def _shared_out(self, count: int) -> list[str]:
        """So many categories in proportion to their weights: hot spots are few, and with each
        drawn by itself a rare category might fill the town."""
        total = sum(category.weight for category in self.categories.values())
        start, found, reached = self.chance.random(), list[str](), 0.0
        for key, category in self.categories.items():
            reached += category.weight * count / total
            found += [key] * max(0, int(reached + start) - len(found))
        return found

    def point(self, centre: Point | None, sigma_m: float, *, always: bool = False) -> Point | None:
        """Somewhere around a centre; None where there is none, or nobody sends a position."""
        if centre is None or not (always or self.chance.random() < WITH_POINT):
            return None
        north = self.chance.gauss(0, sigma_m) / (radians(1) * EARTH_RADIUS_M)
        east = self.chance.gauss(0, sigma_m) / (radians(1) * EARTH_RADIUS_M)
        return Point(
            round(centre.lat + north, 5), round(centre.lon + east / cos(radians(centre.lat)), 5)
        )

    def tell(self, at: datetime, key: str, place: Place, point: Point | None) -> Telling:
        category = self.country.categories_by_key()[key]
        if point is None or not (self.country.report.point and category.point):
            return Telling(at, key, place.key, None)
        found = locate(point, self.country.places, self.country.reach_m)
        # A point belongs to the area that it lies in, whichever it was drawn around.
        return Telling(at, key, place.key if found is None else found.place.key, point)


def _busy(day: date, calendar: Calendar) -> float:
    if is_free(day, calendar):
        return FREE_DAY
    return AFTER_FREE_DAYS if is_free(day - timedelta(1), calendar) else 1.0
