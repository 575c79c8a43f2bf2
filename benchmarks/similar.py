"""Looking for a similar report among a million, on SQLite."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.domain.places import Point, leaves
from bot.domain.reports import SimilarReport
from bot.services.reports import similar_report
from tests.houses import SmallHouse, small_house

WORDS = ("bin", "full", "corner", "friday", "smell", "rats", "lid", "street", "water", "dog")


def fill(house: SmallHouse, count: int) -> None:
    """So many open reports of two years, thick in the middle of town as real ones are."""
    chance = random.Random(7)
    country = house.countries["uruguay"]
    categories = sorted(country.categories_by_key())
    areas = [place for place in leaves(country.places) if place.centre is not None]
    raw = sqlite3.connect(house.path)
    columns = (
        "id, code, country, category, limited, status, status_at, area, lat, lon, detail, text,"
        " language, channel, since, danger, affected, created_at, pilot, demo"
    )
    marks = ",".join("?" * 20)

    def rows() -> Iterator[tuple[str | int | float | None, ...]]:
        for number in range(count):
            area = chance.choice(areas)
            centre = area.centre or Point(0, 0)
            day = house.now.timestamp() - chance.random() ** 2 * 730 * 86400
            at = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(day))
            exact = chance.random() < 0.8
            yield (
                f"r{number:08}", f"MVD-{number:07}", "uruguay", chance.choice(categories), 0,
                "new" if chance.random() < 0.2 else "confirmed", at, area.key,
                chance.gauss(centre.lat, 0.004) if exact else None,
                chance.gauss(centre.lon, 0.004) if exact else None,
                "", " ".join(chance.choices(WORDS, k=8)), "es", "web", "", "", 1, at, 1, 1,
            )  # fmt: skip

    raw.executemany(f"insert into report ({columns}) values ({marks})", rows())
    raw.execute("analyze")
    raw.commit()
    raw.close()


def among(count: int, looks: int = 300) -> tuple[float, float, float]:
    """p50 and p95 in ms of one look-up among so many, and CPU ms a look-up."""
    with tempfile.TemporaryDirectory() as folder:
        for house in small_house(Path(folder)):
            fill(house, count)
            chance = random.Random(8)
            country = house.countries["uruguay"]
            categories = sorted(country.categories_by_key())
            areas = [place for place in leaves(country.places) if place.centre is not None]
            taken = []
            start_cpu = time.process_time()
            for _look in range(looks):
                area = chance.choice(areas)
                centre = area.centre or Point(0, 0)
                point = Point(chance.gauss(centre.lat, 0.004), chance.gauss(centre.lon, 0.004))
                wanted = SimilarReport(
                    chance.choice(categories),
                    " ".join(chance.choices(WORDS, k=8)),
                    area.key,
                    point if chance.random() < 0.8 else None,
                )
                start = time.perf_counter()
                house.database.write_now(similar_report, house.outside, country, wanted)
                taken.append((time.perf_counter() - start) * 1000)
            cpu = (time.process_time() - start_cpu) / looks * 1000
            taken.sort()
            return taken[looks // 2], taken[looks * 95 // 100], cpu
    raise RuntimeError("there was no house")
