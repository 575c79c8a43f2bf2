"""A sweep of one country, and what it must leave of the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from bot.domain.country import Retention
from storage import conversations, table_rows
from storage.tables import SeenUpdate
from tests.houses import SmallHouse
from tests.made_rows import AT, WORDS, make_rows, put_rows, stored
from tests.swept import erase_old


def seen(connection: Connection) -> list[str]:
    return list(connection.scalars(select(SeenUpdate.bot).order_by(SeenUpdate.bot)))


@pytest.mark.parametrize("other", ["east-side", "eastxside", "east_sides", "west_side"])
def test_a_country_whose_key_looks_alike_is_left_alone(house: SmallHouse, other: str) -> None:
    bots = [f"{key}/web" for key in sorted(("east_side", other))]
    for bot in bots:
        house.database.write_now(conversations.note_update, bot, "1", house.now)
    assert house.database.write_now(seen) == bots
    later = house.now + timedelta(days=100)
    gone = house.database.write_now(erase_old, "east_side", Retention().days(), later)
    assert gone["seen_update"] == 1
    assert house.database.write_now(seen) == [f"{other}/web"]


OF_A_MATTER = {"resident_id", "report_id", "idea_id"}


def test_after_its_term_no_word_is_left_in_any_table(house: SmallHouse) -> None:
    tables = table_rows.tables()
    made = make_rows(tables, "a resident", 1)
    for row in made.values():
        row.update({"country": "uruguay"} if "country" in row else {})
        row.update({"bot": "uruguay/web"} if "bot" in row else {})
    worded = {
        table.name: WORDS & {column.name for column in table.columns}
        for table in tables
        if OF_A_MATTER & {column.name for column in table.columns}
    }
    assert sum(map(len, worded.values())) > len(WORDS)
    house.now = AT + timedelta(days=10_000)
    days = house.countries["uruguay"].retention.days()
    house.database.write_now(put_rows, tables, made)
    house.database.write_now(erase_old, "uruguay", days, house.now)
    left = house.database.write_now(stored, tables)
    assert [
        f"{table}.{column}"
        for table, columns in worded.items()
        for row in left[table]
        for column in sorted(columns)
        if row[column]
    ] == []
