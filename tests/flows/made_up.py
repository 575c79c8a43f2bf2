"""Flows as data, for tests: any list of steps is a conversation, and any edit of it another."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any, TypeVar

from bot.domain.calendar import Calendar
from bot.domain.country import Consent, Country
from bot.domain.facts import FactOf
from bot.domain.messages import Label, Message, Name
from bot.domain.places import Place, Point
from bot.flows.questions import (
    Asked,
    Choice,
    Day,
    Do,
    Fact,
    Many,
    Number,
    Option,
    Photos,
    Rating,
    Review,
    Say,
    Story,
    Text,
    Where,
    Within,
    YesNo,
)
from bot.flows.replay import Entry

T = TypeVar("T")

PLACES = (
    Place(
        "north",
        Name("North"),
        children=(
            Place("mill", Name("Mill"), "north", ("the mill",), Point(1.0, 1.0)),
            Place("lake", Name("Lake"), "north", (), Point(1.02, 1.0)),
        ),
    ),
    Place("south", Name("South"), centre=Point(0.9, 1.0)),
)

LAND = Country(
    key="land",
    name=Message("Land"),
    programme=Name("Land talks"),
    organisation=Name("The town"),
    prefix="LND",
    timezone="UTC",
    region="UY",
    languages=("en",),
    organiser_languages=("en",),
    places=PLACES,
    categories=(),
    emergency=(),
    help_lines=(),
    consent=Consent("1", (), Message("Yes?"), ()),
    calendar=Calendar(time(21), time(8), (6, 7)),
    outside=Message("That is outside."),
    place_question=Message("Where is it?"),
    level_names=(),
)


@dataclass(frozen=True, slots=True)
class OneLanguage:
    """A reader whose only language is the source's."""

    country: Country = LAND
    today: date = date(2026, 11, 25)

    def labels(self, label: Label) -> frozenset[str]:
        return frozenset({label.text if isinstance(label, Name) else label.source})

    def ended(self, texts: Iterable[str]) -> frozenset[str]:
        return frozenset()


@dataclass(frozen=True, slots=True)
class Known(FactOf[str]):
    """A fact about a subject; the answer says which."""

    about: str

    def subject(self) -> Any:
        return self.about

    def encode(self, value: str) -> Any:
        return value

    def decode(self, data: Any) -> str:
        if not isinstance(data, str):
            raise ValueError("not a fact")
        return data


@dataclass(slots=True)
class CountingWorld:
    """Knows everything, and counts what was looked up and done."""

    looked_up: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def look_up(self, fact: FactOf[T]) -> T:
        self.looked_up.append(str(fact.subject()))
        return fact.decode(f"known {fact.subject()}")

    def perform(self, command: object) -> None:
        self.done.append(str(command))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flow as data. `inner` follows where the answer is not the first option."""

    kind: str
    key: str
    options: tuple[str, ...] = ()
    optional: bool = False
    subject_of: str = ""
    """The key whose answer this one is about."""
    inner: tuple[Step, ...] = ()


QUESTIONS = (
    "choice", "many", "yes", "rating", "text", "story", "number", "day", "where", "photos",
)  # fmt: skip


async def walk(country: Country, steps: Sequence[Step], answers: dict[str, Any]) -> None:
    """Await every step in order, and what follows from the answers."""
    for step in steps:
        value = await take(step, country, answers)
        answers[step.key] = value
        branch = value not in (None, False) and bool(step.inner)
        if branch and step.kind == "within":
            continue
        if branch:
            await walk(country, step.inner, answers)


async def take(step: Step, country: Country, answers: dict[str, Any]) -> Any:
    about = repr(answers.get(step.subject_of)) if step.subject_of in answers else None
    line = Message(f"{step.key}?")
    more: dict[str, Any] = {"subject": about, "label": Message(step.key)}
    options = [Option(key, Message(key), key) for key in step.options]
    match step.kind:
        case "choice":
            return await Choice(step.key, line, options, optional=step.optional, **more)
        case "many":
            return await Many(step.key, line, options, optional=step.optional, **more)
        case "yes":
            return await YesNo(step.key, line, **more)
        case "rating":
            return await Rating(step.key, line, **more)
        case "text":
            return await Text(step.key, line, optional=step.optional, **more)
        case "story" if step.optional:
            return await Story(step.key, line, photos=2, optional=True, **more)
        case "story":
            return await Story(step.key, line, **more)
        case "number":
            return await Number(step.key, line, most=99, **more)
        case "day":
            return await Day(step.key, line, before=3, after=3, **more)
        case "where":
            return await Where(
                step.key, line, country.places, outside=country.outside, reach_m=3000, **more
            )
        case "photos":
            return await Photos(step.key, line, most=2, optional=True, **more)
        case "fact":
            return await Fact(step.key, Known(about or ""))
        case "say":
            return await Say(step.key, line, subject=about)
        case "do":
            return await Do(step.key, step.key, about)
        case "within":
            return await Within(step.key, walk, country, step.inner, {})
        case _:
            raise ValueError(step.kind)


def flow_of(steps: Sequence[Step]) -> Entry:
    """The steps, a review, and the answers as the end."""

    async def flow(country: Country) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        await walk(country, steps, answers)
        await Review("review")
        return answers

    return Entry("made up", flow)


def some_steps(chance: random.Random, most: int = 6, depth: int = 0) -> tuple[Step, ...]:
    """A flow that chance makes. Keys are unique in the whole of it."""
    steps: list[Step] = []
    for number in range(chance.randint(1, most)):
        kind = chance.choice((*QUESTIONS, "fact", "say", "do", "within"))
        if kind == "within" and depth:
            kind = "choice"
        key = f"{kind}{depth}{number}{chance.randrange(1000)}"
        inner: tuple[Step, ...] = ()
        branches = kind == "within" or (kind in {"choice", "yes"} and chance.random() < 0.4)
        if depth == 0 and branches:
            inner = some_steps(chance, 2, 1)
        asked = [step.key for step in steps if step.kind in QUESTIONS]
        steps.append(
            Step(
                kind,
                key,
                tuple(f"{name}{chance.randrange(100)}" for name in ("red", "green", "blue")),
                chance.random() < 0.3 and kind in {"choice", "many", "text", "story"},
                chance.choice(asked) if asked and chance.random() < 0.3 else "",
                inner,
            )
        )
    return tuple(steps)


def edited(chance: random.Random, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The flow after somebody has worked on it: added, removed, moved, renamed, split."""
    kept = list(steps)
    for _edit in range(chance.randint(1, 3)):
        at = chance.randrange(len(kept)) if kept else 0
        match chance.choice(("add", "remove", "move", "rename", "kind", "split", "optional")):
            case "add":
                kept.insert(at, replace(some_steps(chance, 1, 1)[0], inner=()))
            case "remove" if len(kept) > 1:
                kept.pop(at)
            case "move" if kept:
                kept.insert(chance.randrange(len(kept)), kept.pop(at))
            case "rename" if kept:
                kept[at] = replace(kept[at], options=("red", "violet"))
            case "kind" if kept and kept[at].options:
                kept[at] = replace(kept[at], kind=chance.choice(QUESTIONS), inner=())
            case "split" if kept:
                kept[at] = Step("within", f"part{chance.randrange(1000)}", inner=(kept[at],))
            case "optional" if kept:
                kept[at] = replace(kept[at], optional=not kept[at].optional)
            case _:
                continue
    unique = {step.key: step for step in kept}
    return tuple(unique.values())


__all__ = ["Asked", "CountingWorld", "OneLanguage", "Step", "edited", "flow_of", "some_steps"]
