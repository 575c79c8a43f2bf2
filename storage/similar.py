"""Open reports that may tell of the same as another, for the similarity rule to decide."""

from __future__ import annotations

from datetime import datetime
from math import cos, radians
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Integer, bindparam, literal_column, select

from bot.domain.places import EARTH_RADIUS_M, Point
from bot.domain.reports import OPEN
from storage.reports import point_of
from storage.statements import Prepared
from storage.tables import Report

_OPEN = Report.status.in_([literal_column(f"'{status.value}'") for status in OPEN])


class Near(msgspec.Struct, frozen=True):
    """An open report that may be the same, for the similarity rule to decide."""

    code: str
    category: str
    area: str
    point: Point | None
    text: str
    created_at: datetime


def _candidates(*places: ColumnElement[bool]) -> Prepared:
    return Prepared(
        select(
            Report.code,
            Report.category,
            Report.area,
            Report.lat,
            Report.lon,
            Report.text,
            Report.created_at,
        )
        .where(
            Report.country == bindparam("of"),
            Report.category == bindparam("kind"),
            _OPEN,
            Report.limited.is_(False),
            Report.created_at >= bindparam("since"),
            *places,
        )
        .order_by(Report.created_at.desc())
        .limit(bindparam("most", type_=Integer()))
    )


_AREA = Report.area == bindparam("place")
_IN_AREA = _candidates(_AREA)
_IN_AREA_ALONE = _candidates(_AREA, Report.lat.is_(None))
_IN_BOX = _candidates(
    Report.lat.between(bindparam("south"), bindparam("north")),
    Report.lon.between(bindparam("west"), bindparam("east")),
)


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
    values: dict[str, Any] = {
        "of": country, "kind": category, "place": area, "since": since, "most": most,
    }  # fmt: skip
    if point is None:
        ways = [(_IN_AREA, values)]
    else:
        high = near_m / (radians(1) * EARTH_RADIUS_M)
        wide = high / max(0.01, cos(radians(point.lat)))
        box = {
            "south": point.lat - high,
            "north": point.lat + high,
            "west": point.lon - wide,
            "east": point.lon + wide,
        }
        # One statement for each way: an OR of the two would use neither index.
        ways = [(_IN_BOX, {**values, **box}), (_IN_AREA_ALONE, values)]
    found = []
    for way, given in ways:
        found += [
            Near(code, kind, where, point_of(lat, lon), text, at)
            for code, kind, where, lat, lon, text, at in way.rows(connection, given)
        ]
    return found
