"""Whoever is forgotten stands in no row of any table; whatever tables there are."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from bot.services import upkeep
from bot.services.residents import FAREWELL_AFTER, forget
from storage import addresses, table_rows
from storage.residents import NOTE_ERASED
from storage.tables import Task
from tests.houses import SmallHouse
from tests.made_rows import WORDS, make_rows, put_rows, stored

GONE, STAYS = "whoever left", "whoever stayed"

TABLES = table_rows.tables()


async def test_after_forget_no_row_names_who_left_and_others_keep_all_of_theirs(
    house: SmallHouse,
) -> None:
    rows = {who: make_rows(TABLES, who, number) for number, who in enumerate((GONE, STAYS), 1000)}
    ids = {rows[GONE]["resident"]["id"], rows[GONE]["address"]["id"], f"hash of {GONE}"}

    def leave(connection: Connection) -> None:
        for who in (GONE, STAYS):
            put_rows(connection, TABLES, rows[who])
        person = addresses.person_of(connection, rows[GONE]["resident"]["id"])
        assert person is not None
        forget(connection, house.outside, house.keys, person)

    await house.database.write(leave)
    house.now += FAREWELL_AFTER
    await house.database.write(upkeep.do_due, house.outside)
    # It has run by then: it notes the erasure outside of the database.
    await house.database.write(drop_tasks, NOTE_ERASED)
    left = await house.database.read(stored, TABLES)
    named = {
        f"{table}.{column}"
        for table, found in left.items()
        for row in found
        for column, value in row.items()
        if any(id in str(value) for id in ids)
    }
    assert named == set()
    said = {
        f"{table.name}.{column}"
        for table in TABLES
        if "resident_id" in table.c
        for row in left[table.name]
        for column in WORDS & row.keys()
        if str(row[column]).endswith(GONE)
    }
    assert said == set()
    changed = {table for table, found in left.items() if rows[STAYS][table] not in found}
    assert changed == set()


def drop_tasks(connection: Connection, name: str) -> None:
    connection.execute(delete(Task).where(Task.name == name))
