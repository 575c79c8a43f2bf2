"""Who tells something at the menu: it is kept, and goes along into what it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.domain.inbound import Attachment, Command, Edit, Input, Press, Text
from bot.flows.ahead import KEPT_AHEAD
from storage import media
from tests.conversation.test_turns import DOOR, heard, last_ask, lines
from tests.houses import SmallHouse, open_house
from tests.postgres import ENGINES

BIN = "The bin at our corner has been full since Monday."
ASKED = ["Thank you, we have kept what you told us.", "What is it?"]
STORY = "What would you like to tell us? Say it in your own way."
PHOTO = Attachment("photo", "b" * 64, "image/jpeg", 9)
VOICE = Attachment("voice", "a" * 64, "audio/ogg", 9, 5.0)
FILE_A_REPORT = tuple(map(Text, ("full bin", "Palermo", "skip", "skip", "2", "no", "1")))


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        house.take(*DOOR)
        heard(house)
        yield house


def number(house: SmallHouse, sql: str) -> int:
    return house.count(f"select count(*) from {sql}")


@pytest.mark.parametrize(
    "chosen",
    [Text("a problem"), Text("1"), Command("report"), Text("report")],
    ids=["label", "number", "command", "word"],
)
@pytest.mark.parametrize("words", [BIN, "no hay agua", "ไม่มีน้ำใช้มาสามวันแล้วที่บ้าน"])
def test_words_at_the_menu_are_the_story_of_the_report(
    house: SmallHouse, words: str, chosen: Input
) -> None:
    house.take(Text(words))
    assert lines(heard(house)) == ASKED
    house.take(chosen, *FILE_A_REPORT)
    assert number(house, f"report where text = '{words}'") == 1
    assert number(house, "conversation where flow = 'first words'") == 0


@pytest.mark.parametrize("greets", [Text("hello"), Command("start"), Text("start")])
def test_who_said_goodbye_and_greets_us_again_goes_on_with_them(
    house: SmallHouse, greets: Input
) -> None:
    house.take(Text(BIN), Text("bye"))
    heard(house)
    house.take(greets)
    assert lines(heard(house)) == [
        "What you told us is not sent yet. To go on, tell us what it is.",
        "What is it?",
    ]
    house.take(Text("a problem"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1


@pytest.mark.parametrize(
    "aside",
    [
        (Command("language"), Text("English")),
        (Command("forget"), Text("no")),
        (Text("forget me"), Command("back"), Text("no")),
    ],
)
def test_what_asks_something_else_between_comes_back_to_them(
    house: SmallHouse, aside: Sequence[Input]
) -> None:
    house.take(Text(BIN), *aside)
    assert lines(heard(house))[-2:] == [
        "What you told us is not sent yet. To go on, tell us what it is.",
        "What is it?",
    ]
    house.take(Text("a problem"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1


@pytest.mark.parametrize("aside", [Command("help"), Command("privacy"), Command("language")])
def test_who_leaves_help_for_a_report_begins_it_with_them(house: SmallHouse, aside: Input) -> None:
    house.take(Text(BIN), aside, Text("report"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1


@pytest.mark.parametrize("asks", [Text, partial(Command, "start")], ids=["typed", "scanned"])
def test_who_looks_after_a_report_between_comes_back_to_them(
    house: SmallHouse, asks: Callable[[str], Input]
) -> None:
    house.take(Text(BIN), Text("a problem"), *FILE_A_REPORT)
    [(code,)] = house.rows("select code from report")
    more = "The lamp at the corner is out since Monday."
    house.take(Text(more), asks(code), Text("1"))
    assert lines(heard(house))[-1] == "What is it?"
    house.take(Text("an idea"))
    assert number(house, "conversation where flow = 'idea'") == 1
    assert number(house, "conversation where flow = 'first words'") == 0


def test_the_buttons_of_the_menu_take_them_along_too(house: SmallHouse) -> None:
    house.take(Command("menu"))
    menu = last_ask(heard(house))
    house.take(Text(BIN), Press(menu.conversation, menu.serial, "report"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1


def test_a_voice_note_at_the_menu_goes_along(house: SmallHouse) -> None:
    house.take(VOICE)
    assert lines(heard(house)) == ASKED
    house.take(Text("a problem"), *FILE_A_REPORT)
    assert number(house, "media where report_id is not null and kind = 'voice'") == 1


def test_a_place_named_before_it_is_asked_for_is_the_place_of_what_was_told(
    house: SmallHouse,
) -> None:
    house.take(Text(BIN), Text("a problem"))
    heard(house)
    house.take(Text("palermo"))
    assert lines(heard(house)) == [KEPT_AHEAD.source, "What is the problem?"]
    _file_in_palermo(house)


def test_a_place_named_at_the_first_question_begins_the_report_of_what_was_told(
    house: SmallHouse,
) -> None:
    house.take(Text(BIN))
    heard(house)
    house.take(Text("palermo"))
    assert lines(heard(house)) == ["What is the problem?"]
    _file_in_palermo(house)


def _file_in_palermo(house: SmallHouse) -> None:
    house.take(*(answer for answer in FILE_A_REPORT if answer.words != "Palermo"))
    assert number(house, f"report where text = '{BIN}' and area = 'palermo'") == 1


@pytest.mark.parametrize("caption", ["", BIN])
def test_a_photo_at_the_menu_goes_along(house: SmallHouse, caption: str) -> None:
    house.take(replace(PHOTO, caption=caption))
    told = lines(heard(house))
    assert told == (ASKED if caption else ["We have your photo. Now tell us in words.", STORY])
    house.take(*(() if caption else (Text(BIN),)), Text("a problem"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1
    assert number(house, "media where report_id is not null and kind = 'photo'") == 1


def test_a_photo_at_the_question_of_what_it_is_about_is_kept(house: SmallHouse) -> None:
    house.take(Command("report"))
    heard(house)
    house.take(replace(PHOTO, caption="Look!"))
    assert lines(heard(house))[0].startswith("Thank you, we have kept what you told us.")
    house.take(*FILE_A_REPORT)
    assert number(house, "report where text = 'Look!'") == 1
    assert number(house, "media where report_id is not null and kind = 'photo'") == 1


def test_photos_are_not_kept_of_what_none_are_taken(house: SmallHouse) -> None:
    def take(*given: Input) -> None:
        house.take(*given, who="ben", country="kenya")

    take(*DOOR, Command("report"), replace(PHOTO, caption=BIN))
    ask = last_ask(heard(house))
    take(Press(ask.conversation, ask.serial, "wildlife_harm"))
    while number(house, "conversation where flow = 'report'"):
        ask = last_ask(heard(house))
        keys = [button.key for button in (*ask.buttons, *ask.controls)]
        chosen = next(key for key in ("send", "!skip", *keys) if key in keys)
        take(Press(ask.conversation, ask.serial, chosen))
    assert number(house, f"report where text = '{BIN}'") == 1
    assert number(house, "media") == 0


@pytest.mark.parametrize("left", [Text("cancel"), Command("menu"), Text("ideas")])
@pytest.mark.parametrize("told", [Text(BIN), VOICE, PHOTO], ids=["words", "voice", "photo"])
def test_who_leaves_it_leaves_nothing_behind(
    house: SmallHouse, told: Text | Attachment, left: Input
) -> None:
    house.take(told, left)
    assert number(house, "media") == 0
    assert number(house, "conversation where flow = 'first words'") == 0


def test_a_voice_note_that_cannot_be_had_is_asked_for_again(house: SmallHouse) -> None:
    house.take(VOICE)
    heard(house)
    ref = house.database.write_now(
        lambda connection: connection.exec_driver_sql("select id from media").scalar_one()
    )
    house.database.write_now(
        lambda connection: connection.exec_driver_sql("update media set state = 'waiting'")
    )
    lost = house.database.write_now(media.find_waiting, ref)
    assert lost is not None
    house.database.write_now(house.conversations.lose_file, lost, "failed", "not_fetched")
    assert lines(heard(house))[-1] == STORY
    house.take(Text(BIN), Text("1"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}'") == 1


def test_more_words_stand_with_the_first_ones(house: SmallHouse) -> None:
    more = "Nobody came though we called twice."
    house.take(Text(BIN), Text(more), Text("1"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN}\n{more}'") == 1


def test_a_draft_that_waits_is_not_mixed_with_them(house: SmallHouse) -> None:
    house.take(Command("report"), Text("full bin"), Text("The lamp is broken."), Command("menu"))
    heard(house)
    house.take(Text(BIN))
    assert lines(heard(house))[0].startswith("To tell us about a problem, press")
    assert number(house, "conversation where flow = 'first words'") == 0


@pytest.mark.parametrize("away", [Text("hello"), Command("menu")])
@pytest.mark.parametrize(
    ("begun", "after"),
    [
        ((Command("report"), Text("full bin")), FILE_A_REPORT[1:]),
        ((Command("report"),), FILE_A_REPORT),
    ],
)
def test_a_draft_that_waits_for_just_this_goes_on_with_them(
    house: SmallHouse, begun: Sequence[Input], after: Sequence[Input], away: Input
) -> None:
    house.take(*begun, away)
    heard(house)
    house.take(Text(BIN))
    assert lines(heard(house))[0] == "Let us go on with {title}."
    house.take(*after)
    assert number(house, f"report where text = '{BIN}'") == 1
    assert number(house, "conversation where flow = 'report'") == 0


def test_a_photo_goes_along_to_the_draft_that_waits_for_it(house: SmallHouse) -> None:
    house.take(Command("report"), Text("full bin"), Command("menu"), PHOTO, Text(BIN))
    house.take(*FILE_A_REPORT[1:])
    assert number(house, "media where report_id is not null") == 1


def test_an_edit_before_it_is_sent_replaces_them(house: SmallHouse) -> None:
    def say(input: Input) -> None:
        inbound = replace(house.inbound(input), ref="m1")
        house.database.write_now(house.conversations.take_turn, inbound)

    say(Text(BIN))
    say(Edit(f"{BIN} It smells."))
    house.take(Text("a problem"))
    say(Edit(f"{BIN} It smells badly."))
    house.take(*FILE_A_REPORT)
    assert number(house, f"report where text = '{BIN} It smells badly.'") == 1


@pytest.mark.parametrize("words", ["hola", "1 2 3", "qqq", "👍👍👍", "12345678901234567890123456"])
def test_what_tells_nothing_is_asked_again(house: SmallHouse, words: str) -> None:
    house.take(Text(words))
    assert ASKED[-1] not in lines(heard(house))


CODE = "MVD-7F3K"


@pytest.mark.parametrize(
    "said",
    [
        f"I told you of it in {CODE} two weeks ago and the bin is still full.",
        f"{CODE}: el contenedor sigue roto, hay basura en toda la vereda y nadie vino a verlo.",
    ],
)
def test_a_story_that_names_a_number_is_a_story(house: SmallHouse, said: str) -> None:
    house.take(Text(said))
    assert lines(heard(house)) == ASKED
    house.take(Text("1"), *FILE_A_REPORT)
    assert number(house, f"report where text = '{said}'") == 1


@pytest.mark.parametrize(
    "said",
    [
        CODE, f"hola, {CODE} por favor", f"what about {CODE}?", f"{CODE} gracias vecinos",
        f"Good morning, could you please tell me what came of my report {CODE}?",
        f"Thank you. Your number is {CODE}. We will write to you here by 5 December 2026."
        " Send the number any time for news.",
    ],
)  # fmt: skip
def test_who_asks_for_a_number_hears_its_news(house: SmallHouse, said: str) -> None:
    house.take(Text(said))
    assert lines(heard(house))[0] == "We could not find {code}. Please check it."


def test_where_a_draft_waits_the_number_in_a_story_is_looked_up(house: SmallHouse) -> None:
    house.take(Command("report"), Text("full bin"), Text("The lamp is broken."), Command("menu"))
    heard(house)
    house.take(Text(f"I told you of it in {CODE} two weeks ago and the bin is still full."))
    assert lines(heard(house))[0] == "We could not find {code}. Please check it."
