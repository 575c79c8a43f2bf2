"""What is said where photos are asked for: more of the story, or that there are none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.conversation.town import CountryReader
from bot.domain.inbound import Attachment, Edit, Input, Text
from bot.flows.questions import Photos
from bot.flows.questions.asked import Answer, Typed
from bot.flows.questions.told import MAX_STORY, told_more
from tests.conversation.test_turns import DOOR, heard, lines
from tests.flows.chats import line
from tests.houses import SmallHouse, open_house, served
from tests.postgres import ENGINES

COUNTRIES, SPEECHES = served()
BIN = "It has been full since Monday."
MORE = "It smells, too."
ADDED = "Thank you, we have added that to what you told us."
PHOTO = Attachment("photo", "b" * 64, "image/jpeg", 9)
AT_PHOTOS = (*DOOR, *map(Text, ("report", "full bin", BIN, "Palermo", "skip")))


@pytest.fixture(params=ENGINES)
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, request.param) as house:
        yield house


def say(house: SmallHouse, *given: Input | str) -> list[str]:
    """The lines that come back to the last of them."""
    for item in given:
        heard(house)
        house.take(Text(item) if isinstance(item, str) else item)
    return lines(heard(house))


def filed(house: SmallHouse, words: str) -> bool:
    say(house, "2", "no", "1")
    sql = f"select count(*) from report where text = '{words}'"
    return house.count(sql) == 1


def test_words_are_a_sentence_more_of_the_story(house: SmallHouse) -> None:
    *_before, asked = say(house, *AT_PHOTOS)
    assert say(house, MORE) == [ADDED, asked]
    say(house, "Nobody comes here.")
    say(house, "skip")
    assert filed(house, f"{BIN}\n{MORE}\nNobody comes here.")


def test_they_may_come_after_a_photo(house: SmallHouse) -> None:
    say(house, *AT_PHOTOS, PHOTO)
    assert say(house, MORE) == [ADDED, "We have {n} photo. Send more?"]
    say(house, "that is all")
    assert filed(house, f"{BIN}\n{MORE}")


def test_they_are_the_story_where_it_was_skipped(house: SmallHouse) -> None:
    say(house, *(Text("skip") if given == Text(BIN) else given for given in AT_PHOTOS))
    told = say(house, "Full up.")
    assert told == [
        "Thank you, we have kept what you told us.",
        "Send a photo if it is safe. No faces or number plates, please.",
    ]
    say(house, "skip")
    assert filed(house, "Full up.")


@pytest.mark.parametrize("said", ["I am done", "nothing more", "nothing", "none", "siguiente"])
def test_who_has_no_more_in_whatever_words_goes_on(house: SmallHouse, said: str) -> None:
    say(house, *AT_PHOTOS)
    assert say(house, said) == ["When did it start?"]


@pytest.mark.parametrize("said", ["I have no camera", "sin fotos", "done", "listo", "ok", "12"])
def test_that_there_is_no_photo_is_no_story_where_it_was_skipped(
    house: SmallHouse, said: str
) -> None:
    *_before, asked = say(
        house, *(Text("skip") if given == Text(BIN) else given for given in AT_PHOTOS)
    )
    assert say(house, said) == ["Please type it in a few words.", asked]


def test_they_stay_where_the_story_is_edited(house: SmallHouse) -> None:
    for given in AT_PHOTOS:
        inbound = replace(house.inbound(given), ref="m1" if given == Text(BIN) else "")
        house.database.write_now(house.conversations.take_turn, inbound)
    say(house, MORE)
    edit = replace(house.inbound(Edit("It is full.")), ref="m1")
    house.database.write_now(house.conversations.take_turn, edit)
    say(house, "skip")
    assert filed(house, f"It is full.\n{MORE}")


@pytest.mark.parametrize("said", ["done", "listo", "eso es todo", "nothing else"])
def test_who_is_done_sends_no_photo(house: SmallHouse, said: str) -> None:
    say(house, *AT_PHOTOS)
    assert say(house, said) == ["When did it start?"]
    assert filed(house, BIN)


@pytest.mark.parametrize("said", ["here", "ok", "???", "x" * (MAX_STORY + 1)])
def test_what_tells_nothing_more_is_met_with_what_would_be_right(
    house: SmallHouse, said: str
) -> None:
    say(house, *AT_PHOTOS)
    assert say(house, said)[0] == "Please send a photo, or press “Skip”."


@pytest.mark.parametrize(
    ("country", "said"),
    [
        ("uruguay", "no tengo"), ("uruguay", "No tengo fotos ahora"), ("uruguay", "sin foto"),
        ("kenya", "sina picha"), ("kenya", "simu yangu haina kamera"), ("kenya", "I have none"),
        ("somalia", "sawir ma hayo"), ("somalia", "ليس لدي صور"), ("somalia", "I have no photos"),
        ("indonesia", "gak punya foto"), ("thailand", "ถ่ายรูปไม่ได้ค่ะ"), ("thailand", "ไม่มีรูปครับ"),
    ],
)  # fmt: skip
def test_that_there_are_none_passes_the_question(country: str, said: str) -> None:
    reader = CountryReader(COUNTRIES[country], date(2026, 11, 25), SPEECHES[country])
    photos = Photos("photos", line("Photos?"), most=3, optional=True, story="story")
    reading = photos.read(Typed(said), (), None, reader)
    assert isinstance(reading, Answer), reading
    assert reading.value is None


def test_more_is_told_of_a_voice_and_never_more_than_a_story_may_have() -> None:
    voice = {"voice": "v1", "photos": []}
    assert told_more(voice, f" {MORE} ") == {**voice, "more": [["", MORE]]}
    assert told_more({"text": "x" * (MAX_STORY - 3)}, "and so on") is None
    assert told_more(None, "12") is None
