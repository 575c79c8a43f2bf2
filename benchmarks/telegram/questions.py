"""The form that the other frameworks ask, and what everybody answers."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.turns import answers_of

TOKEN = "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

QUESTIONS = (
    "What is the problem?",
    "Tell us what you see. Please do not name people.",
    "Where is it?",
    "When did it start?",
    "Could it hurt someone today?",
)
THANKS = "Thank you. Your number is 42."


def form(number: int) -> Sequence[str]:
    """The five answers, after the command that begins."""
    _category, story, place, _near, _photo, since, danger, _send = answers_of(number)
    return ("/report", "1", story, place, since, danger)


def door(number: int) -> Sequence[str]:
    """What a resident of ours goes through once: hello, language, consent."""
    return ("/start", "English", "yes")


def report(number: int) -> Sequence[str]:
    """A whole report of ours: eight questions, review and receipt."""
    return ("/report", *answers_of(number))
