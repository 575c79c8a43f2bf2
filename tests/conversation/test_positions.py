"""A country that keeps no exact point has none in any byte, whenever somebody sends one."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bot.domain.inbound import Command, Location, Text
from bot.domain.places import leaves
from tests.houses import SmallHouse, served, small_house

YALA = Location(6.541234, 101.281234)
CASAVALLE = Location(-34.834123, -56.165123)
WITHOUT = sorted(key for key, country in served()[0].items() if not country.report.point)
assert WITHOUT, "every country keeps points by now: is this test of any use?"


def traces(folder: Path, point: Location) -> list[bytes]:
    """How the point stands in the files of a folder: as digits, or as a double."""
    looked_for = [
        *(str(number).encode().partition(b".")[2] for number in (point.lat, point.lon)),
        *(struct.pack(f"{order}d", number) for order in "<>" for number in (point.lat, point.lon)),
    ]
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files
    return [trace for trace in looked_for if any(trace in content for content in files)]


def talk(house: SmallHouse, key: str, point: Location) -> None:
    """A report from the first word to the last, with the point sent before every step."""
    country = house.countries[key]
    filed = next(item for item in country.categories_by_key().values() if not item.private)
    area = list(leaves(country.places))[1].name.text
    words = ("English", "yes", "report", filed.label.source, "it smells", area)
    answer = ("here in this chat",) if country.report.answer else ()
    for said in (*words, *["skip"] * 3, *answer, "send it", "my things", "a person"):
        house.take(point, Text(said), country=key)


@pytest.mark.parametrize("key", WITHOUT)
def test_no_point_stands_in_any_byte(key: str, tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        talk(house, key, YALA)
        assert house.count("select count(*) from report") == 1
        assert traces(tmp_path, YALA) == []


def test_the_search_finds_a_point_where_one_is_kept(tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        house.take(Command("start"), *map(Text, ("English", "yes", "report", "full bin", "it is")))
        house.take(CASAVALLE)
        assert traces(tmp_path, CASAVALLE)
