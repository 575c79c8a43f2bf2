"""Outlines: a point is in one area always, and a map that is wrong is told so."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from bot.country import CountryError, check_country, doubled_names, load_country
from bot.domain.messages import Name
from bot.domain.places import EARTH_RADIUS_M, Located, Place, Point, leaves, locate
from tests.country.lagunia import LAGUNIA, break_file, copy_lagunia, said

PLACES = load_country(LAGUNIA).places
METRE = 360 / (2 * 3.141592653589793 * EARTH_RADIUS_M)
"""Degrees of latitude; of longitude as well, this near to the equator."""


def area_of(lat: float, lon: float, places: tuple[Place, ...] = PLACES) -> Located | None:
    return locate(Point(lat, lon), places, 3000)


def keys_of(located: Located | None) -> tuple[str, ...]:
    """The area of a point and those it is near to."""
    assert located is not None
    return (located.place.key, *sorted(place.key for place in located.near))


def test_a_point_far_from_borders_is_in_one_area_and_near_none() -> None:
    assert keys_of(area_of(0.15, 10.05)) == ("west",)


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0.05, 10.10), (0.15, 10.10), (0.10, 10.15), (0.10, 10.10)],
    ids=["west and shore", "west and hills", "shore and hills", "all three"],
)
def test_a_point_on_a_shared_border_is_in_one_area_whatever_the_order(
    lat: float, lon: float
) -> None:
    areas = tuple(leaves(PLACES))
    found = {keys_of(area_of(lat, lon, order)) for order in permutations(areas)}
    assert len(found) == 1


def test_five_metres_to_either_side_of_a_border_both_areas_are_told() -> None:
    assert keys_of(area_of(0.05, 10.10 - 5 * METRE)) == ("west", "township-shore")
    assert keys_of(area_of(0.05, 10.10 + 5 * METRE)) == ("township-shore", "west")


def test_beyond_the_edge_of_a_border_only_one_area_is_told() -> None:
    assert keys_of(area_of(0.05, 10.10 - 24.9 * METRE)) == ("west", "township-shore")
    assert keys_of(area_of(0.05, 10.10 - 25.1 * METRE)) == ("west",)


def test_near_the_corner_of_three_all_three_are_told() -> None:
    located = area_of(0.10 + 3 * METRE, 10.10 + 3 * METRE)
    assert keys_of(located) == ("township-hills", "township-shore", "west")


@pytest.mark.parametrize(
    ("lat", "lon"), [(0.5, 10.05), (0.045, 10.045), (0.05, 10.35)], ids=["north", "lake", "gulf"]
)
def test_a_point_outside_all_areas_is_outside(lat: float, lon: float) -> None:
    assert area_of(lat, lon) is None


def test_the_second_part_of_an_area_is_the_area() -> None:
    assert keys_of(area_of(0.15, 10.35)) == ("township-hills",)


def test_a_border_on_which_only_one_neighbour_has_a_corner_leaves_nobody_out() -> None:
    chance = Random(1)
    for _ in range(300):
        a = Point(chance.uniform(-35, -34), chance.uniform(-57, -56))
        b = Point(chance.uniform(-35, -34), chance.uniform(-57, -56))
        part, corner = chance.random(), chance.random()
        middle = Point(
            round(a.lat + corner * (b.lat - a.lat), 6), round(a.lon + corner * (b.lon - a.lon), 6)
        )
        west = Place("w", Name("W"), outline=((a, b, Point(b.lat, -60), Point(a.lat, -60)),))
        east = Place(
            "e", Name("E"), outline=((a, middle, b, Point(b.lat, -50), Point(a.lat, -50)),)
        )
        point = Point(a.lat + part * (b.lat - a.lat), a.lon + part * (b.lon - a.lon))
        first, second = locate(point, (west, east), 0), locate(point, (east, west), 0)
        assert first is not None
        assert first == second


def test_equal_names_are_told_with_the_areas_that_have_them() -> None:
    assert list(doubled_names(PLACES)) == [("Township", ("township-hills", "township-shore"))]


BROKEN = {
    "unknown key": ('"township-shore"', '"township"', "`township` is not the key of a place"),
    "area with parts": ('"west"', '"shore"', "only the smallest areas have outlines"),
    "key twice": ('"township-shore"', '"west"', "`west` has an outline already"),
    "no key": ('"key": "west"', '"name": "West"', "feature 1 has no `key`"),
    "open ring": ("[10.00, 0.20], [10.00, 0.00]]", "[10.00, 0.20]]", "polygon of closed rings"),
    "off the earth": ("[10.10, 0.10], [10.10, 0.20]", "[190.0, 0.1]", "polygon of closed rings"),
    "text for degrees": ("[10.20, 0.00]", '["10.2", 0]', "polygon of closed rings"),
    "line": ('"MultiPolygon"', '"LineString"', "polygon of closed rings"),
    "not JSON": ('"type": "FeatureCollection",', '"type": "FeatureCollection"', "not JSON"),
    "no collection": ('"FeatureCollection"', '"Feature"', "not a GeoJSON FeatureCollection"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_map_is_refused_for_its(case: str, tmp_path: Path) -> None:
    was, becomes, words = BROKEN[case]
    folder = copy_lagunia(tmp_path)
    line = break_file(folder, was, becomes, "areas.geojson")
    matching = [problem for problem in check_country(folder) if words in problem.text]
    assert matching, check_country(folder)
    assert matching[0].file.name == "areas.geojson"
    if case == "unknown key":
        assert matching[0].line == line


def test_an_area_that_the_map_forgot_is_named(tmp_path: Path) -> None:
    folder = copy_lagunia(tmp_path)
    file = folder / "areas.geojson"
    collection = json.loads(file.read_text("utf-8"))
    del collection["features"][0]
    file.write_text(json.dumps(collection), "utf-8")
    assert said(folder) == ["`west` has no outline, so no point is ever in it"]


def test_the_same_outline_twice_overlaps(tmp_path: Path) -> None:
    folder = copy_lagunia(tmp_path)
    file = folder / "areas.geojson"
    collection = json.loads(file.read_text("utf-8"))
    collection["features"][0]["geometry"] = collection["features"][1]["geometry"]
    file.write_text(json.dumps(collection), "utf-8")
    assert said(folder) == ["`west` and `township-shore` overlap"]


def test_outlines_that_overlap_by_less_than_a_metre_are_fine(tmp_path: Path) -> None:
    folder = copy_lagunia(tmp_path)
    break_file(folder, "[[10.10, 0.00]", f"[[{10.10 - 0.9 * METRE:.8f}, 0.00]", "areas.geojson")
    break_file(
        folder,
        "[10.10, 0.10], [10.10, 0.00]]",
        f"[10.10, 0.10], [{10.10 - 0.9 * METRE:.8f}, 0.00]]",
        "areas.geojson",
    )
    assert said(folder) == []


def test_overlap_is_told_by_the_check_and_does_not_keep_a_country_from_starting(
    tmp_path: Path,
) -> None:
    folder = copy_lagunia(tmp_path)
    # Both ends of the western border are moved, so that the ring stays closed.
    text = (folder / "areas.geojson").read_text("utf-8")
    text = text.replace("[[10.10, 0.00], [10.20, 0.00]", "[[10.09, 0.00], [10.20, 0.00]")
    text = text.replace("[10.10, 0.10], [10.10, 0.00]]\n", "[10.10, 0.10], [10.09, 0.00]]\n")
    (folder / "areas.geojson").write_text(text, "utf-8")
    assert said(folder) == ["`west` and `township-shore` overlap"]
    assert keys_of(area_of(0.001, 10.095, load_country(folder).places))[0] == "township-shore"


def test_a_broken_map_keeps_a_country_from_starting(tmp_path: Path) -> None:
    folder = copy_lagunia(tmp_path)
    (folder / "areas.geojson").write_text("{}", "utf-8")
    with pytest.raises(CountryError):
        load_country(folder)
