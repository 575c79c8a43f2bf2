"""What is for trained people alone is kept nowhere, whatever it came in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, select, text

from bot.conversation import Conversations
from bot.conversation.pieces import NEARLY_FULL
from bot.conversation.protected import NOT_KEPT
from bot.domain.inbound import Attachment, Command, Edit, Input, Text
from bot.domain.operations import Echo
from bot.flows.questions.told import MAX_STORY
from storage.table_rows import tables
from tests.conversation.test_turns import heard, last_ask, lines
from tests.houses import SmallHouse, small_house
from tests.postgres import ENGINES

KEPT, SECRET = "The lamp is broken", "Zwillingsbrunnen"
"""A story as any other, and a word that stands in nothing else."""
TOLD = f"My husband beats me, {SECRET}"
AT_THE_STORY: tuple[Input, ...] = (
    Command("start"), Text("English"), Text("yes"), Text("report"), Text("full bin"),
)  # fmt: skip
FIRST = [line.source for line in NOT_KEPT]
STORY = "Tell us what you see. Please do not name people."


@pytest.fixture(params=ENGINES)
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    yield from small_house(tmp_path, request.param)


def say(house: SmallHouse, *inputs: Input, echo: bool = True) -> None:
    for input in inputs:
        house.updates += 1
        inbound = replace(
            house.inbound(input), in_pieces=not echo, echo=echo, ref=str(house.updates)
        )
        house.database.write_now(house.conversations.take_turn, inbound)


def assert_in_no_byte(house: SmallHouse) -> None:
    """In none of the files, log and all; of a server, in no row."""
    if house.path.exists():
        found = b"".join(path.read_bytes() for path in house.path.parent.glob("town.db*"))
        assert SECRET.encode() not in found
        return
    for table in tables():
        rows = house.database.write_now(_rows, table)
        assert SECRET not in repr(rows), table.name


def _rows(connection: Connection, table: Table) -> list[Row[Any]]:
    return list(connection.execute(select(table)))


def fetch(house: SmallHouse, sql: str) -> list[object]:
    return house.database.write_now(lambda connection: list(connection.scalars(text(sql))))


def test_a_story_of_violence_is_in_no_byte_and_the_report_goes_on(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    say(house, *AT_THE_STORY)
    heard(house)
    say(house, Text(TOLD))
    assert_in_no_byte(house)
    assert SECRET not in caplog.text
    said = heard(house)
    assert [line for line in lines(said) if line in FIRST] == FIRST
    assert not [item for item in said if isinstance(item, Echo)]
    assert last_ask(said).fleeting
    say(house, Text("hide this"))
    assert lines(heard(house))[-1] == STORY
    say(house, Text(KEPT), Text("Palermo"), Text("skip"), Text("skip"), Text("2"), Text("no"))
    say(house, Text("send it"))
    assert fetch(house, "select text from report") == [KEPT]
    assert_in_no_byte(house)


def test_it_is_a_story_as_any_other_without_the_listed_words(house: SmallHouse) -> None:
    """The one beside it: the search of the bytes finds what is kept."""
    say(house, *AT_THE_STORY, Text(f"The bin is full, {SECRET}"))
    with pytest.raises(AssertionError):
        assert_in_no_byte(house)


@pytest.mark.parametrize(
    "said",
    [
        Edit(TOLD),
        Attachment("photo", "f" * 64, "image/jpeg", 9, caption=TOLD),
        Attachment("photo", "f" * 64, "image/jpeg", 9, caption=TOLD, album="al", position=1),
        Text((TOLD + " word" * NEARLY_FULL)[:NEARLY_FULL]),
        Text(TOLD + " word" * MAX_STORY),
        Command("start", TOLD),
    ],
    ids=["edit", "caption", "album", "a piece", "too long", "a link"],
)
def test_whatever_it_comes_in_nothing_of_it_is_kept(house: SmallHouse, said: Input) -> None:
    say(house, *AT_THE_STORY, echo=False)
    heard(house)
    say(house, said, echo=False)
    assert lines(heard(house))[:2] == FIRST
    assert_in_no_byte(house)
    assert fetch(house, "select 'a file' from media") == []
    assert fetch(house, "select 'a piece' from piece") == []


def test_a_rest_that_is_protected_takes_what_waited_for_it_away(house: SmallHouse) -> None:
    begun = (f"A long story {SECRET}" + " word" * NEARLY_FULL)[:NEARLY_FULL]
    say(house, *AT_THE_STORY, echo=False)
    heard(house)
    say(house, Text(begun), Text("and my husband beats me"), echo=False)
    assert lines(heard(house))[:2] == FIRST
    assert_in_no_byte(house)


def test_at_the_menu_and_while_it_is_open_it_is_the_same(house: SmallHouse) -> None:
    say(house, *AT_THE_STORY[:3])
    heard(house)
    say(house, Text(TOLD), Text(TOLD))
    assert [line for line in lines(heard(house)) if line in FIRST] == FIRST * 2
    assert_in_no_byte(house)
    say(house, Text("hide this"))
    assert lines(heard(house))[-1] == "What would you like to do?"


def test_at_the_door_numbers_are_told_and_nothing_is_opened(house: SmallHouse) -> None:
    say(house, Command("start"), Text("English"))
    door = last_ask(heard(house)).line
    say(house, Text(TOLD))
    said = heard(house)
    assert lines(said)[:2] == [FIRST[0], "In danger now? Call {number}."]
    assert last_ask(said).line == door
    assert_in_no_byte(house)
    assert fetch(house, "select flow from conversation") == ["welcome"]


def test_an_option_that_is_called_so_is_an_answer(house: SmallHouse) -> None:
    country = house.countries["uruguay"]
    other = replace(country, protected=replace(country.protected, words=("full bin",)))
    house.conversations = Conversations(
        {"uruguay": other}, house.speeches, house.keys, house.outside
    )
    say(house, *AT_THE_STORY)
    assert lines(heard(house))[-1] == STORY
    say(house, Text("There is a full bin"))
    assert [line for line in lines(heard(house)) if line in FIRST] == FIRST
