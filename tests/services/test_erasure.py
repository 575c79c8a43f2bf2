"""Erased means gone: from every table, and from every byte of every file."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.domain.inbound import Attachment, Command, Input, Location, Text
from bot.services import upkeep
from bot.services.residents import CLEAN_FILES, FAREWELL_AFTER
from bot.work.sweeping import count_old
from storage import due, outbox
from storage.sqlite import SqliteDatabase
from storage.table_rows import read_records, tables
from tests.houses import SmallHouse
from tests.swept import sweep_now

WORDS = "palabrasquenadiemasescribe"
NEAR = "esquinaquenadiemasnombra"
ASKED = "preguntaquenadiemashace"

REPORT: tuple[Input, ...] = (
    Command("start"),
    Text("English"),
    Text("yes"),
    Text("report"),
    Text("full bin"),
    Text(WORDS),
    Text("Palermo"),
    Text(NEAR),
    Attachment("photo", "a" * 64, "image/jpeg", 10),
    Text("that is all"),
    Text("2"),
    Text("no"),
    Text("send it"),
)


def send_all(house: SmallHouse) -> None:
    """Everything owed is sent: its payloads go, as they do when a channel has them."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])


def files(house: SmallHouse) -> bytes:
    """Every byte of every file; of a server, every row that a query can return."""
    if isinstance(house.database, SqliteDatabase):
        return b"".join(path.read_bytes() for path in sorted(house.path.parent.iterdir()))
    return house.database.write_now(
        lambda connection: b"".join(
            record
            for table in tables()
            for batch in read_records(connection, table)
            for record in batch
        )
    )


def do_due(house: SmallHouse) -> None:
    while house.database.write_now(upkeep.do_due, house.outside):
        pass


def test_words_of_somebody_who_is_forgotten_are_in_no_byte_of_any_file(house: SmallHouse) -> None:
    house.take(*REPORT)
    house.take(Text("person"), Text(ASKED))
    send_all(house)
    assert WORDS.encode() in files(house), "the test looks in the wrong place"
    assert ASKED.encode() in files(house)
    house.take(Text("forget me"), Text("yes"))
    send_all(house)
    house.later(hours=1)
    do_due(house)
    assert asyncio.run(house.database.checkpoint())
    left = files(house)
    for words in (WORDS, NEAR, ASKED, "a" * 64):
        assert words.encode() not in left


def test_counts_stay_when_somebody_is_forgotten(house: SmallHouse) -> None:
    house.take(*REPORT)
    answers = house.count("select count(*) from interaction")
    house.take(Text("forget me"), Text("yes"))
    assert house.count("select count(*) from report where resident_id is null") == 1
    assert house.count("select count(*) from report where lat is not null or text != ''") == 0
    assert house.count("select count(*) from interaction where resident_id = ''") > answers
    assert house.count("select count(*) from resident") == 0


def test_an_address_goes_once_its_farewell_was_sent(house: SmallHouse) -> None:
    house.take(*REPORT)
    house.take(Text("forget me"), Text("yes"))
    assert house.count("select count(*) from address") == 1
    house.later(seconds=FAREWELL_AFTER.total_seconds() + 1)
    do_due(house)
    assert house.count("select count(*) from address") == 0
    assert house.count("select count(*) from outbox") == 0


def test_somebody_who_comes_back_after_being_forgotten_is_a_stranger(house: SmallHouse) -> None:
    house.take(*REPORT)
    house.take(Text("forget me"), Text("yes"), Command("start"))
    house.later(hours=1)
    do_due(house)
    assert house.count("select count(*) from address") == 1
    sql = "select count(*) from resident where consented_at is null"
    assert house.count(sql) == 1


@pytest.mark.parametrize("answer", ["no", "2"])
def test_a_no_at_the_door_erases_the_one_row_there_was(house: SmallHouse, answer: str) -> None:
    house.take(Command("start"), Text("English"), Text(answer))
    for table in ("resident", "conversation", "consent", "interaction"):
        assert house.count(f"select count(*) from {table}") == 0


def test_who_never_answers_at_the_door_is_erased_after_a_day(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"))
    house.later(hours=23, minutes=59)
    do_due(house)
    assert house.count("select count(*) from resident") == 1
    house.later(minutes=2)
    do_due(house)
    for table in ("resident", "address", "outbox", "conversation"):
        assert house.count(f"select count(*) from {table}") == 0


def test_a_file_sent_at_the_door_leaves_no_row(house: SmallHouse) -> None:
    house.take(Command("start"), Attachment("photo", "b" * 64, "image/jpeg", 10))
    assert house.count("select count(*) from media") == 0


@pytest.mark.parametrize("way", [("private help",), ("report", "private help")])
def test_private_help_that_was_left_open_is_closed_after_an_hour(
    house: SmallHouse, way: tuple[str, ...]
) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), country="kenya")
    house.take(*(Text(words) for words in way), country="kenya")
    open_now = "select count(*) from conversation where flow in ('report', 'private help')"
    assert house.count(open_now) == 1
    house.later(minutes=59, seconds=59)
    do_due(house)
    assert house.count(open_now) == 1
    house.later(seconds=1)
    do_due(house)
    assert house.count(open_now) == 0
    assert house.count("select count(*) from due") == 0
    send_all(house)
    house.take(Text("hello"), country="kenya")
    assert b"What would you like to do?" in owed(house)


