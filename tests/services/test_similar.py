"""The rule for reports that may be the same, at each of its edges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import cos, degrees, radians

import pytest

from bot.domain.places import EARTH_RADIUS_M, Point
from bot.domain.reports import SimilarReport, Status
from bot.services.reports import similar_report
from storage import reports
from tests.houses import SmallHouse

HERE = Point(-34.9000, -56.1600)
WORDS = "The bin on the corner is full and it smells"


def east(metres: float) -> Point:
    """A point so many metres to the east."""
    return Point(HERE.lat, HERE.lon + degrees(metres / EARTH_RADIUS_M) / cos(radians(HERE.lat)))


@dataclass(slots=True)
class Told:
    """A report that stands in the database."""

    house: SmallHouse

    def put(
        self,
        *,
        point: Point | None = HERE,
        text: str = WORDS,
        area: str = "centro",
        category: str = "full_bin",
        days: float = 0,
        status: Status = Status.NEW,
        limited: bool = False,
    ) -> str:
        id = self.house.outside.new_id()
        code = f"MVD-{id[-4:].upper()}"
        at = self.house.now - timedelta(days=days)
        values = {
            "id": id,
            "code": code,
            "country": "uruguay",
            "category": category,
            "limited": limited,
            "status": status.value,
            "status_at": at,
            "area": area,
            "lat": None if point is None else point.lat,
            "lon": None if point is None else point.lon,
            "text": text,
            "language": "en",
            "channel": "web",
            "created_at": at,
        }
        self.house.database.write_now(lambda connection: reports.add_report(connection, **values))
        return code

    def find(self, point: Point | None, text: str = WORDS, area: str = "centro") -> str | None:
        country = self.house.countries["uruguay"]
        wanted = SimilarReport("full_bin", text, area, point)
        twin = self.house.database.write_now(similar_report, self.house.outside, country, wanted)
        return None if twin is None else twin.code


@pytest.fixture
def told(house: SmallHouse) -> Told:
    return Told(house)


@pytest.mark.parametrize(
    ("metres", "days", "text", "same"),
    [
        (49, 0, "quite other words", True),
        (51, 0, "quite other words", False),
        (49, 14, "quite other words", True),
        (49, 14.01, "quite other words", False),
        (249, 0, WORDS, True),
        (251, 0, WORDS, False),
        (249, 29.9, WORDS, True),
        (249, 30.1, WORDS, False),
        (0, 14.01, WORDS, True),
    ],
)
def test_between_two_points_distance_age_and_words_decide(
    told: Told, metres: float, days: float, text: str, same: bool
) -> None:
    code = told.put(point=east(metres), days=days)
    assert told.find(HERE, text) == (code if same else None)


@pytest.mark.parametrize(
    ("area", "days", "text", "same"),
    [
        ("centro", 29.9, WORDS, True),
        ("centro", 30.1, WORDS, False),
        ("centro", 0, "quite other words", False),
        ("palermo", 0, WORDS, False),
    ],
)
def test_where_a_place_is_only_an_area_words_must_be_alike(
    told: Told, area: str, days: float, text: str, same: bool
) -> None:
    code = told.put(point=None, area=area, days=days)
    assert told.find(HERE, text) == (code if same else None)
    assert told.find(None, text) == (code if same else None)


def test_the_nearest_in_words_is_offered(told: Told) -> None:
    told.put(point=east(40), text="quite other words")
    code = told.put(point=east(45))
    assert told.find(HERE) == code


@pytest.mark.parametrize(
    "status", [Status.DONE, Status.CONFIRMED, Status.MERGED, Status.WITHDRAWN, Status.NOT_OURS]
)
def test_what_is_closed_is_not_offered(told: Told, status: Status) -> None:
    told.put(status=status)
    assert told.find(HERE) is None


def test_limited_reports_and_other_categories_take_no_part(told: Told) -> None:
    told.put(limited=True)
    told.put(category="broken_bin")
    assert told.find(HERE) is None
