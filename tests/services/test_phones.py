"""A number to call is sealed, read by nobody by the way, and gone once nobody is to be called."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from bot.conversation.carry_out import Actor
from bot.domain.inbound import Attachment, Command, Edit, Text
from bot.domain.reports import CHANGES, OPEN, Status
from bot.domain.residents import StateAge
from bot.keys import Keys
from bot.services import moderation, phones
from bot.services.moderation import Change
from bot.services.residents import CLEAN_FILES
from storage import addresses, outbox, own_data, reports
from tests.houses import SECRET, SmallHouse
from tests.services.test_erasure import files, send_all
from tests.swept import sweep_now

NUMBER = "0712 345 678"
DOOR = ("English", "yes", "report", "no water")
STORY = ("The tap is dry", "Marigat", "skip")
CALL = ("skip", "this week", "no", "by phone", NUMBER)


def say(house: SmallHouse, *words: str, who: str = "ana") -> None:
    house.take(*map(Text, words), who=who, country="kenya")


def file(house: SmallHouse, who: str = "ana", area: str = "Marigat") -> str:
    """A report whose resident asks to be called; its code."""
    house.later(minutes=5)
    house.take(Command("start"), who=who, country="kenya")
    say(house, *DOOR, "The tap is dry", area, "skip", *CALL, "send it", who=who)
    return house.database.write_now(reports.list_reports)[0].code


def known(house: SmallHouse, code: str) -> str | None:
    def read(connection: Connection) -> str | None:
        row = reports.find_report(connection, code)
        assert row is not None
        return phones.read_phone(connection, house.keys, row.id)

    return house.database.write_now(read)


def left(house: SmallHouse) -> int:
    return house.count("select count(*) from report where phone is not null or key_id is not null")


def become(house: SmallHouse, code: str, status: Status, into: str | None = None) -> None:
    day = house.now.date() + timedelta(days=9) if status is Status.PLANNED else None
    change = Change(status, day, None, into)
    done = house.database.write_now(
        moderation.change_report, house.outside, "org", code, change, house.conversations.begin
    )
    assert isinstance(done, moderation.Changed), done


def test_it_is_in_no_byte_once_it_was_sent_and_in_no_line_of_the_log(
    house: SmallHouse, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL)
    drafts = house.database.write_now(
        lambda one: one.scalars(text("select state from conversation")).all()
    )
    assert any(NUMBER.encode() in bytes(draft) for draft in drafts), "it looks in the wrong place"
    say(house, "send it")
    [row] = house.database.write_now(reports.list_reports)
    assert known(house, row.code) == NUMBER
    waiting = house.database.write_now(house.tasks.list_tasks)
    assert CLEAN_FILES in [task.name for task in waiting], "the draft stands in the log of changes"
    send_all(house)
    assert asyncio.run(house.database.checkpoint())
    kept = files(house)
    for digits in (NUMBER, NUMBER.replace(" ", ""), "345 678"):
        assert digits.encode() not in kept
        assert digits not in caplog.text
    choices = "select count(*) from interaction where question = 'answer' and choice = 'call'"
    assert house.count(choices) == 1


@pytest.mark.parametrize("words", [NUMBER, f"My number is {NUMBER}, thanks"])
def test_a_number_under_a_photo_is_the_answer_and_stands_nowhere_beside_it(
    house: SmallHouse, words: str
) -> None:
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL[:-1])
    photo = Attachment("photo", "a" * 64, "image/jpeg", 9, caption=words)
    house.take(photo, country="kenya")
    say(house, "send it")
    [row] = house.database.write_now(reports.list_reports)
    assert known(house, row.code) == NUMBER
    assert house.count("select count(*) from media where report_id is not null") == 1
    assert house.count(f"select count(*) from report where text like '%{NUMBER}%'") == 0
    assert house.count(f"select count(*) from media where caption like '%{NUMBER}%'") == 0


@pytest.mark.parametrize(
    "then",
    [
        ("change it", "our answer", "here", "send it"),
        ("cancel",),
        ("change it", "our answer", "1"),
    ],
)
def test_a_number_that_is_taken_back_is_in_no_byte_either(
    house: SmallHouse, then: tuple[str, ...]
) -> None:
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL)
    assert house.database.write_now(house.tasks.list_tasks) == []
    say(house, *then)
    waiting = house.database.write_now(house.tasks.list_tasks)
    assert [task.name for task in waiting] == [CLEAN_FILES]
    send_all(house)
    assert asyncio.run(house.database.checkpoint())
    assert NUMBER.encode() not in files(house)


def test_a_number_that_is_changed_by_an_edit_is_in_no_byte_either(house: SmallHouse) -> None:
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL[:-1])
    for said in (Text(NUMBER), Edit("0733 222 111")):
        inbound = replace(house.inbound(said, country="kenya"), ref="message 9")
        house.database.write_now(house.conversations.take_turn, inbound)
    waiting = house.database.write_now(house.tasks.list_tasks)
    assert [task.name for task in waiting] == [CLEAN_FILES]
    say(house, "send it")
    assert known(house, house.database.write_now(reports.list_reports)[0].code) == "0733 222 111"
    send_all(house)
    assert asyncio.run(house.database.checkpoint())
    assert NUMBER.encode() not in files(house)


def test_a_number_in_a_draft_that_ends_for_a_posters_is_in_no_byte_either(
    house: SmallHouse,
) -> None:
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL)
    house.take(Command("start", "kinango"), Text("start a new one"), country="kenya")
    waiting = house.database.write_now(house.tasks.list_tasks)
    assert [task.name for task in waiting] == [CLEAN_FILES]
    send_all(house)
    assert asyncio.run(house.database.checkpoint())
    assert NUMBER.encode() not in files(house)


async def test_a_number_in_a_draft_of_a_chat_that_is_ended_is_in_no_byte_either(
    house: SmallHouse,
) -> None:
    house.take(Command("start"), country="kenya")
    say(house, *DOOR, *STORY, *CALL)
    await house.web_town().wipe("kenya/web", "ana")
    waiting = await house.database.write(house.tasks.list_tasks)
    assert [task.name for task in waiting] == [CLEAN_FILES]
    assert await house.database.checkpoint()
    assert NUMBER.encode() not in files(house)


def test_a_seal_fits_its_own_report_alone(house: SmallHouse) -> None:
    one, other = file(house), file(house, "beto", "Kinango")
    swap = (
        "update report set phone = (select r.phone from report r where r.code = :other) "
        "where code = :one"
    )
    house.database.write_now(lambda c: c.execute(text(swap), {"one": one, "other": other}))
    assert known(house, one) == phones.LOST
    assert known(house, other) == NUMBER


def test_an_older_secret_still_opens_it_and_another_says_so(house: SmallHouse) -> None:
    code = file(house)
    house.keys = Keys("n" * 40, SECRET, random=lambda n: bytes(n))
    assert known(house, code) == NUMBER
    house.keys = Keys("n" * 40, random=lambda n: bytes(n))
    assert known(house, code) == phones.LOST


@pytest.mark.parametrize("status", [*CHANGES[Status.NEW], Status.NEW])
def test_it_stays_while_the_report_is_open_and_goes_when_it_is_closed(
    house: SmallHouse, status: Status
) -> None:
    code = file(house)
    if status is Status.MERGED:
        become(house, code, status, into=file(house, "beto", "Kinango"))
        assert known(house, code) is None
        return
    if status is Status.WITHDRAWN:
        say(house, code, "take it back", "yes")
    elif status is not Status.NEW:
        become(house, code, status)
    assert known(house, code) == (NUMBER if status in OPEN else None)
    assert left(house) == (1 if status in OPEN else 0)


def test_a_report_that_is_opened_again_has_none(house: SmallHouse) -> None:
    code = file(house)
    become(house, code, Status.DONE)
    become(house, code, Status.REOPENED)
    assert known(house, code) is None


def test_it_goes_with_whoever_is_forgotten(house: SmallHouse) -> None:
    file(house)
    say(house, "forget me", "yes")
    assert left(house) == 0


def test_it_goes_with_the_words_when_their_time_is_over(house: SmallHouse) -> None:
    code = file(house)
    sweep_now(house)
    assert known(house, code) == NUMBER
    house.later(days=house.countries["kenya"].retention.report + 1)
    sweep_now(house)
    assert left(house) == 0


def test_it_goes_of_who_is_under_age(house: SmallHouse) -> None:
    file(house)

    def state(connection: Connection) -> None:
        person = addresses.person_of(
            connection, str(connection.scalar(text("select id from resident")))
        )
        assert person is not None
        country = house.countries["kenya"]
        Actor(connection, house.outside, country, person, house.keys).perform(StateAge(False))

    house.database.write_now(state)
    assert left(house) == 0


async def test_it_is_handed_over_to_whoever_gave_it(house: SmallHouse) -> None:
    code = file(house)
    data = await house.web_town().own_data("kenya/web", "ana")
    assert data is not None
    [report] = json.loads(data)["reports"]
    assert (report["code"], report["phone"]) == (code, NUMBER)
    assert "key_id" not in report


def test_who_backs_a_report_is_not_asked_for_a_number(house: SmallHouse) -> None:
    file(house)
    house.take(Command("start"), who="beto", country="kenya")
    say(house, *DOOR, *STORY, "yes", who="beto")
    assert house.count("select count(*) from backer") == 1
    assert left(house) == 1


def test_a_call_silences_nothing_and_asks_for_nothing(house: SmallHouse) -> None:
    code = file(house)
    send_all(house)
    become(house, code, Status.SEEN)
    assert house.count("select count(*) from report where quiet") == 0
    rows = house.database.write_now(outbox.claim, house.now, 100)
    assert rows, "its news come into the chat as before"
    kept = house.database.write_now(
        lambda one: own_data.kept_of(one, str(one.scalar(text("select id from resident"))))
    )
    assert NUMBER not in str(kept)
