"""Trying to join a ballot with whoever cast it, by everything that is stored; and failing."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.domain.outcomes import Done
from bot.services import news, vote_course
from storage import table_rows, votes
from storage.table_rows import tables
from storage.views import VIEWS
from tests.houses import SmallHouse, small_house
from tests.postgres import POSTGRES, SQLITE
from tests.votes.elections import cast, closed, made_up, opened, resident

VOTERS = 60
KEYS = [f"choice-{sign}" for sign in "abcdefgh"]
UNRELATED = 0.4
"""A rank correlation of 60 pairs that have nothing to do with each other stays below it (three
standard deviations); one that follows the order of arrival is near 1."""
PAGES_FOUND = 3
"""An order of 60 that is drawn by lot steps down some thirty times."""


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["house"])


def all_vote(house: SmallHouse, code: str) -> list[tuple[str, str]]:
    """Everybody votes, each in a way of their own. Resident and choices, in the order of time."""
    order = list(range(VOTERS))
    random.Random(5).shuffle(order)
    people = {number: resident(house, f"voter {number}") for number in range(VOTERS)}
    told = []
    for number in order:
        house.later(minutes=1)
        chosen = [key for place, key in enumerate(KEYS) if number >> place & 1]
        assert isinstance(cast(house, code, people[number], chosen), Done)
        told.append((people[number].resident_id, ",".join(chosen)))
    return told


def correlation(one: Sequence[int], other: Sequence[int]) -> float:
    """Spearman's, of two orders of the same things."""
    count = len(one)
    squares = sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
    return 1 - 6 * squares / (count * (count * count - 1))


def related(found: Sequence[str], told: Sequence[str]) -> float:
    """How far an order of ballots follows another one."""
    place = {choices: number for number, choices in enumerate(told)}
    return abs(correlation([place[choices] for choices in found], range(len(found))))


def files(house: SmallHouse) -> bytes:
    """Every byte of the database's files."""
    folder = house.path.parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{house.path.name}*")))


def test_no_order_of_the_counted_ballots_is_that_of_people_or_of_time(
    house: SmallHouse, engine: str
) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    told = all_vote(house, code)
    closed(house, code)
    by_time = [choices for _id, choices in told]
    by_person = [choices for _id, choices in sorted(told)]
    orders = ["number"]
    if engine == POSTGRES:
        orders += ["ctid", "xmin::text::bigint, ctid"]
    for order in orders:
        rows = house.rows(f"select choices from counted_ballot order by {order}")
        found = [choices for (choices,) in rows]
        assert sorted(found) == sorted(by_time)
        assert related(found, by_time) < UNRELATED
        assert related(found, by_person) < UNRELATED


def test_the_counted_codes_have_no_order_of_the_ballots(house: SmallHouse) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    all_vote(house, code)
    closed(house, code)
    rows = house.rows("select code from counted_code order by number")
    assert rows == sorted(rows)
    assert len(rows) == VOTERS


def test_no_row_of_a_vote_has_a_time_a_number_of_its_own_or_an_order(
    house: SmallHouse, engine: str
) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    told = all_vote(house, code)
    closed(house, code)
    secret = ("ballot", "took_part", "counted_ballot", "counted_code")
    for table in tables():
        if table.name in secret:
            kinds = {column.type.__class__.__name__ for column in table.columns}
            assert "Utc" not in kinds, table.name
            assert table.autoincrement_column is None, table.name
    assert house.rows("select * from ballot") == []
    if engine == SQLITE:
        for table_name in secret:
            with pytest.raises(Exception, match="rowid"):
                house.rows(f"select rowid from {table_name}")
        return
    for table_name in ("took_part", "counted_ballot", "counted_code"):
        [(writers,)] = house.rows(f"select count(distinct xmin::text) from {table_name}")
        assert writers == 1, "all were written by the close"
    rows = [id for (id,) in house.rows("select resident_id from took_part order by ctid")]
    assert sorted(rows) == sorted(id for id, _choices in told)
    # A page that a vacuum has found room in takes some of them, in their own order.
    assert sum(one > other for one, other in pairwise(rows)) <= PAGES_FOUND
    [(size,)] = house.rows("select pg_relation_size('ballot')")
    assert size == 0, "no dead row of it is left in any page"
    owners = house.rows(
        "select seq.relname from pg_class seq join pg_depend d on d.objid = seq.oid"
        " join pg_class owner on owner.oid = d.refobjid where seq.relkind = 'S'"
        " and owner.relname in ('ballot', 'took_part', 'counted_ballot', 'counted_code')",
    )
    assert owners == []


