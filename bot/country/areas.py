"""Outlines of areas from `areas.geojson`, and whether they overlap."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from pathlib import Path

from bot.domain.places import Place, Point, Ring, border_m, inside, leaves, walk
from bot.domain.problems import Problem

OVERLAP_M = 1.0
"""Two maps drawn by hand never meet exactly: overlaps less deep than this are no matter."""

Outline = tuple[Ring, ...]
Box = tuple[float, float, float, float]


def read_areas(file: Path, places: Sequence[Place]) -> tuple[dict[str, Outline], list[Problem]]:
    """Outlines by the key of a place (`properties.key`), from a GeoJSON FeatureCollection.

    RFC 7946: longitude first, rings closed, polygons or multi-polygons.
    """
    try:
        text = file.read_text("utf-8-sig")
        document: object = json.loads(text)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return {}, [Problem(file, line, "not UTF-8: save the file with that encoding")]
    except json.JSONDecodeError as error:
        return {}, [Problem(file, error.lineno, f"not JSON: {error.msg}")]
    match document:
        case {"type": "FeatureCollection", "features": list(features)}:
            pass
        case _:
            return {}, [Problem(file, 1, "not a GeoJSON FeatureCollection")]
    known = {place.key: not place.children for place in walk(places)}
    outlines: dict[str, Outline] = {}
    problems: list[Problem] = []
    for index, feature in enumerate(features):
        key = _key_of(feature)
        problem = ""
        outline = _outline_of(feature)
        if key is None:
            problem = f"feature {index + 1} has no `key` of a place in its properties"
        elif key not in known:
            problem = f"`{key}` is not the key of a place in country.toml"
        elif not known[key]:
            problem = f"`{key}` has parts; only the smallest areas have outlines"
        elif key in outlines:
            problem = f"`{key}` has an outline already"
        elif not outline:
            problem = f"`{key}` is not a polygon of closed rings in degrees, longitude first"
        if problem or key is None or not outline:
            problems.append(Problem(file, line_of_key(text, key or ""), problem))
        else:
            outlines[key] = outline
    named = {_key_of(feature) for feature in features}
    problems += [
        Problem(file, 1, f"`{place.key}` has no outline, so no point is ever in it")
        for place in leaves(places)
        if place.key not in named
    ]
    return outlines, problems


def line_of_key(text: str, key: str) -> int:
    """The line of a GeoJSON file where a key is first written, else 1."""
    at = text.find(json.dumps(key, ensure_ascii=False)) if key else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _key_of(feature: object) -> str | None:
    match feature:
        case {"properties": {"key": str(key)}}:
            return key
        case _:
            return None


def _outline_of(feature: object) -> Outline:
    """Rings without their closing point; empty where anything is not as it must be."""
    match feature:
        case {"geometry": {"type": "Polygon", "coordinates": list(rings)}}:
            pass
        case {"geometry": {"type": "MultiPolygon", "coordinates": list(polygons)}}:
            rings = [ring for polygon in polygons if isinstance(polygon, list) for ring in polygon]
        case _:
            return ()
    outline = tuple(map(_ring_of, rings))
    return outline if all(outline) else ()


def _ring_of(ring: object) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
        return ()
    points: list[Point] = []
    for position in ring[:-1]:
        match position:
            case [int() | float() as lon, int() | float() as lat, *_] if (
                abs(lat) <= 90 and abs(lon) <= 180
            ):
                points.append(Point(lat, lon))
            case _:
                return ()
    return tuple(points)


def overlapping(places: Sequence[Place]) -> Iterator[tuple[Place, Place]]:
    """Pairs of outlined areas that cover the same ground. Slow: for checking, not for loading."""
    outlined = [(place, _box(place.outline)) for place in leaves(places) if place.outline]
    for (one, one_box), (other, other_box) in combinations(outlined, 2):
        if _meet(one_box, other_box) and (
            _reaches_into(one.outline, other.outline, other_box)
            or _reaches_into(other.outline, one.outline, one_box)
        ):
            yield one, other


def _box(outline: Sequence[Sequence[Point]]) -> Box:
    points = [point for ring in outline for point in ring]
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    return min(lats), min(lons), max(lats), max(lons)


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _edges(outline: Outline) -> Iterator[tuple[Point, Point]]:
    for ring in outline:
        yield from zip(ring, (*ring[1:], ring[0]), strict=True)


def _reaches_into(one: Outline, other: Outline, other_box: Box) -> bool:
    """Whether a part of `one` lies inside `other`, deeper than `OVERLAP_M`.

    Tried are the middles of its edges, cut where they cross the other border, and one point of
    its inside, which finds twins. Edges that both have are passed over: they only touch.
    """
    shared = {frozenset(edge) for edge in _edges(other)}
    others = [(a, b, _box([(a, b)])) for a, b in _edges(other)]
    candidates = [_inner_point(one)]
    for a, b in _edges(one):
        box = _box([(a, b)])
        if frozenset((a, b)) in shared or not _meet(box, other_box):
            continue
        cuts = [_crossing(a, b, c, d) for c, d, near in others if _meet(box, near)]
        along = sorted({0.0, 1.0, *(cut for cut in cuts if cut is not None)})
        for start, end in pairwise(along):
            candidates.append(_between(a, b, (start + end) / 2))
    return any(inside(point, other) and border_m(point, other) > OVERLAP_M for point in candidates)


def _between(a: Point, b: Point, part: float) -> Point:
    return Point(a.lat + part * (b.lat - a.lat), a.lon + part * (b.lon - a.lon))


def _crossing(a: Point, b: Point, c: Point, d: Point) -> float | None:
    """How far along from a to b (0 to 1) the line from c to d crosses; None where it does not."""
    across = (b.lat - a.lat) * (d.lon - c.lon) - (b.lon - a.lon) * (d.lat - c.lat)
    if across == 0:
        return None
    ab = ((c.lat - a.lat) * (d.lon - c.lon) - (c.lon - a.lon) * (d.lat - c.lat)) / across
    cd = ((c.lat - a.lat) * (b.lon - a.lon) - (c.lon - a.lon) * (b.lat - a.lat)) / across
    return ab if 0 < ab < 1 and 0 <= cd <= 1 else None


def _inner_point(outline: Outline) -> Point:
    """A point inside: the middle of the widest stretch on the line through the middle height."""
    south, _, north, _ = _box(outline)
    # Just off the middle, so that the line does not run through a corner of a regular shape.
    lat = south + (north - south) * 0.4987
    lons = sorted(
        a.lon + (lat - a.lat) * (b.lon - a.lon) / (b.lat - a.lat)
        for a, b in _edges(outline)
        if (a.lat > lat) != (b.lat > lat)
    )
    stretches = list(zip(lons[::2], lons[1::2], strict=False)) or [(0.0, 0.0)]
    west, east = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return Point(lat, (west + east) / 2)
