"""Runs a conversation: a coroutine of questions, replayed from its answers at every turn.

The engine drives the coroutine by hand. It does no I/O: what the world knows or must do is asked
of the `World` that is handed in. It never raises for anything that a resident gives.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from bot.domain.country import Country
from bot.domain.messages import _
from bot.domain.operations import Button
from bot.flows.ahead import captioned, pared, told_aside, unmet_place, words_apart
from bot.flows.matching import match
from bot.flows.questions.agreement import CANCEL, SEND, Review
from bot.flows.questions.asked import (
    Answer,
    Given,
    Keep,
    Look,
    Pressed,
    Question,
    Reader,
    Reading,
    Typed,
    Unclear,
    Under,
)
from bot.flows.questions.options import DONE, called
from bot.flows.questions.photos import Photos
from bot.flows.questions.words import Story
from bot.flows.replay import Entry, FlowError, Line, Replay, World, replay, resumed, without_last
from bot.flows.state import AskedNow, Kept, State, replace

BACK, SKIP, STOP, MENU, PERSON = "!back", "!skip", "!cancel", "!menu", "!person"

# i18n: button
_BACK = Button(BACK, _("Back"), "↩️")
# i18n: button
_SKIP = Button(SKIP, _("Skip"), "⏭️")
# i18n: button
_STOP = Button(STOP, _("Cancel"), "✖️")
# i18n: button
_MENU = Button(MENU, _("Menu"), "🏠")
# i18n: button
_PERSON = Button(PERSON, _("A person, please"), "🙋")

MISSES_UNTIL_HELP = 3
"""After so many answers in a row that were not understood, the menu and a person are offered."""


@dataclass(frozen=True, slots=True)
class Control:
    """A control button or word: `BACK`, `SKIP` or `STOP` is its key."""

    key: str


@dataclass(frozen=True, slots=True)
class OnTable:
    """The question that now waits for an answer."""

    question: Question[Any]
    look: Look
    controls: tuple[Button, ...]
    serial: int


@dataclass(frozen=True, slots=True)
class Noted:
    """An answer for the interaction log: no words, and a choice only where `Keep.CHOICE` is."""

    key: str
    kind: str
    choice: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The conversation is over, with what the flow returned; None when it was cancelled."""

    result: Any
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn comes to. Either a question is on the table or the conversation has ended."""

    state: State
    lines: tuple[Line, ...] = ()
    table: OnTable | None = None
    end: Ended | None = None
    noted: Noted | None = None
    understood: bool = True


def advance(
    entry: Entry,
    country: Country,
    state: State,
    given: Given | Control | None,
    reader: Reader,
    world: World,
    source: str = "",
) -> Turn:
    """Take one turn. With nothing `given` the question on the table is shown (again).

    `source` is what the channel calls the message, so that an edit of it can be told from others.
    Raises `FlowError` for a mistake in the flow, and what the flow or the world raises.
    """
    run = replay(entry, country, state, world)
    # What this replay did must not be done again by the one that follows the answer.
    state = replace(state, done=tuple(run.done))
    if run.question is None:
        return _finish(state, run)
    if given is None or not _on_table(state, run):
        # The flow changed under the resident: the new question is shown, the input not consumed.
        return _show(entry, _unshown(state, run), run, reader, understood=given is None)
    if isinstance(given, Control):
        return _control(entry, country, state, run, given, reader, world)
    state = replace(state, before=())
    reading = _read(state, run, given, reader)
    if isinstance(reading, Unclear) and (parts := words_apart(run.question, given)):
        words, files = parts
        if not isinstance(_read(state, run, words, reader), Unclear):
            # It is the answer, and no part of the story: a number to call is kept there alone.
            early = told_aside(entry, country, state, run, files, reader, "", reading.line)
            if early is not None:
                state = replace(state, answers=early.answers)
            turn = advance(entry, country, state, words, reader, world, source)
            told = () if early is None else tuple(map(Line, early.lines))
            return dataclasses.replace(turn, lines=(*told, *turn.lines))
    if not isinstance(reading, Unclear):
        fuller = captioned(state, run, given, source)
        if fuller is not state:
            then = replay(entry, country, fuller, world)
            state, asked, run = fuller, run, then
            if not _on_table(state, run):
                sent = reading.value if isinstance(reading, Answer) else reading.partial
                return _show(entry, _held(state, asked, sent, source), run, reader)
    match reading:
        case Unclear(hint) if early := told_aside(
            entry, country, state, run, given, reader, source, hint
        ):
            misses = state.misses + 1 if early.missed else 0
            kept = replace(state, answers=early.answers, misses=misses, missed=early.source)
            noted = Noted(kept.answers[-1].key, early.kind, None) if early.kind else None
            # It may stand on the path, where it was told before.
            then = replay(entry, country, kept, world)
            if isinstance(run.question, Photos) and not _on_table(kept, then):
                kept = _held(kept, run, kept.partial, source)
            lines = tuple(map(Line, early.lines))
            return _show(entry, kept, then, reader, lines, noted=noted)
        case Unclear(line):
            missed = replace(state, misses=state.misses + 1, missed=source)
            return _show(entry, missed, run, reader, (Line(line),), understood=False)
        case Under(partial, lines):
            before = (state.partial,) if source and isinstance(given, Typed) else ()
            under = replace(state, partial=partial, misses=0, missed=source, before=before)
            return _show(entry, under, run, reader, tuple(Line(line) for line in lines))
        case Answer(value):
            return _answered(entry, country, state, run, value, reader, world, source)


def _held(state: State, run: Replay, sent: Any, source: str) -> State:
    """The state with what was sent so far as the answer to the question of `run`, where what came
    with it brings another question first."""
    if run.question is None or not sent:
        return state
    kept = Kept(run.question.key, run.about, sent, source)
    return replace(state, answers=(*state.answers, kept), partial=None)


def _unshown(state: State, run: Replay) -> State:
    """The state with the photos that were sent so far, where another question comes before them
    since they were asked for: as when somebody says elsewhere to be under age."""
    asked = state.asked
    if asked is None or asked.kind != Photos.kind or not state.partial:
        return state
    if run.question is None or run.question.key == asked.key:
        return state
    kept = Kept(asked.key, asked.about, state.partial)
    return replace(state, answers=(*state.answers, kept), partial=None)


def takes(state: State, table: OnTable, words: str, reader: Reader) -> bool:
    """Whether typed words certainly name an option on the table, and so are no control word."""
    buttons = table.look.buttons
    shown = tuple(button.key for button in buttons)
    if table.question.takes(words, shown, state.partial, reader) is not None:
        return True
    names = [called(item.key, item.label, reader, item.emoji) for item in buttons]
    return match(words, names, shown).certain


def reopen(state: State, key: str) -> State:
    """The state in which question `key` is asked once more, or the fact `key` looked up, after an
    end that was refused."""
    # The review is sent anew. It is always about something; who typed `send` as words is not it.
    kept = tuple(item for item in state.answers if not (item.value == SEND and item.about))
    return replace(state, answers=kept, editing=key, partial=None)


def _on_table(state: State, run: Replay) -> bool:
    """Whether the replay stopped at the question that the resident was shown."""
    shown, question = state.asked, run.question
    return (
        shown is not None
        and question is not None
        and (shown.key, shown.about, shown.kind) == (question.key, run.about, question.kind)
    )


def _read(state: State, run: Replay, given: Given, reader: Reader) -> Reading:
    question = run.question
    if question is None or state.asked is None:
        raise FlowError("no question on the table")
    shown = state.asked.shown
    if isinstance(question, Review):
        return question.read_on(given, shown, state.partial, tuple(run.passed), reader)
    return question.read(given, shown, state.partial, reader)


def _answered(
    entry: Entry,
    country: Country,
    state: State,
    run: Replay,
    value: Any,
    reader: Reader,
    world: World,
    source: str = "",
) -> Turn:
    question = run.question
    if question is None:
        raise FlowError("no question on the table")
    if isinstance(question, Review):
        if value == CANCEL:
            return _cancelled(state)
        if value != SEND:
            edited = replace(state, editing=value.removeprefix("edit:"), partial=None, misses=0)
            return again(entry, country, edited, reader, world)
    kept = Kept(question.key, run.about, value, source)
    known = {item.key for item in (*run.path, kept)}
    # At the review, what is off the path is erased.
    later = (
        ()
        if isinstance(question, Review)
        else tuple(item for item in state.answers if item.key not in known)
    )
    path = (*run.path, kept)
    later = pared(entry, country, path, later)
    coarse = pared(entry, country, path, path)
    after = replace(state, answers=(*coarse, *later), editing=None, partial=None, misses=0)
    if coarse == path:
        run.answer(kept, later, world)
    else:
        # An answer after the place made it coarse: what the flow was told is no longer so.
        run = replay(entry, country, after, world)
    # What leads to a protected flow would tell of it.
    tells = entry.locked or (run.question is not None and run.question.fleeting)
    return _come_to(entry, after, run, reader, None if tells else _note(question, value))


def _note(question: Question[Any], value: Any) -> Noted | None:
    match question.keep:
        case Keep.NOTHING:
            return None
        case _ if question.fleeting:
            return None
        case _ if value is None:
            return Noted(question.key, "skipped", None)
        case Keep.CHOICE:
            return Noted(question.key, question.kind, question.chosen(value))
        case Keep.KIND:
            return Noted(question.key, question.kind, None)


def again(entry: Entry, country: Country, state: State, reader: Reader, world: World) -> Turn:
    """Replay, and show the question that it comes to, or its end."""
    return _come_to(entry, state, replay(entry, country, state, world), reader)


def _come_to(
    entry: Entry,
    state: State,
    run: Replay,
    reader: Reader,
    noted: Noted | None = None,
    begun: Any = None,
) -> Turn:
    if run.question is None:
        return _finish(state, run, noted)
    return _show(entry, state, run, reader, noted=noted, begun=begun)


def _finish(state: State, run: Replay, noted: Noted | None = None) -> Turn:
    answers = (*run.path, *unmet_place(state, run))
    ended = replace(state, answers=answers, done=tuple(run.done), asked=None, partial=None)
    return Turn(ended, tuple(run.lines), end=Ended(run.result), noted=noted)


def _cancelled(state: State) -> Turn:
    gone = replace(state, answers=(), asked=None, partial=None, editing=None)
    return Turn(gone, end=Ended(None, cancelled=True))


def _show(
    entry: Entry,
    state: State,
    run: Replay,
    reader: Reader,
    lines: tuple[Line, ...] = (),
    understood: bool = True,
    noted: Noted | None = None,
    begun: Any = None,
) -> Turn:
    question = run.question
    if question is None:
        raise FlowError("no question to show")
    same = _on_table(state, run)
    partial = state.partial if same else begun or resumed(state, run)
    look = question.look(partial, tuple(run.passed), reader)
    serial = state.asked.serial if same and state.asked is not None else state.serial + 1
    on_path = {kept.key for kept in run.path}
    later = () if question.fleeting else tuple(k for k in state.answers if k.key not in on_path)
    shown = tuple(button.key for button in look.buttons)
    kept = replace(
        state,
        answers=(*run.path, *later),
        done=tuple(run.done),
        asked=AskedNow(question.key, run.about, serial, shown, question.kind, question.fleeting),
        partial=partial,
        serial=max(serial, state.serial),
        misses=state.misses if same else 0,
        missed=state.missed if same else "",
        before=state.before if same else (),
        editing=state.editing if state.editing == question.key else None,
    )
    controls = (*look.more, *_controls(entry, kept, run, question))
    table = OnTable(question, look, controls, serial)
    return Turn(kept, (*run.lines, *lines), table, noted=noted, understood=understood)


def _controls(
    entry: Entry, state: State, run: Replay, question: Question[Any]
) -> tuple[Button, ...]:
    controls = []
    if question.optional and not state.partial:
        controls.append(_SKIP)
    if run.passed or state.partial or state.editing:
        controls.append(_BACK)
    if entry.helped and state.misses >= MISSES_UNTIL_HELP:
        controls += [_MENU, _PERSON]
    if entry.cancel and run.passed and not isinstance(question, Review):
        controls.append(_STOP)
    return tuple(controls)


def _control(
    entry: Entry,
    country: Country,
    state: State,
    run: Replay,
    control: Control,
    reader: Reader,
    world: World,
) -> Turn:
    question = run.question
    if question is None:
        return _finish(state, run)
    if control.key == STOP and entry.cancel:
        return _cancelled(state)
    if control.key == SKIP and state.asked is not None and DONE in state.asked.shown:
        # Nothing more, thank you: what was ticked or sent already is not thrown away.
        return advance(entry, country, state, Pressed(DONE), reader, world)
    if control.key == SKIP and question.optional:
        return _answered(entry, country, state, run, None, reader, world)
    if control.key == SKIP and (instead := question.left_out(state.partial)) is not None:
        return _answered(entry, country, state, run, instead, reader, world)
    if control.key == BACK:
        if state.partial not in (None, resumed(state, run)):
            return _show(entry, replace(state, partial=None, misses=0), run, reader)
        if state.editing is not None:
            return again(entry, country, replace(state, editing=None), reader, world)
        if run.passed:
            before = without_last(state, run)
            then = replay(entry, country, before, world)
            photos = resumed(state, then) if isinstance(then.question, Story) else None
            return _come_to(entry, before, then, reader, begun=photos)
        return _show(entry, state, run, reader, (Line(_("This is the first question.")),))
    if control.key == SKIP:
        return _show(
            entry, state, run, reader, (Line(_("We need this one, sorry.")),), understood=False
        )
    return _show(entry, state, run, reader)
