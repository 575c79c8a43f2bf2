"""A town in a file and its copy on a server are the same, or there is no copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, text

from bot.domain.inbound import Attachment, Command, Text
from storage import table_rows
from storage.postgres import PostgresDatabase
from storage.town_copy import NotCopied, copy_town
from tests.houses import SmallHouse, small_house
from tests.postgres import cluster, empty_town
from tests.storage.test_table_rows import read_all


@pytest.fixture
def full(tmp_path: Path) -> Iterator[SmallHouse]:
    for house in small_house(tmp_path):
        for who in ("ana", "ben"):
            house.take(Command("start"), Text("English"), Text("yes"), Text("report"), who=who)
            house.take(Text("full bin"), Text("ñandú 😀"), Text("Palermo"), Text("x"), who=who)
            house.take(Attachment("photo", "a" * 64, "image/jpeg", 9), who=who)
        yield house


@pytest.fixture
def target() -> Iterator[PostgresDatabase]:
    database = PostgresDatabase(cluster().url(empty_town()), lambda connection, kicks: None)
    yield database
    database.close_now()


def test_every_row_arrives_byte_for_byte_and_numbers_go_on(
    full: SmallHouse, target: PostgresDatabase
) -> None:
    heard: dict[str, int] = {}

    def step(table: str, rows: int) -> None:
        heard[table] = heard.get(table, 0) + rows

    copied = target.write_now(copy_town, full.path, step)
    ours = full.database.write_now(read_all)
    assert target.write_now(read_all) == ours
    assert {item.table: item.rows for item in copied if item.rows} == heard
    assert heard["resident"] == 2
    numbers = full.database.write_now(table_rows.read_numbers)
    assert target.write_now(table_rows.read_numbers) == numbers
    assert numbers["outbox"] > 0


def test_a_target_with_a_row_is_refused(full: SmallHouse, target: PostgresDatabase) -> None:
    target.write_now(
        lambda connection: connection.execute(text("insert into meta values ('a', 'b')"))
    )
    with pytest.raises(NotCopied, match="not empty"):
        target.write_now(copy_town, full.path, lambda table, rows: None)


def test_a_table_that_differs_leaves_nothing_behind(
    full: SmallHouse, target: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = table_rows.write_records

    def lose_one(connection: Connection, table: Table, batch: list[bytes]) -> None:
        write(connection, table, batch[1:] if table.name == "media" else batch)

    monkeypatch.setattr(table_rows, "write_records", lose_one)
    with pytest.raises(NotCopied, match="media is not the same"):
        target.write_now(copy_town, full.path, lambda table, rows: None)
    assert target.write_now(table_rows.is_empty)