def test_while_it_is_open_no_byte_tells_a_choice_and_after_it_no_seal_is_left(
    tmp_path: Path,
) -> None:
    for house in small_house(tmp_path):
        code = opened(house, made_up(*KEYS, most=8))
        all_vote(house, code)
        sealed = [
            part
            for row in house.rows("select mark, sealed from ballot")
            for part in map(bytes, row)
        ]
        assert len({len(part) for part in sealed}) == 2, "marks and seals, each of one length"
        raw = files(house)
        assert all(part in raw for part in sealed)
        for first in KEYS:
            assert f'["{first}"'.encode() not in raw
            assert f"{first},choice-".encode() not in raw
        secret = house.keys.votes.folder.joinpath(f"{code}.key").read_bytes()
        assert secret not in raw
        closed(house, code)
        after = files(house)
        assert not any(part in after for part in sealed), "not in the log, nor in a free page"
        assert not list(house.keys.votes.folder.iterdir())


def test_what_was_sealed_is_noise_once_the_key_is_destroyed(house: SmallHouse) -> None:
    """An old backup or a server's old pages may hold sealed ballots for years."""
    code = opened(house, made_up(*KEYS, most=8))
    all_vote(house, code)
    old = house.rows("select mark, sealed from ballot")
    person = resident(house, "voter 1")
    mark = house.keys.votes.read(code).mark(person.resident_id)
    assert mark in [bytes(found) for found, _sealed in old]
    closed(house, code)
    from bot.keys.votes import KeyLost

    with pytest.raises(KeyLost):
        house.keys.votes.read(code)


def test_no_view_changes_when_a_ballot_is_cast(house: SmallHouse) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    people = [resident(house, who) for who in ("ana", "beto")]

    def look(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        return {
            view.name: [
                tuple(row) for row in connection.execute(text(f"select * from {view.name}"))
            ]
            for view in VIEWS
        }

    before = house.database.write_now(look)
    assert [row[0] for row in before["open_votes"]] == [code]
    for choices in (["choice-a"], ["choice-b"], []):
        for person in people:
            cast(house, code, person, choices)
            assert house.database.write_now(look) == before
    closed(house, code)
    after = house.database.write_now(look)
    assert [row[3] for row in after["open_ballots"]] == ["", ""]


def test_views_show_no_ballot_before_the_vote_is_cleaned(house: SmallHouse) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    cast(house, code, "ana", ["choice-a"])
    house.later(days=8)
    house.database.write_now(vote_course.close_due, house.outside, house.keys)
    assert house.rows("select * from open_ballots") == []
    assert house.rows("select ballots, blank from open_votes") == [(None, None)]
    closed_at = house.outside.clock()
    house.database.write_now(votes.mark_cleaned, [code], closed_at)
    assert house.rows("select choices from open_ballots") == [("choice-a",)]
    assert house.rows("select ballots, blank from open_votes") == [(1, 0)]


def test_nothing_that_is_logged_or_told_names_a_choice(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = opened(house, made_up(*KEYS, most=8))
    person = resident(house)
    done = cast(house, code, person, ["choice-a", "choice-c"])
    assert isinstance(done, Done)
    house.database.write_now(news.owe, person, done.lines, house.outside.clock())
    rows = house.rows("select payload from outbox where payload is not null")
    owed = b"".join(bytes(payload) for (payload,) in rows)
    assert b"counted codes" in owed
    for secret in (b"choice-a", b"Option choice-a", b"choice-c"):
        assert secret not in owed
        assert secret.decode() not in caplog.text


def test_a_backup_of_an_open_vote_has_neither_key_nor_a_readable_ballot(
    house: SmallHouse,
) -> None:
    code = opened(house, made_up(*KEYS, most=8))
    all_vote(house, code)
    secret = house.keys.votes.folder.joinpath(f"{code}.key").read_bytes()

    def every_record(connection: Connection) -> bytes:
        return b"".join(
            record
            for table in tables()
            for batch in table_rows.read_records(connection, table)
            for record in batch
        )

    records = house.database.write_now(every_record)
    assert code.encode() in records
    assert secret not in records
    for first in KEYS:
        assert f'[\\"{first}\\"'.encode() not in records
        assert f"{first},choice-".encode() not in records


def test_deleted_choices_are_not_in_the_folder_either(tmp_path: Path) -> None:
    """The list of ended votes names no vote."""
    for house in small_house(tmp_path):
        code = opened(house)
        cast(house, code, "ana", ["a"])
        closed(house, code)
        with closing((house.keys.votes.folder.parent / "ended-votes.list").open()) as file:
            assert code not in file.read()
