"""A flow that changed while somebody is in it goes on; one that is mistaken says so."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.domain.country import Country
from bot.domain.inbound import Attachment
from bot.flows.engine import BACK, Control
from bot.flows.questions import Choice, Do, Many, Photos, Review, Text, Within
from bot.flows.questions.asked import Pressed
from bot.flows.replay import FlowError
from tests.flows.chats import Chat, Flow, line, options, words
from tests.flows_lock import fingerprint

# A release in mid-conversation.


def test_a_question_that_a_release_puts_first_is_asked_and_takes_no_answer_to_another() -> None:
    async def newer(country: Country) -> Any:
        return await Text("name", line("Name?")), await Text("words", line("Words?"))

    chat = Chat(words)
    chat.release(newer)
    chat("this answers the old question")
    assert chat.key == "name"
    assert not chat.turn.understood
    chat("Ana", "words")
    assert chat.result == ("Ana", "words")


def test_a_question_of_another_kind_takes_nothing_that_was_given_to_the_old_one() -> None:
    async def before(country: Country) -> Any:
        return await Photos("it", line("Photos?"), most=3)

    async def after(country: Country) -> Any:
        return await Many("it", line("Which?"), options("red", "blue"))

    chat = Chat(before)
    chat(Attachment("photo", "n", "t", 1, ref="red"))
    assert chat.state.partial == ["red"]
    chat.release(after)
    chat(Pressed("!done"))
    assert chat.buttons == ["red", "blue"]
    assert chat.state.partial is None
    chat(Pressed("blue"), Pressed("!done"))
    assert chat.result == ("blue",)


def test_what_a_release_does_at_once_is_done_once_even_in_a_turn_that_replays_twice() -> None:
    async def before(country: Country) -> Any:
        await Text("words", line("Words?"), label=line("Words"))
        await Review("review")

    async def after(country: Country) -> Any:
        await Do("alarm", "ring", None)
        await Text("words", line("Words?"), label=line("Words"))
        await Review("review")

    chat = Chat(before)
    chat("a word", "change it")
    chat.release(after)
    chat(Pressed("edit:words"))
    assert chat.key == "words"
    assert chat.world.done == ["ring"]


def test_an_option_that_was_removed_is_asked_again_and_numbers_mean_what_was_shown() -> None:
    async def before(country: Country) -> Any:
        return await Choice("c", line("?"), options("a", "b", "c")), await Text("t", line("T?"))

    async def after(country: Country) -> Any:
        return await Choice("c", line("?"), options("c", "b")), await Text("t", line("T?"))

    chat = Chat(before)
    chat.release(after)
    chat("1")
    assert chat.key == "c", "the first of what was shown is gone"
    chat.release(before)
    chat("1", "words")
    assert chat.result == ("c", "words"), "the first of what was shown last"


def test_an_answer_that_is_no_longer_allowed_is_asked_again() -> None:
    async def before(country: Country) -> Any:
        return await Choice("c", line("?"), options("a", "b")), await Text("t", line("T?"))

    async def after(country: Country) -> Any:
        return await Choice("c", line("?"), options("b")), await Text("t", line("T?"))

    chat = Chat(before)
    chat("a")
    chat.release(after)
    chat("words for t")
    assert chat.key == "c"
    chat("b", "words")
    assert chat.result == ("b", "words")


# Mistakes in a flow.


def test_a_key_that_is_met_twice_is_a_mistake_of_the_flow() -> None:
    async def flow(country: Country) -> Any:
        return await Text("t", line("T?")), await Text("t", line("T again?"))

    chat = Chat(flow)
    with pytest.raises(FlowError, match="asked t twice"):
        chat("words")


def test_flows_within_a_flow_keep_their_keys_apart() -> None:
    async def outer(country: Country) -> Any:
        return await Within("one", words, country), await Within("two", words, country)

    chat = Chat(outer)
    assert chat.key == "one.words"
    chat("a")
    assert chat.key == "two.words"
    chat("b")
    assert chat.result == ("a", "b")


def test_what_is_no_question_is_refused_and_the_flow_is_closed() -> None:
    closed = []

    async def flow(country: Country) -> Any:
        try:
            await asyncio.sleep(0)
        finally:
            closed.append(True)

    with pytest.raises(FlowError, match="not a question"):
        Chat(flow)
    assert closed == [True]


def test_a_meaning_changes_with_its_words_kind_or_options_and_not_with_their_order() -> None:
    a = Choice("k", line("Which?"), options("a", "b"))
    assert fingerprint(a) == fingerprint(Choice("k", line("Which?"), options("b", "a")))
    assert fingerprint(a) != fingerprint(Choice("k", line("Which one?"), options("a", "b")))
    assert fingerprint(a) != fingerprint(Choice("k", line("Which?"), options("a", "c")))
    assert fingerprint(a) != fingerprint(Many("k", line("Which?"), options("a", "b")))
    about = [Choice("k", line("Which?"), options("a", "b"), subject=code) for code in ("x", "y")]
    assert fingerprint(about[0]) == fingerprint(about[1]) != fingerprint(a)
    one, two = (Choice("k", line("?"), options(key), of="places") for key in ("a", "b"))
    assert fingerprint(one) == fingerprint(two), "what a country's folder says is no meaning"


def test_ticks_that_still_stand_stay_when_an_option_goes() -> None:
    def offering(*keys: str) -> Flow:
        async def flow(country: Country) -> Any:
            chosen = await Many("many", line("Which?"), options(*keys), label=line("Which"))
            await Review("review")
            return chosen

        return flow

    chat = Chat(offering("a", "b", "c"))
    chat("1 3")
    assert chat.key == "review"

    chat.release(offering("a", "b"))
    chat(Pressed("send"))

    assert (chat.key, chat.state.partial) == ("many", ["a"])
    chat(Pressed("!done"), Pressed("send"))
    assert chat.result == ("a",)


def test_an_edit_of_several_begins_with_what_was_ticked() -> None:
    async def flow(country: Country) -> Any:
        chosen = await Many("many", line("Which?"), options("a", "b", "c"), label=line("Which"))
        await Review("review")
        return chosen

    chat = Chat(flow)
    chat("1 3", Pressed("change"), Pressed("edit:many"))
    assert chat.state.partial == ["a", "c"]
    chat(Control(BACK))
    assert chat.key == "review", "nothing was changed, so one step leads back"
    chat(Pressed("change"), Pressed("edit:many"), Pressed("b"), Pressed("!done"), Pressed("send"))
    assert chat.result == ("a", "c", "b")