def test_who_went_back_from_private_help_keeps_their_draft(house: SmallHouse) -> None:
    said = (Command("start"), Text("English"), Text("yes"), Text("report"), Text("private help"))
    house.take(*said, country="kenya")
    house.later(minutes=1)
    house.take(Text("back"), country="kenya")
    house.later(minutes=59)
    do_due(house)
    drafts = "select count(*) from conversation where flow = 'report'"
    assert house.count(drafts) == 1


def owed(house: SmallHouse) -> bytes:
    return b"".join(row.payload for row in house.database.write_now(outbox.claim, house.now, 100))


def test_private_help_leaves_nothing_but_that_somebody_was_here(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"))
    before = house.count("select count(*) from interaction")
    house.take(Text("private help"), Text("1"))
    send_all(house)
    assert house.count("select count(*) from interaction") == before
    assert house.count("select count(*) from conversation where flow = 'private help'") == 0


def test_the_sweep_keeps_each_kind_for_its_days_and_a_dry_run_only_counts(
    house: SmallHouse,
) -> None:
    house.take(*REPORT)
    send_all(house)
    days = house.countries["uruguay"].retention
    house.later(days=days.report - 1)
    read = house.database.write_now
    early = read(count_old, house.outside, house.countries)
    assert early["uruguay"]["report"] == 0
    assert early["uruguay"]["photo"] == 1
    house.later(days=2)
    dry = read(count_old, house.outside, house.countries)
    assert dry["uruguay"]["report"] == 1
    assert house.count("select count(*) from report where text != ''") == 1
    wet = sweep_now(house)
    assert wet == dry
    assert house.count("select count(*) from report where text != ''") == 0
    assert house.count("select count(*) from report") == 1
    assert house.count("select count(*) from media") == 0


def test_a_draft_is_left_after_its_days_with_its_photos_and_its_alert(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("burning bin"), Attachment("photo", "c" * 64, "image/jpeg", 10))
    house.later(days=house.countries["uruguay"].retention.draft, hours=1)
    sweep_now(house)
    assert house.count("select count(*) from conversation where flow = 'report'") == 0
    assert house.count("select count(*) from media") == 0
    assert house.count("select count(*) from alert where state = 'not sent'") == 1


def test_a_hazard_raises_its_alert_before_anything_is_sent(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("burning bin"))
    sql = "select count(*) from alert where state = 'being told' and category = 'burning_bin'"
    assert house.count(sql) == 1
    house.take(Text("back"), Text("burning bin"))
    assert house.count("select count(*) from alert") == 1


def test_an_alert_of_who_is_forgotten_waits_for_no_report(house: SmallHouse) -> None:
    house.take(Command("start"), Text("English"), Text("yes"), Text("report"))
    house.take(Text("burning bin"))
    assert house.count("select count(*) from alert where state = 'being told'") == 1
    house.take(Text("forget me"), Text("yes"))
    assert house.count("select count(*) from alert where state = 'not sent'") == 1


def test_a_location_is_kept_only_as_near_as_the_country_allows(house: SmallHouse) -> None:
    house.take(*REPORT[:6], Location(-34.91, -56.18), Text("skip"), Text("2"), Text("no"))
    house.take(Text("send it"))
    sql = "select count(*) from report where lat = -34.91"
    assert house.count(sql) == 1
    assert timedelta(days=house.countries["uruguay"].retention.report) > timedelta(0)


@pytest.mark.parametrize("said", [Text("forget me"), Text("stop"), Command("forget")])
def test_who_wants_to_be_left_alone_at_the_door_is_erased_too(
    house: SmallHouse, said: Input
) -> None:
    house.take(Command("start"), Text("English"), said)
    for table in ("resident", "conversation", "consent", "interaction"):
        assert house.count(f"select count(*) from {table}") == 0


def test_what_only_a_newer_release_knows_to_do_stays_due(house: SmallHouse) -> None:
    house.database.write_now(due.put, "tell the count", "vote 1", house.now)
    house.later(hours=1)
    do_due(house)
    assert house.count("select count(*) from due") == 1


async def test_a_draft_of_a_chat_that_is_ended_on_the_page_is_in_no_byte_of_any_file(
    house: SmallHouse,
) -> None:
    house.take(*REPORT[:6])
    drafts = house.database.write_now(
        lambda one: one.scalars(text("select state from conversation")).all()
    )
    assert any(WORDS.encode() in bytes(draft) for draft in drafts), "it looks in the wrong place"
    await house.web_town().wipe("uruguay/web", "ana")
    waiting = house.database.write_now(house.tasks.list_tasks)
    assert CLEAN_FILES in [task.name for task in waiting], "the draft stands in the log of changes"
    assert await house.database.checkpoint()
    assert WORDS.encode() not in files(house)
