"""What stands under a file is somebody's words: they are kept, whatever becomes of the file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.inbound import Attachment, Edit, Input, Text, Unusable
from bot.domain.messages import Message, Value
from tests.conversation.test_told_after import PHOTO
from tests.conversation.test_turns import DOOR, heard, last_ask, lines
from tests.houses import SmallHouse, open_house
from tests.postgres import SQLITE

BIN = "It has been full since Monday."
SAID = "and it smells, too"
ADDED = "Thank you, we have added that to what you told us."
VOICE = Attachment("voice", "c" * 64, "audio/ogg", 9, 9.0)
FILES: Mapping[str, Input] = {
    "photo": replace(PHOTO, caption=SAID),
    "voice": replace(VOICE, caption=SAID),
    "short voice": replace(VOICE, seconds=0.5, caption=SAID),
    "video": Unusable("video", "video", caption=SAID),
    "document": Unusable("document", "file", caption=SAID),
    "too large": Unusable("too_large", "photo", caption=SAID),
}
STEPS = ("report", "full bin", BIN, "Palermo", "by the school", "skip", "no")
AT = {"menu": 0, "category": 1, "story": 2, "place": 3, "near": 4, "photos": 5, "danger": 6}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SmallHouse]:
    async with open_house(tmp_path, SQLITE) as house:
        house.take(*DOOR)
        yield house


def say(house: SmallHouse, *given: Input | str) -> list[str]:
    """The lines that come back to the last of them."""
    for number, item in enumerate(given):
        heard(house)
        said = Text(item) if isinstance(item, str) else item
        inbound = replace(house.inbound(said), ref=f"m{house.updates}.{number}")
        house.database.write_now(house.conversations.take_turn, inbound)
    return lines(heard(house))


def edit(house: SmallHouse, source: str, words: str) -> list[str]:
    heard(house)
    inbound = replace(house.inbound(Edit(words)), ref=source)
    house.database.write_now(house.conversations.take_turn, inbound)
    return lines(heard(house))


def number(house: SmallHouse, what: str) -> int:
    return house.count(f"select count(*) from {what}")


def send(house: SmallHouse, asked: list[str]) -> None:
    """Answer what is asked until the report is sent."""
    answers = {
        "What is it?": "a problem",
        "What is the problem?": "full bin",
        "Tell us what": "that is all",
        "Where is it?": "Palermo",
        "Which street": "skip",
        "Send a photo": "skip",
        "You may send": "skip",
        "We have": "that is all",
        "When did": "skip",
        "Could it": "no",
        "Please check": "send it",
    }
    for _turn in answers:
        if number(house, "report"):
            return
        answer = [answers[key] for key in answers if asked[-1].startswith(key)]
        assert answer, asked
        asked = say(house, *answer)


@pytest.mark.parametrize("where", AT)
@pytest.mark.parametrize("file", FILES)
def test_words_under_a_file_are_never_lost(house: SmallHouse, file: str, where: str) -> None:
    say(house, *STEPS[: AT[where]])
    asked = say(house, FILES[file])
    send(house, asked)
    assert number(house, f"report where text || detail like '%{SAID}%'") == 1
    kept = file in {"photo", "voice"}
    assert number(house, "media where report_id is not null and state <> 'refused'") == kept


@pytest.mark.parametrize("file", ["video", "document", "too large", "short voice"])
def test_what_became_of_the_file_is_told_first(house: SmallHouse, file: str) -> None:
    told = say(house, *STEPS[:2], FILES[file])
    assert told[0].startswith(("We cannot take", "That file is too large", "That was very short"))
    assert told[1:] == [told[1]]
    assert told[1].startswith("Where is it?")


@pytest.mark.parametrize("file", [PHOTO, Unusable("video", "video")])
def test_a_sentence_under_a_file_at_the_place_is_not_called_an_unknown_place(
    house: SmallHouse, file: Attachment | Unusable
) -> None:
    say(house, *STEPS[:3])
    told = say(house, replace(file, caption="it smells very badly, too"))
    assert told[-2:] == [ADDED, told[-1]]
    assert told[-1].startswith("Where is it?")
    named = say(house, replace(file, caption="Palermo"))
    assert named[-1].startswith("Which street")


def test_a_file_and_its_words_that_answer_nothing_are_one_answer(house: SmallHouse) -> None:
    say(house, "language")
    helped = []
    for _number in range(4):
        inbound = house.inbound(replace(PHOTO, caption="it smells very badly"))
        house.database.write_now(house.conversations.take_turn, inbound)
        controls = last_ask(heard(house)).controls
        helped.append(any(button.key == "!person" for button in controls))
    assert helped == [False, False, True, True]


def test_a_file_without_words_is_answered_as_before(house: SmallHouse) -> None:
    asked = say(house, *STEPS[:2])
    told = say(house, Unusable("video", "video"))
    assert told == ["We cannot take videos. Please send a photo.", *asked]


def test_at_the_photos_a_photo_is_taken_and_its_words_are_of_the_story(house: SmallHouse) -> None:
    say(house, *STEPS[:5])
    assert say(house, FILES["photo"]) == ["We have {n} photo. Send more?"]
    send(house, say(house, PHOTO, PHOTO))
    assert number(house, f"report where text = '{BIN}\n{SAID}'") == 1
    assert number(house, "media where report_id is not null") == 3


def test_a_voice_at_the_photos_goes_with_the_story(house: SmallHouse) -> None:
    *_before, asked = say(house, *STEPS[:5])
    assert say(house, VOICE) == [ADDED, asked]
    assert say(house, VOICE) == [ADDED, asked]
    send(house, [asked])
    assert number(house, "media where report_id is not null and kind = 'voice'") == 2


def test_a_voice_that_does_not_go_with_the_story_is_told_why(house: SmallHouse) -> None:
    [asked] = say(house, *STEPS[:3])
    assert say(house, replace(VOICE, seconds=0.5)) == [
        "That was very short. Please say it again, or type it.",
        asked,
    ]
    assert say(house, VOICE, VOICE, VOICE, VOICE, VOICE) == [ADDED, asked]
    full = "We can keep {most} voice notes. The others are not kept."
    assert say(house, VOICE) == [full, asked]
    assert say(house, FILES["voice"]) == [full, ADDED, asked]
    send(house, [asked])
    assert number(house, "media where report_id is not null and kind = 'voice'") == 5


def test_more_photos_than_there_may_be_are_told_of(house: SmallHouse) -> None:
    asked = say(house, *STEPS[:5], PHOTO, PHOTO, PHOTO)
    full = "We can keep {most} photos of it. The others are not kept."
    assert say(house, PHOTO) == [full, *asked]
    assert say(house, FILES["photo"]) == [full, ADDED, *asked]


def test_an_edit_of_words_at_the_photos_changes_them_and_no_photo(house: SmallHouse) -> None:
    say(house, *STEPS[:5])
    first, second = (f"m{house.updates + more}.0" for more in (1, 2))
    say(house, FILES["photo"])
    say(house, PHOTO)
    assert edit(house, first, "it smells a lot") == ["We changed your answer."]
    assert edit(house, second, "from the other side") == ["We changed your answer."]
    send(house, say(house, "that is all"))
    words = f"{BIN}\nit smells a lot\nfrom the other side"
    assert number(house, f"report where text = '{words}'") == 1
    assert number(house, "media where report_id is not null") == 2
    told = edit(house, first, "it smells no more")
    assert told == ["We added your change to {code}, and the team sees it."]
    assert number(house, "addition where text = 'it smells no more'") == 1
    assert number(house, "media where report_id is not null") == 2


@pytest.mark.parametrize(
    ("before", "answer", "next_line", "rest"),
    [
        (3, "Palermo", "Which street", ("skip", "skip", "skip", "no")),
        (6, "today", "Could it hurt", ("no",)),
    ],
)
def test_one_of_the_answers_under_a_photo_is_that_answer(
    house: SmallHouse, before: int, answer: str, next_line: str, rest: tuple[str, ...]
) -> None:
    say(house, *STEPS[:before])
    told = say(house, replace(PHOTO, caption=answer))
    assert told[0] == ADDED
    assert told[1].startswith(next_line)
    send(house, say(house, *rest))
    assert number(house, f"report where text = '{BIN}'") == 1
    assert number(house, "media where report_id is not null") == 1


def ref_of(house: SmallHouse, given: Input) -> str:
    say(house, given)
    return f"m{house.updates}.0"


@pytest.mark.parametrize("before", [2, 4, 5])
def test_what_stands_under_a_photo_on_the_sheet_is_what_it_says_now(
    house: SmallHouse, before: int
) -> None:
    say(house, *STEPS[:before])
    source = ref_of(house, replace(PHOTO, caption=" Ana Pérez broke it, I saw her. "))
    assert "We changed your answer." in edit(house, source, "It is broken since Monday.")
    assert number(house, "media where caption like '%Ana%'") == 0
    assert number(house, "media where caption = 'It is broken since Monday.'") == 1


def test_a_change_that_cannot_be_used_leaves_what_stands_under_a_photo(
    house: SmallHouse,
) -> None:
    say(house, *STEPS[:2])
    source = ref_of(house, replace(PHOTO, caption="It is broken since Monday."))
    assert "We could not use that change. Your earlier answer stays." in edit(house, source, "ok")
    assert number(house, "media where caption = 'It is broken since Monday.'") == 1


def test_words_under_a_voice_stay_of_who_is_under_age(house: SmallHouse) -> None:
    say(house, "idea", "1")
    say(house, replace(VOICE, caption="Lamps along the way to school, please."))
    told = say(house, "no")
    assert told[0] == "We keep no voice notes from people under 18. What you wrote stays."
    assert told[1].startswith("Where would it be?")
    say(house, "Palermo", "skip", "1", "skip", "skip", "send it")
    assert number(house, "idea where text = 'Lamps along the way to school, please.'") == 1
    assert number(house, "media") == 0


LAMPS = "Lamps along the way to school, please."
LATER = ("Palermo", "skip", "1", "skip")


def told_of_the_idea(house: SmallHouse, *given: str) -> list[Value]:
    """What the last check tells as the idea."""
    say(house, *given[:-1])
    heard(house)
    house.take(Text(given[-1]))
    rows = last_ask(heard(house)).summary
    return [value for label, value in rows if label.source == "Your idea"]


def test_the_last_check_tells_of_no_voice_that_is_not_kept(house: SmallHouse) -> None:
    say(house, "idea", "1", replace(VOICE, caption=LAMPS), "no")
    assert told_of_the_idea(house, *LATER) == [LAMPS]


def test_what_is_typed_in_place_of_a_voice_is_the_one_idea_that_is_checked(
    house: SmallHouse,
) -> None:
    say(house, "idea", "1", PHOTO, VOICE, "no")
    (told,) = told_of_the_idea(house, LAMPS, *LATER)
    assert isinstance(told, Message)
    assert dict(told.values)["words"] == LAMPS
    say(house, "send it")
    assert number(house, f"idea where text = '{LAMPS}'") == 1
    assert number(house, "media where kind = 'photo' and idea_id is not null") == 1
    assert number(house, "media where kind = 'voice'") == 0


def test_the_last_check_tells_of_no_name_that_is_not_shown(house: SmallHouse) -> None:
    say(house, "idea", "1", LAMPS, "Palermo", "skip", "1", "skip")
    heard(house)
    house.take(Text("2"), Text("15"))
    labels = [label.source for label, _value in last_ask(heard(house)).summary]
    assert "Your idea" in labels
    assert "Name shown" not in labels
