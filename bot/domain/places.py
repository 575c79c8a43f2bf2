"""Places: a tree of areas, points on the earth, and what a resident says of where something is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asin, cos, hypot, radians, sin, sqrt

from bot.domain.messages import Name

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG)."""

EDGE_M = 25.0
"""A point nearer than this to another area's border is asked which side it is on. Metres."""

SEAM_M = 1.0
"""Neighbouring outlines with different corners leave seams of this width at most. Metres."""


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, WGS 84."""

    lat: float
    lon: float


Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """An area that residents can choose. `key` is unique in a country; `parent` is a key or ''."""

    key: str
    name: Name
    parent: str = ""
    aliases: tuple[str, ...] = ()
    centre: Point | None = None
    outline: tuple[Ring, ...] = ()
    """Rings of a polygon or of several; a point is inside where it is in an odd number of them."""
    children: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is: an area by its key, and a point if somebody gave one."""

    area: str
    point: Point | None = None


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = (
        sin((lat_b - lat_a) / 2) ** 2
        + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, half)))


def walk(places: Sequence[Place]) -> Iterator[Place]:
    """Every place of the tree, parents before children, in the order of the file."""
    for place in places:
        yield place
        yield from walk(place.children)


def leaves(places: Sequence[Place]) -> Iterator[Place]:
    """The places that have no children: what a report is filed under."""
    return (place for place in walk(places) if not place.children)


def inside(point: Point, outline: Sequence[Ring]) -> bool:
    """Whether a point lies in an outline, by ray casting with half-open edges.

    The half-open rule (an edge owns its lower end) gives a point on an edge that two areas share
    to exactly one of them, whatever the order of the areas.
    """
    odd = False
    for ring in outline:
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (a.lat > point.lat) != (b.lat > point.lat):
                # The lower end first, so that both neighbours of an edge compute the same number.
                low, high = (a, b) if a.lat < b.lat else (b, a)
                at = low.lon + (point.lat - low.lat) * (high.lon - low.lon) / (high.lat - low.lat)
                if point.lon < at:
                    odd = not odd
    return odd


def border_m(point: Point, outline: Sequence[Ring]) -> float:
    """Metres from a point to an outline's border, on a local plane (good within some km)."""
    if not outline:
        return float("inf")
    east = cos(radians(point.lat)) * radians(1) * EARTH_RADIUS_M
    north = radians(1) * EARTH_RADIUS_M
    nearest = float("inf")
    for ring in outline:
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
            ax, ay = (a.lon - point.lon) * east, (a.lat - point.lat) * north
            bx, by = (b.lon - point.lon) * east, (b.lat - point.lat) * north
            dx, dy = bx - ax, by - ay
            length = dx * dx + dy * dy
            along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
            nearest = min(nearest, hypot(ax + along * dx, ay + along * dy))
    return nearest


@dataclass(frozen=True, slots=True)
class Located:
    """Which area a point is in. `near` names the other areas whose border is within `EDGE_M`."""

    place: Place
    near: tuple[Place, ...] = ()


def locate(point: Point, places: Sequence[Place], reach_m: float) -> Located | None:
    """The one area of a point, or None when it is outside of all.

    By outlines where the country has them. Else the nearest centre, not farther than `reach_m`:
    such positions are rough, and a resident can always choose from the list.
    """
    candidates = sorted(leaves(places), key=lambda place: place.key)
    outlined = [place for place in candidates if place.outline]
    if outlined:
        holding = [place for place in outlined if inside(point, place.outline)]
        # A border that only one neighbour has a corner on is not the same line for both, once
        # rounded: a point on it may be in neither. It belongs to the nearer one.
        gap, _key, nearest = min((border_m(point, p.outline), p.key, p) for p in outlined)
        if not holding and gap > SEAM_M:
            return None
        home = holding[0] if holding else nearest
        near = tuple(
            place
            for place in outlined
            if place is not home and border_m(point, place.outline) <= EDGE_M
        )
        return Located(home, near)
    centred = [
        (distance_m(point, place.centre), place.key, place) for place in candidates if place.centre
    ]
    if not centred:
        return None
    away, _key, place = min(centred)
    return Located(place) if away <= reach_m else None
