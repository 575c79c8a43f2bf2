"""A question asked by itself: what it makes of an answer."""

from __future__ import annotations

from typing import Any

from bot.domain.messages import Message
from bot.flows.questions import Option, Question
from bot.flows.questions.asked import Answer, Given, Reading, Typed, Unclear
from tests.flows.made_up import OneLanguage

READER = OneLanguage()
ASK = Message("What?")


def options(*keys: str) -> list[Option[str]]:
    return [Option(key, Message(key), key) for key in keys]


def read(question: Question[Any], given: Given | str, partial: Any = None) -> Reading:
    """Read an answer to the question as it is shown with `partial` under way."""
    shown = tuple(button.key for button in question.look(partial, (), READER).buttons)
    said = Typed(given) if isinstance(given, str) else given
    return question.read(said, shown, partial, READER)


def answer(question: Question[Any], given: Given | str, partial: Any = None) -> Any:
    """The answer as the flow gets it. Fails where it is none."""
    reading = read(question, given, partial)
    assert isinstance(reading, Answer), reading
    return question.decode(reading.value)


def hint(question: Question[Any], given: Given | str, partial: Any = None) -> str:
    """What is said to an answer that is none."""
    reading = read(question, given, partial)
    assert isinstance(reading, Unclear), reading
    line = reading.line
    return line.source.format(**{name: str(value) for name, value in line.values})
