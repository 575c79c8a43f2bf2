"""Small made-up towns for tests, and what is stored of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from bot.app import LOCALES
from bot.demo import Filled, Photo, fill, read_words
from storage import demo
from storage.tables import Base
from tests.houses import START, SmallHouse

PHOTOS = [Photo(f"{number}" * 64, "image/jpeg", 9) for number in range(3)]
TODAY = START.date()

MARKED = ("resident", "report", "idea", "media", "alert", "person_request", "interaction")
"""Tables with a mark of their own."""

HANGING = {
    "report_update": "report_id in (select id from report where demo)",
    "addition": "report_id in (select id from report where demo)",
    "backer": "report_id in (select id from report where demo)",
    "code": "code in (select code from report where demo)"
    " or code in (select code from idea where demo)"
    " or code in (select code from vote where demo)",
    "consent": "resident_id in (select id from resident where demo)",
    "idea_update": "idea_id in (select id from idea where demo)",
    "idea_comment": "idea_id in (select id from idea where demo)",
    "supporter": "idea_id in (select id from idea where demo)",
    "due": "subject in (select id from report where demo)",
    "audit": f"actor like '{demo.ACTOR}%'",
}
"""Tables whose rows are made up where what they hang off is."""

EMPTY = sorted(Base.metadata.tables.keys() - {*MARKED, *HANGING, "meta"})
"""All others: what a filled town put there, nothing could take away again."""


def made(
    house: SmallHouse,
    country: str = "uruguay",
    *,
    seed: int = 1,
    days: int = 10,
    residents: int = 20,
    today: date = TODAY,
) -> Filled:
    served = house.countries[country]
    return house.database.write_now(
        fill,
        served,
        read_words(LOCALES / "countries" / country, served),
        lambda kind: PHOTOS,
        today=today,
        days=days,
        residents=residents,
        seed=seed,
    )


def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is stored, by table."""
    return {
        table.name: [
            tuple(row)
            for row in connection.execute(text(f"select * from {table.name} order by 1, 2"))
        ]
        for table in Base.metadata.sorted_tables
    }
