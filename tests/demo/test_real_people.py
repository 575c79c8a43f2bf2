"""The made-up town beside real people: it leaves them alone, and goes without a trace."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, text

from bot.app import LOCALES
from bot.demo import read_words
from bot.domain.inbound import Command, Text
from bot.domain.reports import BackReport, Told
from bot.services import reports
from storage import addresses, demo, media
from tests.demo.towns import HANGING, MARKED, TODAY, made, rows
from tests.houses import SmallHouse


def talk(house: SmallHouse) -> None:
    """A real neighbour tells of a full bin in Palermo, in words that the town uses too."""
    stories = read_words(LOCALES / "countries" / "uruguay", house.countries["uruguay"]).categories
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("full bin"), Text(stories["full_bin"].stories["es"][0]), Text("Palermo"))
    house.take(Text("skip"), Text("skip"), Text("2"), Text("no"), Text("send it"))


def test_what_is_real_stays_as_it_was(house: SmallHouse) -> None:
    talk(house)
    before = house.database.write_now(rows)
    assert len(before["report"]) == 1
    for seed in range(4):
        made(house, days=20, residents=60, seed=seed, today=TODAY + timedelta(25))
    full = "select count(*) from report where demo and category = 'full_bin'"
    assert house.count(full) > 0
    after = house.database.write_now(rows)
    for table, old in before.items():
        assert set(old) <= set(after[table]), table
    house.database.write_now(demo.clear)
    assert house.database.write_now(rows) == before


def test_one_countrys_town_goes_and_the_others_stay_as_they_were(house: SmallHouse) -> None:
    assert {"kenya", "uruguay"} <= set(house.countries)
    made(house, "kenya", days=60, residents=120)
    before = house.database.write_now(rows)
    assert all(before[table] for table in MARKED)
    assert all(before[table] for table in HANGING)
    made(house, "uruguay", days=60, residents=120)
    gone = house.database.write_now(demo.clear, "uruguay")
    assert all(gone[table] for table in (*MARKED, *HANGING))
    assert house.database.write_now(rows) == before


def test_a_real_photo_on_a_made_up_report_does_not_keep_it(house: SmallHouse) -> None:
    """Whoever tries the demo's own chat may say "the same" of what was made up."""
    talk(house)
    [(resident_id,)] = house.rows("select id from resident")
    before = house.database.write_now(rows)
    made(house)

    def back(connection: Connection) -> None:
        person = addresses.person_of(connection, resident_id)
        assert person is not None
        [code] = connection.scalars(text("select code from report where demo limit 1"))
        media.add_media(
            connection,
            id="a real photo",
            resident_id=resident_id,
            conversation_id="",
            kind="photo",
            name="f" * 64,
            type="image/jpeg",
            size=9,
            album="",
            created_at=house.now,
        )
        backed = BackReport(code, Told("Here too", photos=("a real photo",)))
        reports.back_report(
            connection, house.outside, house.countries["uruguay"], person, "", backed
        )

    house.database.write_now(back)
    assert house.count("select count(*) from media where not demo and report_id is not null") == 1
    house.database.write_now(demo.clear)
    assert house.database.write_now(rows) == before
