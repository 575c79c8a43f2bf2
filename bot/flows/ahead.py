"""What is told out of its turn: before it is asked for, or more of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.country import Country
from bot.domain.inbound import Album, Attachment, Location
from bot.domain.messages import Message, _
from bot.flows.questions.asked import Answer, Given, Question, Reader, Typed, Under
from bot.flows.questions.choice import Choice
from bot.flows.questions.photos import (
    TOO_MANY_PHOTOS,
    Photos,
    files_of,
    pictures_of,
    without_captions,
)
from bot.flows.questions.told import (
    Ahead,
    has_captions,
    has_words,
    tells,
    told_more,
    why_no_voice,
    with_captions,
    with_photos,
    with_voice,
)
from bot.flows.questions.where import Where
from bot.flows.questions.words import Story
from bot.flows.replay import Entry, Replay
from bot.flows.state import Kept, State, has_files, replace

PLACE = "place"
"""The key of the question where something is, in every flow that asks for it."""

NEAR = "detail"
"""And of the words that say where in an area it is, which are asked for in place of a point."""

KEPT_AHEAD = _("Thank you, we have kept what you told us. Now choose what it is about.")
_KEPT = _("Thank you, we have kept what you told us.")
_KEPT_MORE = _("Thank you, we have added that to what you told us.")
_KEPT_PLACE = _("Thank you, we have the place.")
_NO_MAP = _("Thank you. We cannot tell the place from a map here, so we will ask you for it soon.")


def where_in(country: Country, line: Message, exact: bool, after_story: bool = False) -> Where:
    """The question where something is in a country."""
    return Where(
        PLACE,
        line,
        country.places,
        outside=country.outside,
        reach_m=country.reach_m,
        exact=exact,
        after_story=after_story,
        label=_("Place"),
    )


@dataclass(frozen=True, slots=True)
class Early:
    """All answers with what was told ahead as the last of them, and what is said to it."""

    answers: tuple[Kept, ...]
    lines: tuple[Message, ...]
    kind: str = ""
    """Of the question that it answers; '' where nothing is kept."""
    source: str = ""
    """What the message is called where an edit of it would be said anew."""
    missed: bool = False
    """Whether the question on the table is no nearer to its answer."""


def told_aside(
    entry: Entry,
    country: Country,
    state: State,
    run: Replay,
    given: Given,
    reader: Reader,
    source: str,
    hint: Message,
) -> Early | None:
    """What is kept of an answer that the question on the table does not understand; None where
    it answers no other one either. `hint` says what that question would understand."""
    match given, run.question:
        case Location(), _:
            return _placed_ahead(entry, country, state, run, given, source)
        case Typed(words), Photos(story=story) as asked if story and not asked.tells_nothing(
            given, reader
        ):
            return _told_more(state, run, story, words, source)
        case _, Choice(ahead=Ahead() as ahead):
            return _told_ahead(state, ahead, given, source)
        case Typed(words), (Where(after_story=True) | Choice(after_story=True)) if tells(words):
            return _said_aside(state, run, words, source, hint)
        case ((Attachment() | Album()), Question(fleeting=False)):
            return _sent_aside(state, run, given, source)
        case _:
            return None


def _told_ahead(state: State, ahead: Ahead, given: Given, source: str) -> Early | None:
    before = next((kept for kept in state.answers if kept.key == ahead.key), None)
    value = ahead.read(given, None if before is None else before.value, source)
    if value is None:
        return None
    if before is not None and before.value.get("text"):
        # Each message's words stand apart, so that an edit of it changes them alone.
        kept = replace(before, value=value)
        return Early(_with(state, kept), (KEPT_AHEAD,), Story.kind)
    kept = Kept(ahead.key, "", value, source)
    return Early(_with(state, kept), (KEPT_AHEAD,), Story.kind, source)


def _told_more(state: State, run: Replay, key: str, words: str, source: str) -> Early | None:
    told = next((kept for kept in run.path if kept.key == key), None)
    value = None if told is None else told_more(told.value, words, source)
    if told is None or value is None:
        return None
    kept = replace(told, value=value, source=told.source if told.value else source)
    return Early(_with(state, kept), (_KEPT_MORE if told.value else _KEPT,), Story.kind)


def _said_aside(state: State, run: Replay, words: str, source: str, hint: Message) -> Early | None:
    """A sentence that comes after the story and is no answer: people tell in several messages."""
    story = _story_of(run)
    early = None if story is None else _told_more(state, run, story[1].key, words, source)
    if early is None:
        return None
    return Early(early.answers, (*early.lines, hint), early.kind, missed=True)


def _sent_aside(state: State, run: Replay, given: Attachment | Album, source: str) -> Early | None:
    """Files that come after the story and answer nothing else: they go with it."""
    story = _story_of(run)
    if story is None:
        return None
    question, told = story
    files, pictures = files_of(given), pictures_of(given)
    before: dict[str, Any] = told.value or {"photos": []}
    value, answers = before, state.answers
    photos = next((item for item in run.passed if isinstance(item.question, Photos)), None)
    if pictures and photos is None:
        value = with_photos(value, pictures, question.photos)
    elif pictures and photos is not None:
        key, joined = photos.question.key, photos.question.join(photos.value, pictures)
        answers = tuple(
            replace(kept, value=joined) if kept.key == key else kept for kept in answers
        )
    lines = []
    for file in files:
        if file.kind != "voice":
            continue
        if why := why_no_voice(value, file, question.voice_later):
            lines.append(why)
        else:
            value = with_voice(value, file.ref)
    refs = [file.ref for file in pictures]
    full = refs and not has_files([value, *(kept.value for kept in answers)], refs)
    if full and question.photos:
        lines.append(TOO_MANY_PHOTOS(most=question.photos))
    if value == before and answers == state.answers and not has_captions(files):
        return Early(answers, tuple(lines)) if lines else None
    value = with_captions(value, files, source)
    answers = (*(item for item in answers if item.key != told.key), replace(told, value=value))
    lines.append(_KEPT_MORE if told.value else _KEPT)
    return Early(answers, tuple(lines), Story.kind)


def _story_of(run: Replay) -> tuple[Story[Any], Kept] | None:
    """The last story that was told on a path, or skipped, with its question."""
    for passed in reversed(run.passed):
        if isinstance(passed.question, Story):
            key = passed.question.key
            return passed.question, next(kept for kept in run.path if kept.key == key)
    return None


def words_apart(asked: Question[Any] | None, given: Given) -> tuple[Typed, Given] | None:
    """What stands under files where one of a few answers is asked for, and the files without it;
    None where there is no such thing, or more than one."""
    match given, asked:
        case ((Attachment() | Album()), (Where() | Choice(ahead=None))):
            words = [file.caption for file in files_of(given) if has_words(file.caption)]
            return (Typed(words[0]), without_captions(given)) if len(words) == 1 else None
        case _:
            return None


def captioned(state: State, run: Replay, given: Given, source: str) -> State:
    """The state with what stands under photos that answer a question for them: it is of the
    story."""
    match given, run.question:
        case ((Attachment() | Album()), Photos(story=story)) if story and pictures_of(given):
            told = next((kept for kept in run.path if kept.key == story), None)
            pictures = pictures_of(given)
            if told is None or not (told.value or has_captions(pictures)):
                return state
            value = with_captions(told.value or {"photos": []}, pictures, source)
            return replace(state, answers=_with(state, replace(told, value=value)))
        case _:
            return state


def _placed_ahead(
    entry: Entry, country: Country, state: State, run: Replay, given: Location, source: str
) -> Early | None:
    asked = run.question
    if entry.place is None or asked is None or asked.fleeting:
        return None
    where = entry.place(country, run.path)
    named, near = answer_of(run.path, PLACE), answer_of(run.path, NEAR)
    if named is not None and (named.get("point") or near or not where.exact):
        return None  # There is nothing to add to it, or it would take words away.
    match where.read_ahead(given):
        case Answer(value):
            kept = Kept(PLACE, "", value, source)
            return Early(_with(state, kept), (_KEPT_PLACE,), where.kind, source)
        case Under(_, lines):
            told = tuple(line for line in lines if isinstance(line, Message))
            return Early(state.answers, told, source=source)
        case _ if asked.key == PLACE:
            return None
        case _:
            return Early(state.answers, (_NO_MAP,), source=source)


def _with(state: State, kept: Kept) -> tuple[Kept, ...]:
    return (*(other for other in state.answers if other.key != kept.key), kept)


def pared(
    entry: Entry, country: Country, path: Sequence[Kept], answers: Sequence[Kept]
) -> tuple[Kept, ...]:
    """Answers without the point of a place that may not be kept on this path."""
    if entry.place is None or all(kept.key != PLACE for kept in answers):
        return tuple(answers)
    where = entry.place(country, path)
    return tuple(
        replace(kept, value=where.pared(kept.value)) if kept.key == PLACE else kept
        for kept in answers
    )


def unmet_place(state: State, run: Replay) -> tuple[Kept, ...]:
    """A place that a flow came to its end without asking for: what it opens may ask for it."""
    met = {kept.key for kept in run.path}
    return tuple(kept for kept in state.answers if kept.key == PLACE and kept.key not in met)


def answer_of(path: Sequence[Kept], key: str) -> Any:
    """The answer (as JSON) that a path has for a key; None where it has none."""
    return next((kept.value for kept in path if kept.key == key), None)
