"""Fills a country's made-up town: who comes, what they tell, and what the team does with it.

Everything goes through the services that real residents and organisers use; only the clock is a
made-up one, so that nothing has to be forged.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.demo.ideas import plan_ideas
from bot.demo.neighbours import ask_person, settle
from bot.demo.plan import plan_tellings
from bot.demo.stories import tell
from bot.demo.town import Photo, open_town
from bot.demo.words import DemoWords
from bot.domain.country import Country
from storage.database import Connection

TOLD_IN_DAYS = 90
"""Within so many days a resident tells once, on average."""

ASKED_IN_DAYS = 2_400
"""The same for asking a person."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made. `backed`: told of a report that was there already; `left`: drafts."""

    residents: int
    reports: int
    backed: int
    left: int
    changes: int
    photos: int
    alerts: int
    questions: int
    ideas: int


def fill(
    connection: Connection,
    country: Country,
    words: DemoWords,
    photos: Callable[[str], Sequence[Photo]],
    *,
    today: date,
    days: int,
    residents: int,
    seed: int,
    step: Callable[[int], None] = lambda day: None,
) -> Filled:
    """Fill a country's made-up town. The same arguments make the same rows.

    It has so many whole `days` and ends as `today` begins there. `photos` gives the drawn photos
    of a kind. `step` is told which day it is, from 0 on.
    """
    chance = random.Random(f"{country.key} {seed}")
    first = today - timedelta(days)
    begin, until = _midnight(first, country), _midnight(today, country)
    town = open_town(connection, country, words, photos, begin, until, chance)
    for _number in range(residents):
        # Many come in the first days, when it is new.
        town.at(begin + (until - begin) * chance.random() ** 1.7, partial(settle, town))
    count = max(1, round(residents * days / TOLD_IN_DAYS))
    for telling in plan_tellings(country, words.categories, chance, first, days, count):
        town.at(telling.at.astimezone(UTC), partial(tell, town, telling))
    plan_ideas(town, days)
    for _number in range(max(1, round(residents * days / ASKED_IN_DAYS))):
        asked = begin + (until - begin) * chance.uniform(0.1, 1)
        town.at(asked, partial(ask_person, town))
    town.live(lambda moment: step((moment - begin).days))
    return Filled(**{name: town.done[name] for name in Filled.__slots__})


def _midnight(day: date, country: Country) -> datetime:
    return datetime.combine(day, time(0, tzinfo=ZoneInfo(country.timezone))).astimezone(UTC)
