"""`/mydata` hands over everything that is kept of a resident, from every table that keeps any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, text

from bot.domain.inbound import Attachment, Command, Text
from storage import reports, residents
from storage.tables import Base
from tests.houses import SmallHouse, small_house

NOT_OF_A_PERSON = {
    "announced_picture", "announcement", "audit", "ballot", "code", "counted_ballot",
    "counted_code", "due", "group_chat", "idea_update", "meta", "report_update",
    "schedule", "seen_update", "send_budget", "task", "vote", "vote_option", "walk",
}  # fmt: skip
"""Tables that hold nothing of a resident's own, or nothing that a query can tell whose it is."""

OF_THE_ADDRESS = {
    "address", "chat_pause", "inbox", "outbox", "piece", "profile", "prompt", "source",
    "stuck_update",
}  # fmt: skip
"""How somebody is reached, what their chat shows them already, and what is still to be taken."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path)


def kept_of(house: SmallHouse, who: int) -> dict[str, list[dict[str, object]]]:
    def read(connection: Connection) -> dict[str, list[dict[str, object]]]:
        ids = connection.scalars(text("select id from resident order by created_at, id")).all()
        return residents.kept_of(connection, str(ids[who]))

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


def test_every_table_is_handed_over_or_known_to_hold_nothing_of_a_person() -> None:
    tables = set(Base.metadata.tables)
    handed = {table.__tablename__ for _name, table, _which in residents.KEPT}
    assert tables - handed == NOT_OF_A_PERSON | OF_THE_ADDRESS
