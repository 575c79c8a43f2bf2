"""What is told before it is asked for: a story, or where it is. The path meets it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.country import Country
from bot.domain.inbound import Location
from bot.domain.messages import Message, _
from bot.flows.questions.asked import Answer, Given, Under
from bot.flows.questions.choice import Choice
from bot.flows.questions.words import Story
from bot.flows.replay import Entry, Replay
from bot.flows.state import Kept, State, replace

PLACE = "place"
"""The key of the question where something is, in every flow that asks for it."""

KEPT_AHEAD = _("Thank you, we have kept what you told us. Now choose what it is about.")
_KEPT_PLACE = _("Thank you, we have the place.")


@dataclass(frozen=True, slots=True)
class Early:
    """All answers with what was told ahead as the last of them, and what is said to it."""

    answers: tuple[Kept, ...]
    lines: tuple[Message, ...]
    kind: str = ""
    """Of the question that it answers; '' where nothing is kept."""


def told_ahead(
    entry: Entry, country: Country, state: State, run: Replay, given: Given, source: str
) -> Early | None:
    """What is kept of an answer that the question on the table does not understand; None where
    it answers no later one either."""
    if isinstance(given, Location):
        return _placed_ahead(entry, country, state, run, given, source)
    ahead = run.question.ahead if isinstance(run.question, Choice) else None
    if ahead is None:
        return None
    before = next((kept for kept in state.answers if kept.key == ahead.key), None)
    # An edit replaces what it edits; anything else is told beside what was told before.
    beside = before is not None and not (source and before.source == source)
    value = ahead.read(given, before.value if before is not None and beside else None)
    if value is None:
        return None
    return Early(_with(state, Kept(ahead.key, "", value, source)), (KEPT_AHEAD,), Story.kind)


def _placed_ahead(
    entry: Entry, country: Country, state: State, run: Replay, given: Location, source: str
) -> Early | None:
    asked = run.question
    if entry.place is None or asked is None or asked.fleeting:
        return None
    if any(kept.key == PLACE for kept in run.path):
        return None
    where = entry.place(country, run.path)
    match where.read_ahead(given):
        case Answer(value):
            kept = Kept(PLACE, "", value, source)
            return Early(_with(state, kept), (_KEPT_PLACE,), where.kind)
        case Under(_, lines):
            told = tuple(line for line in lines if isinstance(line, Message))
            return Early(state.answers, told)
        case _:
            return None


def _with(state: State, kept: Kept) -> tuple[Kept, ...]:
    return (*(other for other in state.answers if other.key != kept.key), kept)


def pared(
    entry: Entry, country: Country, path: Sequence[Kept], later: Sequence[Kept]
) -> tuple[Kept, ...]:
    """What waits to be met, without the point of a place that may not be kept on this path."""
    if entry.place is None or all(kept.key != PLACE for kept in later):
        return tuple(later)
    where = entry.place(country, path)
    return tuple(
        replace(kept, value=where.pared(kept.value)) if kept.key == PLACE else kept
        for kept in later
    )


def unmet_place(state: State, run: Replay) -> tuple[Kept, ...]:
    """A place that a flow came to its end without asking for: what it opens may ask for it."""
    met = {kept.key for kept in run.path}
    return tuple(kept for kept in state.answers if kept.key == PLACE and kept.key not in met)


def answer_of(path: Sequence[Kept], key: str) -> Any:
    """The answer (as JSON) that a path has for a key; None where it has none."""
    return next((kept.value for kept in path if kept.key == key), None)
