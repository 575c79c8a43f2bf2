"""Open reports that may tell of the same as another, for the similarity rule to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import cos, radians

from sqlalchemy import Connection, and_, select

from bot.domain.places import EARTH_RADIUS_M, Point
from bot.domain.reports import OPEN
from storage.reports import point_of
from storage.tables import Report

_OPEN = [status.value for status in OPEN]


@dataclass(frozen=True, slots=True)
class Near:
    """An open report that may be the same, for the similarity rule to decide."""

    code: str
    category: str
    area: str
    point: Point | None
    text: str
    created_at: datetime


def similar_candidates(
    connection: Connection,
    *,
    country: str,
    category: str,
    area: str,
    point: Point | None,
    near_m: float,
    since: datetime,
    most: int = 50,
) -> list[Near]:
    """Open reports of a category since then: within the box around the point, or in the area
    where either place is only an area. The newest first."""
    base = [
        Report.country == country,
        Report.category == category,
        Report.status.in_(_OPEN),
        Report.limited.is_(False),
        Report.created_at >= since,
    ]
    in_area = and_(*base, Report.area == area)
    if point is None:
        places = [in_area]
    else:
        high = near_m / (radians(1) * EARTH_RADIUS_M)
        wide = high / max(0.01, cos(radians(point.lat)))
        places = [
            and_(
                *base,
                Report.lat.between(point.lat - high, point.lat + high),
                Report.lon.between(point.lon - wide, point.lon + wide),
            ),
            and_(in_area, Report.lat.is_(None)),
        ]
    found = []
    # One statement for each way: an OR of the two would use neither index.
    for place in places:
        rows = connection.execute(
            select(
                Report.code,
                Report.category,
                Report.area,
                Report.lat,
                Report.lon,
                Report.text,
                Report.created_at,
            )
            .where(place)
            .order_by(Report.created_at.desc())
            .limit(most)
        )
        found += [
            Near(code, kind, where, point_of(lat, lon), text, at)
            for code, kind, where, lat, lon, text, at in rows
        ]
    return found
