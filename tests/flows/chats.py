"""A conversation for tests, turn by turn, and a small flow to have it with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from bot.domain.country import Country
from bot.domain.messages import Message
from bot.flows.engine import Control, Turn, advance
from bot.flows.questions import Choice, Do, Fact, Number, Option, Review, Say, Text, YesNo
from bot.flows.questions.asked import Given, Typed
from bot.flows.replay import Entry
from bot.flows.state import State, dump_state, load_state
from tests.flows.made_up import LAND, CountingWorld, Known, OneLanguage

READER = OneLanguage()
Flow = Callable[[Country], Coroutine[Any, Any, Any]]


def line(words: str) -> Message:
    return Message(words)


def options(*keys: str) -> list[Option[str]]:
    return [Option(key, Message(key), key) for key in keys]


class Chat:
    """One conversation, stored and reloaded between turns; its flow can be released anew."""

    def __init__(self, flow: Flow, **entry: Any) -> None:
        self.entry = Entry("made up", flow, **entry)
        self.world = CountingWorld()
        self.state = State("made up")
        self.turn: Turn
        self(None)

    def __call__(self, *given: Given | Control | str | None) -> Turn:
        for item in given:
            said = Typed(item) if isinstance(item, str) else item
            stored = load_state(dump_state(self.state))
            self.turn = advance(self.entry, LAND, stored, said, READER, self.world)
            self.state = self.turn.state
        return self.turn

    def release(self, flow: Flow) -> None:
        self.entry = replace(self.entry, flow=flow)

    @property
    def key(self) -> str:
        assert self.turn.table is not None
        return self.turn.table.question.key

    @property
    def buttons(self) -> list[str]:
        assert self.turn.table is not None
        return [button.key for button in self.turn.table.look.buttons]

    @property
    def controls(self) -> list[str]:
        assert self.turn.table is not None
        return [button.key for button in self.turn.table.controls]

    @property
    def lines(self) -> list[str]:
        return [str(getattr(told.message, "source", told.message)) for told in self.turn.lines]

    @property
    def result(self) -> Any:
        assert self.turn.end is not None
        return self.turn.end.result


async def branching(country: Country) -> dict[str, Any]:
    """A colour; for red a size and an alarm; then what is known of it, words and a review."""
    colour = await Choice("colour", line("Colour?"), options("red", "blue"), label=line("Colour"))
    size = None
    if colour == "red":
        await Say("warning", line("Red is hot."), subject=colour)
        await Do("alarm", "ring", colour)
        size = await Number("size", line("Size?"), most=9, label=line("Size"))
    twin = await Fact("twin", Known(colour))
    same = await YesNo("same", line("Same?"), subject=twin, label=line("Same"))
    words = await Text("words", line("Words?"), label=line("Words"))
    await Review("review")
    return {"colour": colour, "size": size, "same": same, "words": words}


async def words(country: Country) -> Any:
    return await Text("words", line("Words?"))
