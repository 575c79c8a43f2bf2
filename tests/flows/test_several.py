"""Several of several: ticked, typed as numbers, and within their limits."""

from __future__ import annotations

import pytest

from bot.domain.messages import Listing, Message
from bot.flows.questions import Many
from bot.flows.questions.asked import Pressed, Typed, Unclear, Under
from tests.flows.asking import ASK, READER, answer, options, read


def test_several_are_ticked_and_taken_off_one_by_one() -> None:
    many = Many("k", ASK, options("a", "b", "c"))
    assert read(many, Pressed("a")) == Under(["a"])
    assert read(many, "b", ["a"]) == Under(["a", "b"])
    assert read(many, Pressed("a"), ["a", "b"]) == Under(["b"])
    assert answer(many, "that is all", ["a", "b"]) == ("a", "b")
    assert answer(many, "4", ["a", "b"]) == ("a", "b"), "the button's number"


def test_the_number_of_an_option_ticks_it_and_ends_nothing() -> None:
    many = Many("k", ASK, options("a", "b", "c"))
    assert read(many, "3", ["a", "b"]) == Under(["a", "b", "c"])
    assert read(many, "2", ["a", "b"]) == Under(["a"])


@pytest.mark.parametrize("words", ["1 3", "1,3", "1, 3", "3; 1", "٣ ١", "1. 3."])
def test_several_numbers_are_an_answer_at_once(words: str) -> None:
    assert set(answer(Many("k", ASK, options("a", "b", "c")), words)) == {"a", "c"}


def test_a_number_too_high_among_several_is_asked_again() -> None:
    assert isinstance(read(Many("k", ASK, options("a", "b")), "1 7"), Unclear)
    assert isinstance(read(Many("k", ASK, options("a", "b")), "1 or 2"), Unclear)


def test_no_more_than_the_most_and_no_fewer_than_the_least() -> None:
    many = Many("k", ASK, options("a", "b", "c"), least=2, most=2)
    assert isinstance(read(many, Pressed("!done"), ["a"]), Unclear)
    reading = read(many, Pressed("c"), ["a", "b"])
    assert isinstance(reading, Under)
    assert reading.partial == ["a", "b"]
    [line] = reading.lines
    assert isinstance(line, Message)
    assert "up to {most}" in line.source
    assert answer(many, "1 2") == ("a", "b")
    assert isinstance(read(many, "1 2 3"), Unclear)


def test_what_goes_with_no_other_takes_the_others_off() -> None:
    many = Many("k", ASK, options("a", "b", "none"), alone=["none"])
    assert read(many, Pressed("none"), ["a", "b"]) == Under(["none"])
    assert read(many, Pressed("a"), ["none"]) == Under(["a"])
    assert isinstance(read(many, "1 3"), Unclear)


def test_numbers_of_a_list_that_has_changed_since_choose_nothing() -> None:
    many = Many("k", ASK, options("a", "b"))
    assert isinstance(many.read(Typed("1 2"), ("gone", "a"), None, READER), Unclear)
    assert isinstance(many.read(Typed("1"), ("gone", "a"), None, READER), Unclear)


def test_several_that_are_chosen_again_begin_with_what_was_chosen() -> None:
    many = Many("k", ASK, options("a", "b", "c"), now=["c"])
    assert [item.ticked for item in many.look(None, (), READER).buttons[:3]] == [
        False,
        False,
        True,
    ]
    assert read(many, Pressed("a"), None) == Under(["c", "a"])
    assert read(many, Pressed("c"), None) == Under([])
    assert not any(item.ticked for item in many.look([], (), READER).buttons)
    assert many.resume(["a", "gone"]) == ["a"], "what is no option any more is left out"


def test_what_is_ticked_is_told_beside_it() -> None:
    def tally(ticked: tuple[str, ...]) -> tuple[tuple[Message, int], ...]:
        return ((Message("Chosen"), len(ticked)),) if ticked else ()

    many = Many("k", ASK, options("a", "b"), tally=tally)
    assert many.look(None, (), READER).summary == ()
    assert many.look(["b"], (), READER).summary == ((Message("Chosen"), 1),)


def test_several_are_told_as_a_list() -> None:
    told = Many("k", ASK, options("a", "b")).tell(["b", "a"])
    assert told == Listing((Message("b"), Message("a")))
