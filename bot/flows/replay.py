"""One run of a flow over the answers it has, up to the first question without one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from bot.domain.country import Country
from bot.domain.facts import FactOf
from bot.domain.messages import Message
from bot.domain.operations import Say as Words
from bot.domain.operations import Show
from bot.flows.questions.agreement import Review
from bot.flows.questions.asked import Asked, Do, Fact, Passed, Question, Quote, Say
from bot.flows.questions.where import Where
from bot.flows.state import Kept, State, replace

T = TypeVar("T")


UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What `decode` raises for a stored answer that is no longer allowed, or not of this shape."""


class FlowError(Exception):
    """A flow awaited what is no question, or a key twice: a mistake in the flow's code."""


class World(Protocol):
    """What a conversation may know and do, looked up and done within the turn's transaction."""

    def look_up(self, fact: FactOf[T]) -> T: ...

    def perform(self, command: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A flow by its stored name. Its arguments are stored as keys and decoded here."""

    name: str
    flow: Callable[..., Coroutine[Asked[Any], Any, Any]]
    decode: Callable[[Country, Any], tuple[Any, ...]] = lambda country, args: ()
    """The flow's arguments after the country. Raises `ValueError` when they no longer stand."""
    cancel: bool = True
    """Whether a resident may leave it in the middle; what was answered is erased then."""
    helped: bool = True
    """Whether the menu and a person are offered to who is not understood again and again. Before
    consent there is neither."""
    lasting: bool = False
    """A draft that waits for days; others are left when something else is opened."""
    title: Message | None = None
    """What a lasting one is called when it comes back."""
    aside: bool = False
    """Whether what was told at the menu waits until it is over; it is dropped else."""
    place: Callable[[Country, Sequence[Kept]], Where] | None = None
    """Its question where something is, for the path so far: it may be answered before it is
    asked."""
    locked: bool = False
    """What is answered and shown in it is sealed with the key that its argument names, which is
    destroyed one day (see `bot.services.locked`); nothing of it comes into the interaction log."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to tell before the question: a sentence of ours, words of somebody, a picture."""

    message: Message | Words | Show
    fleeting: bool = False
    page: str = ""


class Replay:
    """One run of the coroutine over the answers it has, up to a question without one or its end.

    It stays where it stopped: an answer to that question goes on from there, and comes to what a
    run from the start over all those answers would come to.
    """

    def __init__(self, entry: Entry, country: Country, state: State) -> None:
        self.path: list[Kept] = []
        self.passed: list[Passed] = []
        self.lines: list[Line] = []
        self.done: list[Kept] = list(state.done)
        self.question: Question[Any] | None = None
        self.about = ""
        self.result: Any = None
        self._name = entry.name
        self._known = {kept.key: kept for kept in state.answers}
        self._done = {(kept.key, kept.about) for kept in state.done}
        self._editing = state.editing
        self._met: set[str] = set()
        self._coroutine = entry.flow(country, *entry.decode(country, state.args))

    def go_on(self, world: World, value: Any = None) -> None:
        """Tell the coroutine what it waits for, and run to the next question without an answer or
        to the end. Raises `FlowError`, and what the flow or the world raises."""
        while self.question is None:
            try:
                asked = self._coroutine.send(value)
            except StopIteration as end:
                self.result = end.value
                return
            if not isinstance(asked, Asked):
                raise FlowError(f"{self._name} awaited {type(asked).__name__}, not a question")
            if asked.key in self._met:
                raise FlowError(f"{self._name} asked {asked.key} twice")
            self._met.add(asked.key)
            value = self._meet(asked, world)

    def answer(self, kept: Kept, later: Sequence[Kept], world: World) -> None:
        """Go on with an answer to the question it stopped at, once; `later` are the answers that
        it may meet then. It stays there where the question does not allow that answer."""
        question = self.question
        if question is None:
            raise FlowError("no question on the table")
        self._known = {item.key: item for item in later}
        self._editing = None
        try:
            value = _answer(question, kept.value)
        except UNREADABLE:
            return
        self.question = None
        self._pass(question, kept)
        self.go_on(world, value)

    def _meet(self, asked: Asked[Any], world: World) -> Any:
        """What the flow is told; at a question without an answer, nothing yet."""
        about = (
            asked.path_digest(tuple(self.passed)) if isinstance(asked, Review) else asked.about()
        )
        kept = self._known.get(asked.key)
        if kept is not None and kept.about != about:
            kept = None
        if isinstance(asked, Fact) and asked.key == self._editing:
            kept = None
        match asked:
            case Question():
                if kept is not None and asked.key != self._editing:
                    with suppress(*UNREADABLE):
                        value = _answer(asked, kept.value)
                        self._pass(asked, kept)
                        return value
                self.question, self.about = asked, about
                return None
            case Fact():
                value, kept = _known_fact(asked, kept, about, world)
                self.path.append(kept)
                return value
            case Do(anew=False):
                if (asked.key, about) not in self._done:
                    world.perform(asked.command)
                    self._done.add((asked.key, about))
                    self.done.append(Kept(asked.key, about, None))
                return None
            case Do() if kept is None:
                world.perform(asked.command)
            case Say() if kept is None:
                self.lines.append(Line(asked.line, asked.fleeting, asked.page))
            case Quote() if kept is None:
                self.lines.append(Line(asked.words))
            case Do() | Say() | Quote():
                pass  # It is done and told already.
            case _:
                raise FlowError(f"{self._name} awaited {type(asked).__name__}")
        self.path.append(kept or Kept(asked.key, about, None))
        return None

    def _pass(self, question: Question[Any], kept: Kept) -> None:
        self.path.append(kept)
        self.passed.append(Passed(question, kept.value))


def replay(entry: Entry, country: Country, state: State, world: World) -> Replay:
    """Run the flow on the answers of `state`, up to its end or its first question without one.

    Raises `FlowError`, and what the flow or the world raises.
    """
    run = Replay(entry, country, state)
    run.go_on(world)
    return run


def resumed(state: State, run: Replay) -> Any:
    """An answer that is asked for once more begins with what still stands of it."""
    question = run.question
    kept = next((item for item in state.answers if question and item.key == question.key), None)
    if question is None or kept is None or kept.about != run.about:
        return None
    try:
        return question.resume(kept.value)
    except UNREADABLE:
        return None


def _answer(question: Question[Any], value: Any) -> Any:
    """A stored answer as the flow gets it; None for one that was skipped, if it may be."""
    if value is not None:
        return question.decode(value)
    if not question.optional:
        raise ValueError("this one cannot be skipped any more")
    return None


def _known_fact(asked: Fact[Any], kept: Kept | None, about: str, world: World) -> tuple[Any, Kept]:
    if kept is not None:
        try:
            return asked.of.decode(kept.value), kept
        except UNREADABLE:
            pass  # not in the shape of today: looked up again
    value = world.look_up(asked.of)
    return value, Kept(asked.key, about, asked.of.encode(value))


def without_last(state: State, run: Replay) -> State:
    """The state without the last answer of the resident on this path, and what came after it."""
    last = run.passed[-1].question.key
    at = next(index for index, kept in enumerate(run.path) if kept.key == last)
    gone = {kept.key for kept in run.path[at:]}
    kept = tuple(item for item in state.answers if item.key not in gone)
    return replace(state, answers=kept, partial=None, misses=0, done=tuple(run.done))
