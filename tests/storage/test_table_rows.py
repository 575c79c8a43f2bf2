"""Rows as records: the same bytes wherever they stand, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select

from bot.domain.inbound import Attachment, Command, Text
from storage import table_rows
from storage.statements import table_of
from storage.table_rows import Tally, tables
from storage.tables import Outbox, Report
from tests.houses import SmallHouse, small_house

REPORT = table_of(Report)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[SmallHouse]:
    (tmp_path / "full").mkdir()
    for house in small_house(tmp_path / "full"):
        house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
        house.take(Text("full bin"), Text("it overflows"), Text("Palermo"), Text("corner"))
        house.take(Attachment("photo", "a" * 64, "image/jpeg", 9), Text("that is all"))
        house.take(Text("2"), Text("no"), Text("send it"), who="ana")
        yield house


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SmallHouse]:
    (tmp_path / "empty").mkdir()
    yield from small_house(tmp_path / "empty")


def read_all(connection: Connection) -> dict[str, list[bytes]]:
    return {
        table.name: [
            record for batch in table_rows.read_records(connection, table) for record in batch
        ]
        for table in tables()
    }


def write_all(connection: Connection, records: dict[str, list[bytes]]) -> None:
    for table in tables():
        table_rows.write_records(connection, table, records[table.name])


def count(records: list[bytes]) -> tuple[int, str]:
    tally = Tally()
    tally.add(records)
    return tally.count, tally.digest


def test_a_town_that_is_written_back_is_the_same(full: SmallHouse, empty: SmallHouse) -> None:
    records = full.database.write_now(read_all)
    assert records["report"]
    assert empty.database.write_now(table_rows.is_empty)
    empty.database.write_now(write_all, records)
    assert not empty.database.write_now(table_rows.is_empty)
    assert empty.database.write_now(read_all) == records
    for table in tables():
        found = empty.database.write_now(table_rows.tally, table)
        assert (found.count, found.digest) == count(records[table.name])


def test_a_table_stands_after_those_it_refers_to() -> None:
    seen: set[str] = set()
    for table in tables():
        for key in table.foreign_keys:
            assert key.column.table.name in seen
        seen.add(table.name)
    assert seen


def test_a_row_more_and_a_changed_row_have_another_digest(full: SmallHouse) -> None:
    before = full.database.write_now(table_rows.tally, REPORT)
    full.database.write_now(
        lambda connection: connection.exec_driver_sql("update report set text = 'it overflowS'")
    )
    after = full.database.write_now(table_rows.tally, REPORT)
    assert before.count == after.count == 1
    assert before.digest != after.digest


def test_no_number_is_given_twice_after_a_copy(full: SmallHouse, empty: SmallHouse) -> None:
    """The highest operation was erased; its number still stands in a web inbox."""

    def clear_outbox(connection: Connection) -> int:
        highest = connection.scalar(select(func.max(Outbox.id))) or 0
        connection.execute(delete(Outbox))
        return highest

    def next_number(connection: Connection) -> int:
        added = connection.execute(
            insert(Outbox).values(
                address_id="a", language="en", created_at=full.now, due_at=full.now
            )
        )
        [number] = added.inserted_primary_key or (0,)
        return int(number)

    highest = full.database.write_now(clear_outbox)
    numbers = full.database.write_now(table_rows.read_numbers)
    assert numbers["outbox"] == highest > 0
    empty.database.write_now(write_all, full.database.write_now(read_all))
    empty.database.write_now(table_rows.write_numbers, numbers)
    assert empty.database.write_now(next_number) == highest + 1
    assert empty.database.write_now(table_rows.read_numbers)["outbox"] == highest + 1


def test_numbers_go_on_behind_the_rows_there_are(full: SmallHouse, empty: SmallHouse) -> None:
    empty.database.write_now(write_all, full.database.write_now(read_all))
    empty.database.write_now(table_rows.write_numbers, {})
    highest = full.database.write_now(table_rows.read_numbers)["outbox"]
    assert empty.database.write_now(table_rows.read_numbers)["outbox"] == highest > 0


@pytest.mark.parametrize("broken", [b"[]", b"{}", b'["a", 1]', b"nonsense"])
def test_what_is_no_record_is_refused(empty: SmallHouse, broken: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        empty.database.write_now(table_rows.write_records, REPORT, [broken])
    assert empty.database.write_now(table_rows.is_empty)
