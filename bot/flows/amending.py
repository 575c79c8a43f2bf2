"""Changes an answer that was given before: its words were edited, or more of its album came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.country import Country
from bot.domain.inbound import Attachment
from bot.flows.engine import Turn, again
from bot.flows.questions.asked import (
    Answer,
    Question,
    Reader,
    Unclear,
    Under,
)
from bot.flows.questions.choice import Choice
from bot.flows.questions.told import amend_later, later_words
from bot.flows.questions.ways import is_to_be_sealed
from bot.flows.replay import UNREADABLE, Entry, Replay, World, replay
from bot.flows.state import Kept, State, has_files, replace


def amend(
    entry: Entry,
    country: Country,
    state: State,
    source: str,
    words: str,
    reader: Reader,
    world: World,
) -> Turn | Unclear | None:
    """Put other words in the place of the answer that came with the message `source`.

    The question on the table stays there, as far as the changed answer still leads to it. None
    where no answer came with that message; `Unclear` where the new words are none, and the
    earlier answer stays.
    """
    kept = next((item for item in state.answers if source and source in _sources(item)), None)
    if kept is None:
        return None
    run = replay(entry, country, replace(state, editing=kept.key), world)
    reading = _read(run, kept, words, source, reader)
    if not isinstance(reading, Answer):
        return reading
    answers = tuple(
        replace(item, value=reading.value) if item is kept else item for item in state.answers
    )
    amended = replace(state, answers=answers, done=tuple(run.done))
    return again(entry, country, amended, reader, world)


def sources_of(answers: Sequence[Kept]) -> list[str]:
    """The messages that brought these answers, as far as they are known; without those whose
    changed words would be kept in the clear beside what is sealed."""
    return [
        source
        for kept in answers
        if not is_to_be_sealed(kept.value)
        for source in _sources(kept)
        if source
    ]


def words_of(answers: Sequence[Kept], source: str) -> Iterator[str]:
    """The words of stories that the message `source` brought."""
    for kept in answers:
        if source and kept.source == source and isinstance(kept.value, dict):
            yield str(kept.value.get("text", ""))
        yield from (words for ref, words in later_words(kept.value) if source and ref == source)


def takes_back(before: State, after: State) -> bool:
    """Whether an answer that would be sealed once it is sent is there no more."""
    return any(
        is_to_be_sealed(kept.value) and kept.value not in [item.value for item in after.answers]
        for kept in before.answers
    )


def _sources(kept: Kept) -> tuple[str, ...]:
    return (kept.source, *(source for source, _words in later_words(kept.value)))


def _read(
    run: Replay, kept: Kept, words: str, source: str, reader: Reader
) -> Answer | Unclear | None:
    """The words in the place of an answer, where the flow asks for it or is told it ahead."""
    question = run.question
    if kept.source != source and question is not None:
        later = amend_later(kept.value, words, source, reader)
        return Unclear(question.line) if later is None else Answer(later)
    if isinstance(question, Choice) and question.ahead and question.ahead.key == kept.key:
        told = question.ahead.amend(kept.value, words, reader)
        return Unclear(question.line) if told is None else Answer(told)
    if question is None or question.key != kept.key or not _stands(question, kept.value):
        return None
    buttons = question.look(None, tuple(run.passed), reader).buttons
    shown = tuple(button.key for button in buttons)
    # A number counts the options of the screen it was typed at, which may have been another one.
    numbered = shown if question.chosen(kept.value) in shown else ()
    reading = question.amend(kept.value, words, numbered, reader)
    return Unclear(question.line) if isinstance(reading, Under) else reading


def join(
    entry: Entry,
    country: Country,
    state: State,
    refs: Sequence[str],
    files: Sequence[Attachment],
    reader: Reader,
    world: World,
) -> Turn | None:
    """Put more files of an album into the answer that has `refs` of it already.

    None where no answer on the path has any. The question on the table stays, as above.
    """
    run = replay(entry, country, state, world)
    for passed in run.passed:
        joined = (
            passed.question.join(passed.value, files) if has_files(passed.value, refs) else None
        )
        if joined is None:
            continue
        answers = tuple(
            replace(item, value=joined) if item.key == passed.question.key else item
            for item in state.answers
        )
        fuller = replace(state, answers=answers, done=tuple(run.done))
        return again(entry, country, fuller, reader, world)
    return None


def _stands(question: Question[Any], value: Any) -> bool:
    try:
        question.decode(value)
    except UNREADABLE:
        return False
    return True
