"""Codes: drawn once, of one name space, whatever they name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.domain.codes import CODE_LENGTH, CODE_SIGNS, LONG_CODE_FROM
from bot.services.codes import draw_code
from storage import codes, schema
from storage.sqlite import SqliteDatabase
from tests.houses import SmallHouse, small_house


def drawn(house: SmallHouse, kind: str = codes.REPORT) -> str:
    country = house.countries["uruguay"]
    return house.database.write_now(draw_code, house.outside, country, kind)


def test_a_code_is_never_two_things(house: SmallHouse) -> None:
    code = drawn(house)
    assert not house.database.write_now(codes.take, code, "uruguay", codes.IDEA)
    assert house.database.write_now(codes.kind_of, code) == codes.REPORT
    assert house.database.write_now(codes.kind_of, "MVD-0000") is None


def test_a_code_that_is_taken_is_drawn_again(house: SmallHouse) -> None:
    chance = iter([0, 0, 1])
    outside = replace(house.outside, random=lambda count: bytes([next(chance)]) * count)
    country = house.countries["uruguay"]

    def draw_two(connection: Connection) -> list[str]:
        return [draw_code(connection, outside, country, codes.IDEA) for _each in range(2)]

    first, second = house.database.write_now(draw_two)
    assert first == "MVD-" + CODE_SIGNS[0] * CODE_LENGTH
    assert second == "MVD-" + CODE_SIGNS[1] * CODE_LENGTH


@pytest.mark.parametrize(("there", "length"), [(-1, CODE_LENGTH), (0, CODE_LENGTH + 1)])
def test_codes_are_longer_once_a_town_has_many_of_whatever_kind(
    tmp_path: Path, there: int, length: int
) -> None:
    fill = (
        "insert into code (code, country, kind) with recursive n(i) as (select 1 union all select"
        f" i + 1 from n where i < {LONG_CODE_FROM + there}) select i, 'uruguay', 'idea' from n"
    )
    for house in small_house(tmp_path):
        house.database.write_now(lambda connection: connection.execute(text(fill)))
        assert len(drawn(house).partition("-")[2]) == length


def test_the_codes_of_reports_that_were_there_before_are_known(tmp_path: Path) -> None:
    columns = "id, code, country, category, limited, status, status_at, area, detail, text"
    more = "language, channel, since, danger, affected, created_at, pilot, demo"
    with ThreadPoolExecutor(1) as executor:
        database = SqliteDatabase(tmp_path / "old.db", executor, lambda connection, kicks: None)
        database.write_now(schema.upgrade, "0015")
        database.write_now(
            lambda connection: connection.exec_driver_sql(
                f"insert into report ({columns}, {more}) values ('1', 'MVD-7F3K', 'uruguay',"
                " 'bin', 0, 'new', '2026-01-01T00:00:00.000000Z', 'centro', '', '', 'es',"
                " 'web', '', '', 1, '2026-01-01T00:00:00.000000Z', 0, 0)"
            )
        )
        database.write_now(schema.upgrade)
        assert database.write_now(codes.kind_of, "MVD-7F3K") == codes.REPORT
        database.close_now()
