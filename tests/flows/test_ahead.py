"""A story that is told where it was not asked for yet: people begin with what they have to say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.country import Country
from bot.domain.inbound import Album, Attachment
from bot.domain.reports import Told
from bot.flows.amending import amend
from bot.flows.engine import BACK, Control, Noted, Turn, advance
from bot.flows.questions import Ahead, Choice, Option, Review, Story, Text
from bot.flows.questions.asked import Typed
from bot.flows.questions.told import LEAST_AHEAD, MAX_STORY, MIN_VOICE_SECONDS
from bot.flows.state import dump_state, load_state
from tests.flows.chats import READER, Chat, line, options
from tests.flows.made_up import LAND

BIN = "The bin at our corner has been broken since Monday."
KEPT = "Thank you, we have kept what you told us. Now choose what it is about."


async def telling(country: Country) -> dict[str, Any]:
    """What it is about, what there is to say, where, and a review; some of it needs no story."""
    groups = [
        Option("street", line("Street"), "street"),
        Option("water", line("Water"), None, options=tuple(options("well", "pipe"))),
        Option("private", line("Private"), "private"),
    ]
    about = await Choice(
        "about", line("About?"), groups, label=line("About"), ahead=Ahead("story", voice=True)
    )
    told = None
    if about != "private":
        told = await Story("story", line("Tell us."), label=line("Told"))
    place = await Text("place", line("Where?"), label=line("Place"))
    await Review("review")
    return {"about": about, "told": told, "place": place}


@pytest.fixture
def chat() -> Chat:
    return Chat(telling)


def voice(seconds: float, ref: str = "v1") -> Attachment:
    return Attachment("voice", "v", "audio/ogg", 1, seconds, ref)


def test_it_is_kept_thanked_for_and_not_asked_for_again(chat: Chat) -> None:
    turn = chat(BIN)
    assert chat.key == "about"
    assert chat.lines == [KEPT]
    assert turn.understood
    # The log knows that a story was told, and none of its words.
    assert turn.noted == Noted("story", "story", None)
    chat("street")
    assert chat.key == "place"
    chat("Mill", "send")
    assert chat.result == {"about": "street", "told": Told(BIN), "place": "Mill"}


def test_the_same_inside_a_group_of_options(chat: Chat) -> None:
    chat("water", BIN)
    assert (chat.key, chat.buttons) == ("about", ["well", "pipe"])
    chat("pipe")
    assert chat.key == "place"


def test_a_short_sentence_after_it_is_more_of_it(chat: Chat) -> None:
    short = "and it burns"
    assert not chat(short).understood
    assert chat(BIN, short).understood
    chat("street", "Mill", "send")
    assert chat.result["told"] == Told(f"{BIN}\n{short}")


def test_it_stands_in_the_review_and_can_be_changed_there(chat: Chat) -> None:
    turn = chat(BIN, "street", "Mill")
    assert turn.table is not None
    assert (line("Told"), BIN) in turn.table.look.summary
    chat("change it")
    chat("2")
    assert chat.key == "story"
    chat("It is the lamp.", "send")
    assert chat.result["told"] == Told("It is the lamp.")


def test_back_asks_for_it_anew(chat: Chat) -> None:
    chat(BIN, "street", Control(BACK))
    assert chat.key == "story"


def test_what_is_told_in_two_messages_stands_together(chat: Chat) -> None:
    more = "Nobody came though we called twice."
    chat(BIN, more, "street", "Mill", "send")
    assert chat.result["told"] == Told(f"{BIN}\n{more}")


def test_words_and_a_voice_stand_together(chat: Chat) -> None:
    chat(voice(9), BIN, "street", "Mill", "send")
    assert chat.result["told"] == Told(BIN, "v1")


def test_an_edit_of_it_replaces_it(chat: Chat) -> None:
    state = load_state(dump_state(chat.state))
    state = advance(chat.entry, LAND, state, Typed(BIN), READER, chat.world, "m1").state
    words = "The bin at our corner burns."
    turn = amend(chat.entry, LAND, state, "m1", words, READER, chat.world)
    assert isinstance(turn, Turn)
    chat.state = turn.state
    chat("street", "Mill", "send")
    assert chat.result["told"] == Told("The bin at our corner burns.")


def test_where_no_story_is_asked_for_none_is_kept(chat: Chat) -> None:
    chat(BIN, "private", "Mill", "send")
    assert chat.result == {"about": "private", "told": None, "place": "Mill"}
    assert BIN not in dump_state(chat.state).decode()


@pytest.mark.parametrize(
    "given",
    [
        "x" * (LEAST_AHEAD - 1),
        "9" * LEAST_AHEAD,
        "x" * (MAX_STORY + 1),
        voice(MIN_VOICE_SECONDS - 0.1),
        Attachment("photo", "n", "image/jpeg", 1, ref="p1"),
    ],
)
def test_what_is_no_story_is_met_with_what_would_be_right(
    chat: Chat, given: str | Attachment
) -> None:
    turn = chat(given)
    assert not turn.understood
    assert KEPT not in chat.lines
    assert not chat.state.answers


def test_the_shortest_story(chat: Chat) -> None:
    chat("x" * LEAST_AHEAD)
    assert chat.lines == [KEPT]


def test_no_more_is_kept_than_a_story_may_have(chat: Chat) -> None:
    turn = chat("x" * MAX_STORY, BIN)
    assert not turn.understood
    chat("street", "Mill", "send")
    assert chat.result["told"] == Told("x" * MAX_STORY)


def test_where_no_voice_may_be_kept_a_voice_is_no_story() -> None:
    async def silent(country: Country) -> str:
        return await Choice("about", line("About?"), options("a", "b"), ahead=Ahead("story"))

    assert not Chat(silent)(voice(9)).understood


def test_photos_are_kept_with_what_stands_under_them_as_many_as_may_be() -> None:
    ahead = Ahead("story", photos=2)
    photos = [Attachment("photo", "n", "image/jpeg", 1, ref=f"p{n}") for n in range(3)]
    first = ahead.read(replace(photos[0], caption=" Look. "), None)
    assert first == {"photos": ["p0"], "text": "Look."}
    assert ahead.read(Album(tuple(photos[1:])), first) == {"photos": ["p0", "p1"], "text": "Look."}
