"""One run of a flow over the answers it has, up to the first question without one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from bot.domain.country import Country
from bot.domain.facts import FactOf
from bot.domain.messages import Message
from bot.domain.operations import Say as Words
from bot.domain.operations import Show
from bot.flows.questions.agreement import Review
from bot.flows.questions.asked import Asked, Do, Fact, Passed, Question, Quote, Say
from bot.flows.state import Kept, State

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
    lasting: bool = False
    """A draft that waits for days; others are left when something else is opened."""
    title: Message | None = None
    """What a lasting one is called when it comes back."""
    locked: bool = False
    """What is answered and shown in it is sealed with the key that its argument names, which is
    destroyed one day (see `bot.services.locked`); nothing of it comes into the interaction log."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something to tell before the question: a sentence of ours, words of somebody, a picture."""

    message: Message | Words | Show
    fleeting: bool = False
    page: str = ""


@dataclass(slots=True)
class Replay:
    """One run of the coroutine over the answers it has."""

    path: list[Kept] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    done: list[Kept] = field(default_factory=list)
    question: Question[Any] | None = None
    about: str = ""
    result: Any = None


def replay(entry: Entry, country: Country, state: State, world: World) -> Replay:
    """Run the flow on the answers of `state`, up to its end or its first question without one.

    Raises `FlowError`, and what the flow or the world raises.
    """
    known = {kept.key: kept for kept in state.answers}
    done = {(kept.key, kept.about): kept for kept in state.done}
    run = Replay(done=list(state.done))
    met: set[str] = set()
    coroutine = entry.flow(country, *entry.decode(country, state.args))
    try:
        value: Any = None
        while True:
            try:
                asked = coroutine.send(value)
            except StopIteration as end:
                run.result = end.value
                return run
            if not isinstance(asked, Asked):
                raise FlowError(f"{entry.name} awaited {type(asked).__name__}, not a question")
            if asked.key in met:
                raise FlowError(f"{entry.name} asked {asked.key} twice")
            met.add(asked.key)
            about = (
                asked.path_digest(tuple(run.passed))
                if isinstance(asked, Review)
                else asked.about()
            )
            kept = known.get(asked.key)
            if kept is not None and kept.about != about:
                kept = None
            match asked:
                case Question():
                    if asked.key == state.editing:
                        kept = None
                    if kept is not None:
                        try:
                            value = _answer(asked, kept.value)
                        except UNREADABLE:
                            kept = None
                    if kept is None:
                        run.question, run.about = asked, about
                        return run
                    run.passed.append(Passed(asked, kept.value))
                case Fact():
                    value, kept = _known_fact(asked, kept, about, world)
                case Do(anew=True):
                    value = None
                    if kept is None:
                        world.perform(asked.command)
                        kept = Kept(asked.key, about, None)
                case Do():
                    value = None
                    if (asked.key, about) not in done:
                        world.perform(asked.command)
                        done[asked.key, about] = Kept(asked.key, about, None)
                        run.done.append(done[asked.key, about])
                    kept = None
                case Say():
                    value = None
                    if kept is None:
                        run.lines.append(Line(asked.line, asked.fleeting, asked.page))
                        kept = Kept(asked.key, about, None)
                case Quote():
                    value = None
                    if kept is None:
                        run.lines.append(Line(asked.words))
                        kept = Kept(asked.key, about, None)
                case _:
                    raise FlowError(f"{entry.name} awaited {type(asked).__name__}")
            if kept is not None:
                run.path.append(kept)
    finally:
        coroutine.close()


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
            pass  # stored in an older shape: looked up again
    value = world.look_up(asked.of)
    return value, Kept(asked.key, about, asked.of.encode(value))


def without_last(state: State, run: Replay) -> State:
    """The state without the last answer of the resident on this path, and what came after it."""
    last = run.passed[-1].question.key
    at = next(index for index, kept in enumerate(run.path) if kept.key == last)
    gone = {kept.key for kept in run.path[at:]}
    kept = tuple(item for item in state.answers if item.key not in gone)
    return replace(state, answers=kept, partial=None, misses=0, done=tuple(run.done))
