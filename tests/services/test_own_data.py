"""`/mydata` hands over everything that is kept of a resident, from every table that keeps any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, text

from bot.domain.inbound import Attachment, Command, Text
from storage import own_data, reports
from storage.tables import Base
from tests.houses import SmallHouse, small_house

NOT_HANDED_OUT = {"outbox", "piece", "profile", "source", "untold"}
"""How somebody is reached, and what is still on its way to them or from them."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def kept_of(house: SmallHouse, who: int) -> dict[str, list[dict[str, object]]]:
    def read(connection: Connection) -> dict[str, list[dict[str, object]]]:
        ids = connection.scalars(text("select id from resident order by created_at, id")).all()
        return own_data.kept_of(connection, str(ids[who]))

    return house.database.write_now(read)


def test_a_draft_a_danger_and_a_backed_report_are_handed_over(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"))
    house.take(Text("Overflowing on the corner"), Text("Palermo"), Text("skip"), Text("skip"))
    house.take(Text("2"), Text("no"), Text("send it"))
    house.later(hours=1)
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"), who="beto")
    house.take(Text("full bin"), Text("Overflowing on the corner"), Text("Palermo"), who="beto")
    house.take(Text("skip"), Text("yes"), Text("report"), Text("burning bin"), who="beto")
    house.take(Attachment("photo", "a" * 64, "image/jpeg", 10), who="beto")
    [file] = house.database.write_now(lambda one: one.scalars(text("select id from media")).all())
    house.take(Text("wordsofadraft"), who="beto")
    [row] = house.database.write_now(reports.list_reports)
    kept = kept_of(house, 1)
    assert [item["code"] for item in kept["reports backed"]] == [row.code]
    assert [item["category"] for item in kept["dangers told"]] == ["burning_bin"]
    assert "wordsofadraft" in str(kept["under way"])
    assert "Overflowing on the corner" in str(kept["additions"])
    assert file.encode() not in msgspec.json.encode(kept), "internal ids never leave"
    assert kept_of(house, 0)["reports backed"] == []


def test_every_table_that_names_a_resident_is_handed_over() -> None:
    naming = {table.name for table in Base.metadata.sorted_tables if "resident_id" in table.c}
    handed = {table.__tablename__ for _name, table, _which in own_data.KEPT}
    assert len(naming) > len(NOT_HANDED_OUT)
    assert handed == (naming | {"resident"}) - NOT_HANDED_OUT
