"""How many take part is told, and of few never: neither outright nor by subtraction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from storage.people_views import PEOPLE_LEAST
from tests.examples import examples
from tests.houses import SmallHouse, small_house
from tests.postgres import ENGINES

Cells = Mapping[str, int]
Rows = list[tuple[str, int | None]]

LEAST = PEOPLE_LEAST


@pytest.fixture(params=ENGINES)
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path, request.param)


def told(connection: Connection, cells: Cells) -> Rows:
    """What the view tells of a country with so many people by language."""
    connection.execute(text("delete from resident"))
    people = [
        {"id": f"{language} {number}", "language": language}
        for language, count in cells.items()
        for number in range(count)
    ]
    if people:
        connection.execute(
            text(
                "insert into resident (id, country, language, language_chosen, channel,"
                " created_at, consented_at, pilot, demo) values (:id, 'uruguay', :language,"
                " '0', 'web', '2026-11-01T00:00:00.000000Z', '2026-11-01T00:00:00.000000Z',"
                " '0', '0')"
            ),
            people,
        )
    found = connection.execute(text("select language, people from open_people order by language"))
    return [(language, count) for language, count in found]


def derivable(cells: Cells, rows: Rows) -> Iterator[tuple[int, frozenset[str]]]:
    """Every group of people whose number follows from the rows: of each sum of published rows, of
    everybody, and of each difference of two such numbers."""
    named = {language for language, _count in rows if language}
    blocks = []
    for language, count in rows:
        if count is not None:
            group = {language} if language else cells.keys() - named
            blocks.append((count, frozenset(key for key in group if cells[key])))
    sums = [
        (
            sum(count for count, _ in some),
            frozenset[str]().union(*(g for _, g in some)),
        )
        for size in range(len(blocks) + 1)
        for some in combinations(blocks, size)
    ]
    everybody = sum(cells.values())
    if everybody >= LEAST:
        # As an announcement to all tells it.
        sums.append((everybody, frozenset(key for key, count in cells.items() if count)))
    for (more, larger), (less, smaller) in product(sums, sums):
        if smaller < larger:
            yield more - less, larger - smaller


def check(cells: Cells, rows: Rows) -> None:
    assert all(count is None or count >= LEAST for _language, count in rows)
    for number, group in derivable(cells, rows):
        assert number == sum(cells[key] for key in group)
        assert number >= LEAST, group
    if all(count is not None for _language, count in rows):
        assert sum(count or 0 for _language, count in rows) == sum(cells.values())


COUNTS = st.one_of(st.integers(0, 3), st.integers(LEAST - 2, LEAST + 2))
KEYS = ("ar", "en", "id", "so", "sw", "th")


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ({}, []),
        ({"so": LEAST}, [("so", LEAST)]),
        ({"so": LEAST - 1}, [("", None)]),
        ({"so": 30, "en": 12, "ar": 1}, [("", 13), ("so", 30)]),
        ({"so": 30, "ar": LEAST - 1, "en": 1}, [("", LEAST), ("so", 30)]),
        ({"so": 30, "ar": 1}, [("", 31)]),
    ],
)
def test_the_few_are_told_with_others_or_not_at_all(
    house: SmallHouse, cells: Cells, rows: Rows
) -> None:
    assert house.database.write_now(told, cells) == rows
    check(cells, rows)


def test_no_subtraction_gives_a_group_of_few(house: SmallHouse) -> None:
    @given(st.lists(COUNTS, min_size=len(KEYS), max_size=len(KEYS)))
    @examples(25)
    def every(counts: list[int]) -> None:
        cells = dict(zip(KEYS, counts, strict=True))
        check(cells, house.database.write_now(told, cells))

    every()


def test_who_has_not_agreed_counts_nowhere(house: SmallHouse) -> None:
    def withdrawn(connection: Connection) -> list[Any]:
        told(connection, {"so": LEAST})
        connection.execute(text("update resident set consented_at = null"))
        return list(connection.execute(text("select * from open_people")))

    assert house.database.write_now(withdrawn) == []
