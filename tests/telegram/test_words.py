"""Words, names and languages as people really have them, over Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.messages import Message
from tests.telegram.bystanders import watched
from tests.telegram.indoors import Driven
from tests.telegram.made_updates import ANA
from tests.telegram.test_cases import TELL, WHAT

STOPPED = "select count(*) from resident where stopped_at is not null"


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Driven]:
    async with watched(tmp_path) as running:
        yield running


# Choosing as it is printed (C26)


def second(life: Driven) -> str:
    """The second label of the newest question, without its number and picture."""
    [_first, button, *_rest] = life.api.newest(ANA)[0].buttons
    return str(button["text"].split(" ", 2)[2])


@pytest.mark.parametrize(
    "typed",
    ["2", "2️⃣", "2.", "(2)", "２", "٢", "२", "2)", " 2 ", "{label}", "{label}!", "2. {label}"],
)
async def test_a_choice_is_taken_as_it_is_printed(life: Driven, typed: str) -> None:
    await life.press(ANA, "Report a problem")
    label = second(life)
    await life.say(ANA, typed.replace("{label}", label))
    chosen = life.count("select count(*) from interaction where question = 'category'")
    assert life.api.texts(ANA)[-1] in {WHAT, TELL}
    assert chosen or life.api.newest(ANA)[0].buttons[0]["text"] != label


@pytest.mark.parametrize("typed", ["2 or 3", "99", "²", "①", "½", "-2", "0", "1E3153", "2" * 40])
async def test_what_names_no_option_is_asked_again(life: Driven, typed: str) -> None:
    await life.press(ANA, "Report a problem")
    before = [button["text"] for button in life.api.newest(ANA)[0].buttons]
    await life.say(ANA, typed)
    assert [button["text"] for button in life.api.newest(ANA)[0].buttons] == before
    assert life.api.texts(ANA)[-1] == WHAT


@pytest.mark.parametrize("typed", ["yes", "Yes, I agree", "👍", "👍🏿", "👍🏽", "YES", "yes."])
async def test_a_thumb_of_any_colour_is_a_yes(life: Driven, typed: str) -> None:
    await life.say(33, "/start", "English", typed)
    assert life.api.texts(33)[-1] == "What would you like to do?"


# Signs that mean something elsewhere (C27)


@pytest.mark.parametrize(
    "words",
    ['5 < 6 & "7"', "</b>", "<b>bold", "_x_ *y* [z](w)", "&lt;script&gt;", "{0} {name} %s %(n)s",
     "a—b – c", "\\", "`code`", "~~~", "Ana <3", "🏳️‍🌈 👨‍👩‍👧", "'; drop table report; --"],
)  # fmt: skip
async def test_words_are_shown_literally(life: Driven, words: str) -> None:
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    await life.say(ANA, f"It is {words} here", "Palermo", f"near {words}", "skip")
    await life.press(ANA, "This week", "Not sure")
    review = life.api.texts(ANA)[-1]
    assert f"It is {words} here" in review
    assert review.count(words) == 2
    await life.press(ANA, "Send it")
    assert life.count("select count(*) from report") == 1
    assert life.api.refusals("not modified") == []


@pytest.mark.parametrize("name", ["Ana <3", "A & B", "</b>", "_x_", "", "\u200b", "ก" * 64, "—"])
async def test_no_name_keeps_anybody_out(life: Driven, name: str) -> None:
    person: dict[str, Any] = {"id": 44, "is_bot": False, "first_name": name, "last_name": name}
    started: dict[str, Any] = {"text": "/start", "from": person}
    life.api.say(44, **started)
    await life.go()
    assert "Which language do you want?" in life.api.texts(44)[-1]


# Languages as they really come (C31)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("es", "es"), ("es-UY", "es"), ("es_uy", "es"), ("es-419", "es"), ("en", "en"),
        ("en_US", "en"), ("en-BE", "en"), ("EN", "en"), ("pt-br", "es"), ("zh-hans", "es"),
        ("sr-latn", "es"), ("", "es"), ("so", "es"), ("in", "es"), ("x" * 200, "es"),
        ("-", "es"), ("en-", "en"), ("\x00", "es"), ("c", "es"),
    ],
)  # fmt: skip
async def test_the_first_question_is_in_the_nearest_language(
    life: Driven, code: str, language: str
) -> None:
    life.api.say(45, text="/start", language=code)
    await life.go()
    speech = life.house.speeches["uruguay"]
    question = speech.text(Message("Which language do you want?"), language)
    assert question in life.api.texts(45)[-1]


async def test_a_language_that_was_chosen_wins_for_ever(life: Driven) -> None:
    await life.say(45, "/start", language="es")
    await life.press(45, "English", "Yes, I agree")
    for code in ("es", "", "zh-hans"):
        life.api.say(45, text="menu", language=code)
        await life.go()
        assert life.api.texts(45)[-1] == "What would you like to do?"


# STOP alone, and inside a sentence (C33)


@pytest.mark.parametrize("typed", ["STOP", "stop", "stop.", " Stop ", "Stop!", "STOP\n", "/stop"])
@pytest.mark.parametrize("midway", [False, True])
async def test_the_lone_word_stops(life: Driven, typed: str, midway: bool) -> None:
    if midway:
        await life.press(ANA, "Report a problem", "Bins", "Full bin")
    heard = len(life.api.texts(ANA))
    await life.say(ANA, typed)
    assert life.count(STOPPED) == 1
    said = life.api.texts(ANA)[heard:]
    assert len([text for text in said if "no more news" in text]) == 1
    assert any("not sent" in text for text in said) is midway


@pytest.mark.parametrize(
    "typed",
    ["Count me in, we must STOP this waste!!", "bus stop 14 has no roof", "STOP 12345", "stopp it",
     "Please do not stop", "the stop", "STOP STOP now or never"],
)  # fmt: skip
async def test_the_word_inside_a_sentence_is_an_answer(life: Driven, typed: str) -> None:
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    await life.say(ANA, typed)
    assert life.count(STOPPED) == 0
    assert "Where is it?" in " ".join(life.api.texts(ANA)[-2:])
