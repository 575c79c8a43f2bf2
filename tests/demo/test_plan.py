"""When and where something is told in the made-up town, in proportions like a real quarter's."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.app import LOCALES
from bot.demo import read_words
from bot.demo.plan import Telling, is_free, plan_tellings
from bot.domain.places import locate
from tests.houses import served

FIRST, DAYS, COUNT = date(2026, 12, 1), 90, 2000
COUNTRIES = sorted(served()[0])


@cache
def planned(key: str, seed: int = 1) -> tuple[Telling, ...]:
    country = served()[0][key]
    words = read_words(LOCALES / "countries" / key, country)
    chance = random.Random(seed)
    return tuple(plan_tellings(country, words.categories, chance, FIRST, DAYS, COUNT))


@pytest.mark.parametrize("key", COUNTRIES)
def test_about_as_much_is_told_as_was_wanted(key: str) -> None:
    assert COUNT * 0.9 <= len(planned(key)) <= COUNT * 1.1


@pytest.mark.parametrize("key", COUNTRIES)
def test_everything_is_told_within_the_days_in_order(key: str) -> None:
    moments = [telling.at for telling in planned(key)]
    assert moments == sorted(moments)
    days = {moment.date() for moment in moments}
    assert min(days) >= FIRST
    assert max(days) < FIRST + timedelta(DAYS)
    assert {moment.tzinfo for moment in moments} == {ZoneInfo(served()[0][key].timezone)}


def test_evenings_are_busiest_and_nights_are_quiet() -> None:
    hours = Counter(telling.at.hour for telling in planned("uruguay"))
    evening = sum(hours[hour] for hour in range(18, 22))
    assert evening > 0.35 * len(planned("uruguay"))
    assert sum(hours[hour] for hour in range(5)) < 0.03 * len(planned("uruguay"))


@pytest.mark.parametrize("key", COUNTRIES)
def test_free_days_are_quieter_than_working_days(key: str) -> None:
    calendar = served()[0][key].calendar
    days = [FIRST + timedelta(number) for number in range(DAYS)]
    told = Counter(telling.at.date() for telling in planned(key))
    free = [told[day] for day in days if is_free(day, calendar)]
    working = [told[day] for day in days if not is_free(day, calendar)]
    assert sum(free) / len(free) < 0.85 * sum(working) / len(working)


def test_a_holiday_is_free_and_the_weekend_is_the_country_s() -> None:
    calendar = served()[0]["uruguay"].calendar
    assert is_free(date(2026, 12, 25), calendar)
    assert not is_free(date(2026, 12, 24), calendar)
    assert [is_free(date(2026, 12, day), calendar) for day in range(7, 14)] == [
        day in calendar.weekend for day in range(1, 8)
    ]


@pytest.mark.parametrize("key", COUNTRIES)
def test_categories_come_as_often_as_their_words_say(key: str) -> None:
    words = read_words(LOCALES / "countries" / key, served()[0][key])
    total = sum(item.weight for item in words.categories.values())
    told = Counter(telling.category for telling in planned(key))
    for name, item in words.categories.items():
        assert told[name] / len(planned(key)) == pytest.approx(item.weight / total, abs=0.06)


def test_the_same_thing_comes_back_at_hot_spots() -> None:
    """One category within some 50 m, in at least four different weeks."""
    weeks: dict[tuple[str, float, float], set[int]] = {}
    for telling in planned("uruguay"):
        if telling.point is not None:
            spot = (telling.category, round(telling.point.lat, 3), round(telling.point.lon, 3))
            weeks.setdefault(spot, set()).add(telling.at.isocalendar().week)
    assert sum(len(found) >= 4 for found in weeks.values()) > 10


@pytest.mark.parametrize("key", COUNTRIES)
def test_a_point_lies_in_the_area_that_is_told(key: str) -> None:
    country = served()[0][key]
    pointed = [telling for telling in planned(key) if telling.point is not None]
    if country.report.point:
        assert 0.4 * COUNT < len(pointed) < 0.8 * COUNT
    else:
        assert not pointed
    for telling in pointed:
        assert telling.point is not None
        found = locate(telling.point, country.places, country.reach_m)
        assert found is not None
        assert found.place.key == telling.area


@pytest.mark.parametrize("key", COUNTRIES)
def test_categories_without_points_have_none(key: str) -> None:
    known = served()[0][key].categories_by_key()
    assert all(known[item.category].point for item in planned(key) if item.point is not None)


def test_another_seed_plans_something_else() -> None:
    assert planned("uruguay", 1) != planned("uruguay", 2)
