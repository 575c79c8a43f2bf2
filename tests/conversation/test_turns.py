"""Turns as impatient, clumsy and unlucky people make them, on a real file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from bot.domain.inbound import Command, Input, Press, Text, Unusable
from bot.domain.operations import Ask, Echo, Operation, Tell
from bot.domain.owed import load_operation
from bot.flows.engine import BACK
from bot.flows.questions.agreement import MORE
from bot.flows.questions.told import MAX_STORY
from storage import outbox
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

DOOR: tuple[Input, ...] = (Command("start"), Text("English"), Text("yes"))


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        yield house


def heard(house: SmallHouse) -> list[Operation]:
    """What is owed since the last look, marked as sent."""
    rows = house.database.write_now(outbox.claim, house.now, 100)
    house.database.write_now(outbox.mark_sent, [(row.id, "") for row in rows])
    return [load_operation(msgspec.json.decode(row.payload)) for row in rows]


def lines(operations: list[Operation]) -> list[str]:
    """The English of the lines and questions."""
    found = []
    for operation in operations:
        match operation:
            case Tell(line) | Ask(line=line):
                found.append(line.source)
            case _:
                continue
    return found


def last_ask(operations: list[Operation]) -> Ask:
    return [item for item in operations if isinstance(item, Ask)][-1]


def at_the_story(house: SmallHouse) -> Ask:
    house.take(*DOOR, Text("report"), Text("full bin"))
    return last_ask(heard(house))


def test_the_same_update_again_changes_nothing_and_says_nothing(house: SmallHouse) -> None:
    house.take(*DOOR)
    heard(house)
    inbound = house.inbound(Text("report"))
    house.database.write_now(house.conversations.take_turn, inbound)
    assert lines(heard(house)) == ["What is the problem?"]
    house.database.write_now(house.conversations.take_turn, inbound)
    assert heard(house) == []


async def test_the_same_update_eight_times_at_once_is_one_report(house: SmallHouse) -> None:
    house.take(*DOOR, Text("report"), Text("full bin"), Text("It is full"), Text("Palermo"))
    house.take(Text("skip"), Text("skip"), Text("2"), Text("no"))
    inbound = house.inbound(Text("send it"))
    await asyncio.gather(
        *(house.database.write(house.conversations.take_turn, inbound) for _ in range(8))
    )
    assert house.count("select count(*) from report") == 1
    assert lines(heard(house)).count("Thank you. Your number is {code}.") == 1


async def test_two_first_messages_together_are_one_resident(house: SmallHouse) -> None:
    both = [house.inbound(Command("start")), house.inbound(Text("hello"))]
    await asyncio.gather(
        *(house.database.write(house.conversations.take_turn, inbound) for inbound in both)
    )
    for table in ("address", "profile", "resident", "conversation"):
        assert house.count(f"select count(*) from {table}") == 1


def test_three_answers_in_a_second_are_three_answers(house: SmallHouse) -> None:
    at_the_story(house)
    house.take(Text("The bin is full"), Text("Palermo"), Text("corner of Durazno"))
    assert lines(heard(house))[-1].startswith("Send a photo")
    state = house.database.write_now(
        lambda connection: connection.scalar(
            text("select state from conversation where flow = 'report'")
        )
    )
    for words in ("The bin is full", "palermo", "corner of Durazno"):
        assert words.encode() in state


def test_a_button_pressed_twice_is_one_step(house: SmallHouse) -> None:
    house.take(*DOOR, Text("report"))
    ask = last_ask(heard(house))
    press = Press(ask.conversation, ask.serial, "something_else")
    house.take(press, press)
    said = lines(heard(house))
    assert said.count("Tell us what you see. Please do not name people.") == 1
    assert said[-1] == "That one is already answered."


def test_an_old_menu_still_opens_what_it_shows(house: SmallHouse) -> None:
    house.take(*DOOR)
    menu = last_ask(heard(house))
    house.take(Text("help"), Text("privacy"))
    heard(house)
    house.take(Press(menu.conversation, menu.serial, "report"))
    assert lines(heard(house))[-1] == "What is the problem?"
    house.take(Press(menu.conversation, menu.serial, "my"))
    assert "You have told us nothing yet. Report a problem from the menu." in lines(heard(house))


def test_a_press_on_a_conversation_that_never_was_is_answered(house: SmallHouse) -> None:
    house.take(*DOOR)
    heard(house)
    house.take(Press("nobody's", 3, "yes"), Press("", 0, "!back"))
    assert lines(heard(house)) == ["That one is already answered."] * 2


def test_text_typed_under_an_old_question_is_not_taken_as_the_next_answer(
    house: SmallHouse,
) -> None:
    ask = at_the_story(house)
    house.take(Text("It is full", ask.conversation, ask.serial))
    heard(house)
    house.take(Text("It is full!!", ask.conversation, ask.serial))
    said = lines(heard(house))
    assert said[0] == "That one is already answered."
    assert said[1].startswith("Where is it?")


@pytest.mark.parametrize(
    "words",
    [
        "Count me in, we must STOP this waste!!",
        "bus stop 14 has no roof",
        "STOP 12345",
        "please stop the smoke",
    ],
)
def test_stop_inside_a_sentence_is_a_story(house: SmallHouse, words: str) -> None:
    at_the_story(house)
    house.take(Text(words))
    assert lines(heard(house))[-1].startswith("Where is it?")
    assert house.count(_STOPPED) == 0


@pytest.mark.parametrize(
    ("said", "press"),
    [
        (Command("back"), BACK),
        (Text("back"), BACK),
        (Command("privacy"), MORE),
        (Text("what is kept"), MORE),
        (Text("who are you?"), MORE),
        (Text("I don't understand"), MORE),
    ],
)
def test_a_command_at_the_question_of_consent_is_its_button(
    house: SmallHouse, said: Input, press: str
) -> None:
    told = []
    for who, way in (("ana", said), ("beto", None)):
        house.take(Command("start"), Text("English"), who=who)
        [ask] = [item for item in heard(house) if isinstance(item, Ask) and len(item.buttons) == 3]
        house.take(way or Press(ask.conversation, ask.serial, press), who=who)
        told.append(lines(heard(house)))
    assert told[0] == told[1]
    assert told[0] != ["Do you agree to start?"]


_STOPPED = "select count(*) from resident where stopped_at is not null"


@pytest.mark.parametrize("words", ["stop", " Stop ", "STOP.", "stop!", "unsubscribe", "Ｓｔｏｐ"])
def test_stop_alone_stops_and_says_what_becomes_of_the_draft(
    house: SmallHouse, words: str
) -> None:
    at_the_story(house)
    house.take(Text(words))
    said = lines(heard(house))
    assert said == [
        "You will get no more news from us. Write “start” to get it again.",
        "Your report is not sent. Write “report” within a week to go on.",
    ]
    assert house.count(_STOPPED) == 1
    house.take(Text("report"))
    assert "Let us go on with {title}." in lines(heard(house))
    for greeting in ("hello", "¡Hola!", "Buenas tardes"):
        house.take(Text(greeting))
        said = lines(heard(house))
        assert "What would you like to do?" in said
        assert "Welcome back. You get our news again." not in said
        assert house.count(_STOPPED) == 1, "a greeting asks for no news"
    house.take(Text("start"))
    assert "Welcome back. You get our news again." in lines(heard(house))
    assert house.count(_STOPPED) == 0


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hay un\x00pozo", "Hay unpozo"),
        ("\ud83d roto", "\ufffd roto"),
        ("a\uffffb", "a\ufffdb"),
        ("a\x0bb", "a\nb"),
        ("cafe\u0301", "caf\u00e9"),
        ('5 < 6 & "7" </b> {0} %s', '5 < 6 & "7" </b> {0} %s'),
        ("🎉" * 1900, "🎉" * 1900),
    ],
)
def test_odd_signs_in_a_story_are_stored_as_every_database_takes_them(
    house: SmallHouse, typed: str, stored: str
) -> None:
    at_the_story(house)
    # A letter beside them: signs alone tell nothing.
    house.take(Text(f"x {typed}"), Text("Palermo"), Text("skip"), Text("skip"), Text("2"))
    house.take(Text("no"), Text("send it"))
    found = house.database.write_now(
        lambda connection: connection.scalar(text("select text from report"))
    )
    assert found == f"x {stored}"


def test_a_story_of_more_than_it_may_be_is_refused_with_what_would_be_right(
    house: SmallHouse,
) -> None:
    at_the_story(house)
    house.take(Text("x" * (MAX_STORY + 1)))
    assert "That is too long. Please say it in at most {most} letters." in lines(heard(house))
    house.take(Text("x" * 4000))
    assert lines(heard(house))[-1].startswith("Where is it?")


@pytest.mark.parametrize(
    ("input", "line"),
    [
        (Unusable("too_large"), "That file is too large. Please send a smaller one."),
        (
            Unusable("too_large", "voice"),
            "That file is too large: {most} MB at most. Please send a smaller one.",
        ),
        (Unusable("video"), "We cannot take videos. Please send a photo."),
        (Unusable("document"), "We cannot take that kind of file. Please send a photo or words."),
        (
            Unusable("no answer"),
            "We cannot take that as an answer. Please use words or the buttons.",
        ),
    ],
)
def test_what_cannot_be_taken_is_answered_and_the_question_stays(
    house: SmallHouse, input: Input, line: str
) -> None:
    at_the_story(house)
    house.take(input)
    assert lines(heard(house)) == [line, "Tell us what you see. Please do not name people."]


def test_after_three_misses_the_menu_and_a_person_are_offered(house: SmallHouse) -> None:
    house.take(*DOOR, Text("report"))
    heard(house)
    for _miss in range(2):
        house.take(Text("qqqqqqq"))
        assert "!person" not in [item.key for item in last_ask(heard(house)).controls]
    house.take(Text("qqqqqqq"))
    ask = last_ask(heard(house))
    assert {"!menu", "!person"} <= {item.key for item in ask.controls}
    house.take(Press(ask.conversation, ask.serial, "!person"), Text("Who repairs lamps?"))
    assert house.count("select count(*) from person_request") == 1


def test_private_help_marks_all_that_it_says_as_fleeting(house: SmallHouse) -> None:
    house.take(*DOOR)
    heard(house)
    house.take(Text("private help"))
    said = heard(house)
    assert said
    assert all(item.fleeting for item in said if isinstance(item, Tell | Ask | Echo)), (
        "something of private help would stay on the page"
    )
    house.take(Text("1"))
    after = heard(house)
    assert [item.fleeting for item in after if isinstance(item, Echo)] == [True]
    assert not last_ask(after).fleeting


def test_two_countries_in_one_house_keep_apart(house: SmallHouse) -> None:
    house.take(*DOOR, Text("report"), Text("full bin"), Text("It is full"), Text("Palermo"))
    house.take(Text("skip"), Text("skip"), Text("2"), Text("no"), Text("send it"))
    code = house.database.write_now(
        lambda connection: connection.scalar(text("select code from report"))
    )
    heard(house)
    house.take(Command("start"), Text("English"), Text("yes"), who="njeri", country="kenya")
    heard(house)
    house.take(Text(str(code)), who="njeri", country="kenya")
    assert all("{code}: {category}" not in line for line in lines(heard(house)))


def test_a_stranger_who_types_a_code_sees_no_words(house: SmallHouse) -> None:
    house.take(*DOOR, Text("report"), Text("full bin"), Text("secretwords here"))
    house.take(Text("Palermo"), Text("secretcorner"), Text("skip"), Text("2"), Text("no"))
    house.take(Text("send it"))
    code = house.database.write_now(
        lambda connection: connection.scalar(text("select code from report"))
    )
    heard(house)
    house.take(*DOOR, Text(f"{code}?"), who="beto")
    said = heard(house)
    assert "{code}: {category}, {place}, {day}." in lines(said)
    assert "secret" not in repr(said)
