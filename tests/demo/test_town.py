"""The made-up town: the same for the same seed, marked in every row, and gone without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.app import LOCALES
from bot.country import load_countries
from bot.demo import Filled, fill, read_words
from bot.demo.life import Photo
from bot.demo.words import DemoError
from bot.domain.inbound import Command, Text
from bot.domain.reports import fold_code
from storage import demo
from tests.houses import SmallHouse, small_house

COUNTRIES = sorted(load_countries(LOCALES / "countries"))
PHOTOS = [Photo(f"{number}" * 64, "image/jpeg", 9) for number in range(3)]


def made(house: SmallHouse, country: str = "uruguay", seed: int = 1) -> Filled:
    served = house.countries[country]
    return house.database.write_now(
        fill,
        served,
        read_words(LOCALES / "countries" / country, served),
        lambda kind: PHOTOS,
        until=house.now,
        days=20,
        residents_count=40,
        seed=seed,
    )


def rows(connection: Connection) -> list[tuple[object, ...]]:
    tables = ("resident", "report", "report_update", "backer", "media", "alert", "person_request")
    return [
        tuple(row)
        for table in tables
        for row in connection.execute(text(f"select * from {table} order by 1, 2"))
    ]


def count(connection: Connection, sql: str) -> int:
    return int(connection.scalar(text(sql)) or 0)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_has_a_town(country: str, tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        filled = made(house, country)
        assert filled.residents == 40
        assert filled.reports > 2
        assert filled.updates > filled.reports


def test_the_same_seed_makes_the_same_town(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for house in small_house(tmp_path / name):
            made(house)
            found.append(house.database.write_now(rows))
    assert found[0] == found[1]


def test_every_row_is_marked_and_nothing_is_owed(tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        made(house)
        write = house.database.write_now
        for table in ("resident", "report", "media", "alert", "person_request", "interaction"):
            assert write(count, f"select count(*) from {table} where not demo") == 0
        for table in ("outbox", "address", "conversation", "task"):
            assert write(count, f"select count(*) from {table}") == 0
        codes = write(lambda c: [row[0] for row in c.execute(text("select code from report"))])
        assert codes
        assert all(fold_code(code, "MVD") == code for code in codes)


def test_what_is_made_up_goes_and_what_is_real_stays(tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
        house.take(Text("full bin"), Text("really full"), Text("Palermo"), Text("skip"))
        house.take(Text("skip"), Text("2"), Text("no"), Text("send it"))
        before = house.database.write_now(rows)
        made(house)
        assert house.database.write_now(rows) != before
        house.database.write_now(demo.clear)
        assert house.database.write_now(rows) == before
        assert house.database.write_now(count, "select count(*) from audit") == 0
        assert house.database.write_now(count, "select count(*) from due") == 0


def test_words_that_are_missing_are_named(tmp_path: Path) -> None:
    for house in small_house(tmp_path):
        country = house.countries["uruguay"]
        with pytest.raises(DemoError, match="is missing"):
            read_words(tmp_path, country)
        (tmp_path / "demo.toml").write_text("[categories.nothing]\nweight = 1\n")
        with pytest.raises(DemoError, match="is no category"):
            read_words(tmp_path, country)
