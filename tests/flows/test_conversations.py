"""Whole conversations that chance leads, with detours, old buttons and releases in between."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.inbound import Attachment, Location
from bot.flows.engine import BACK, SKIP, STOP, Control, Turn, advance
from bot.flows.questions.asked import Given, Pressed, Typed
from bot.flows.questions.options import DONE
from bot.flows.replay import Entry
from bot.flows.state import State, dump_state, load_state
from tests.examples import examples
from tests.flows.made_up import (
    LAND,
    QUESTIONS,
    CountingWorld,
    OneLanguage,
    Step,
    flow_of,
    some_steps,
)

READER = OneLanguage()
SCRIPTS = "aZ9é̂٣۳๓３²①½ßİıสวัスﷺ漢\u200b\u200d\ufe0f🏿👍\x00\ud800\n \U0010ffff"
WORDS = (
    "1", "2.", "(2)", "2️⃣", "٣", "²", "①", "½", "0", "-1", "9" * 400, "1E3153", "Infinity",
    "12 homes", "red", "rde", "blue please", "yes", "👍🏿", "✅", "no", "Mill", "mil", "north",
    "not in the list", "today", "24/12", "31/2", "that is all", "the photo is enough", "send it",
    "change it", "cancel", "send", "!done", "", " ", "x" * 5000, "some words", "1 3", "1 2 3 4",
)  # fmt: skip
MANY_TURNS = 150
PHOTO = partial(Attachment, "photo", "n", "image/jpeg", 1)


def take(entry: Entry, state: State, given: Given | Control | None, world: CountingWorld) -> Turn:
    """One turn over a state that was stored in between; never both or neither of its ends."""
    stored = load_state(dump_state(state))
    assert stored == state
    turn = advance(entry, LAND, stored, given, READER, world)
    assert (turn.table is None) == (turn.end is not None)
    assert load_state(dump_state(turn.state)) == turn.state
    return turn


def a_photo(chance: random.Random) -> Attachment:
    caption = chance.choice(("", "", "it leaks", "…"))
    return PHOTO(ref=f"r{chance.randrange(9)}", caption=caption)


def something(chance: random.Random, turn: Turn, old: list[str]) -> Given | Control:
    """Whatever a resident may do at a question: sensible, mistaken, late or odd."""
    assert turn.table is not None
    keys = [button.key for button in (*turn.table.look.buttons, *turn.table.controls)]
    old += keys
    match chance.randrange(10):
        case 0 | 1 | 2 if keys:
            return press(chance.choice(keys))
        case 3:
            return press(chance.choice(old or ["x"]))
        case 4:
            return Typed("".join(chance.choice(SCRIPTS) for _sign in range(chance.randrange(9))))
        case 5 | 6:
            return Typed(chance.choice(WORDS))
        case 7:
            return a_photo(chance)
        case 8:
            return chance.choice(
                (
                    Location(chance.uniform(-91, 91), chance.uniform(-181, 181)),
                    Location(1.0, 1.0),
                    Location(float("nan"), float("inf")),
                    Attachment("voice", "v", "audio/ogg", 1, chance.choice((None, 0.5, 9)), "v1"),
                )
            )
        case _:
            return Control(chance.choice((BACK, BACK, SKIP, STOP, "!odd")))


def press(key: str) -> Given | Control:
    return Control(key) if key in {BACK, SKIP, STOP} else Pressed(key)


def right(chance: random.Random, turn: Turn) -> Given:
    """Something that brings the question on the table nearer to its answer."""
    assert turn.table is not None
    keys = [button.key for button in turn.table.look.buttons]
    if "send" in keys:
        return Pressed("send")
    if "!done" in keys:
        return Pressed("!done")
    match turn.table.question.kind:
        case "text" | "story":
            return Typed(chance.choice(("some words", "send", "ok 3")))
        case "number":
            return Typed(str(chance.randrange(100)))
        case "photos":
            return a_photo(chance)
        case _:
            return Pressed(chance.choice([key for key in keys if key != "elsewhere"]))


def finish(
    entry: Entry, turn: Turn, world: CountingWorld, chance: random.Random
) -> tuple[Turn, list[tuple[str, Given]]]:
    """Answer rightly until the end; also what was given at which question."""
    said: list[tuple[str, Given]] = []
    for _turn in range(MANY_TURNS):
        if turn.table is None:
            return turn, said
        given = right(chance, turn)
        said.append((turn.table.question.key, given))
        turn = take(entry, turn.state, given, world)
        assert turn.understood, said[-1]
    raise AssertionError("the conversation has no end")


def reworked(chance: random.Random, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The flow after its next release, at any depth. Its keys are still unique."""
    kept = list(steps)
    at = chance.randrange(len(kept)) if kept else 0
    step = kept[at] if kept else Step("text", "first")
    edit = chance.choice(
        ("add", "remove", "move", "options", "order", "kind", "split", "join", "optional",
         "subject", "inner", "inner", "retype")
    )  # fmt: skip
    match edit:
        case "add":
            kept.insert(at, replace(some_steps(chance, 1, 1)[0], inner=()))
        case "remove" if len(kept) > 1:
            kept.pop(at)
        case "move":
            kept.insert(chance.randrange(len(kept) + 1), kept.pop(at)) if kept else None
        case "options" if step.options:
            kept[at] = replace(step, options=(*step.options[1:], f"new{chance.randrange(99)}"))
        case "order" if step.options:
            kept[at] = replace(step, options=tuple(reversed(step.options)))
        case "kind" if step.options:
            kept[at] = replace(step, kind=chance.choice(QUESTIONS), inner=())
        case "retype" if step.options:
            kept[at] = replace(step, kind=chance.choice(("fact", "say", "do", *QUESTIONS)))
        case "split" if kept:
            kept[at] = Step("within", f"part{chance.randrange(1000)}", inner=(step,))
        case "join" if step.kind == "within":
            kept[at : at + 1] = step.inner
        case "optional" if kept:
            kept[at] = replace(step, optional=not step.optional)
        case "subject" if kept:
            kept[at] = replace(step, subject_of=chance.choice(kept).key)
        case "inner" if step.inner:
            kept[at] = replace(step, inner=reworked(chance, step.inner))
        case _:
            pass
    return tuple(unique(kept, set()))


def unique(steps: list[Step], met: set[str]) -> list[Step]:
    found = []
    for step in steps:
        if step.key not in met:
            met.add(step.key)
            scope = set[str]() if step.kind == "within" else met
            found.append(replace(step, inner=tuple(unique(list(step.inner), scope))))
    return found


@examples(250)
@given(st.integers(0, 2**32))
def test_a_conversation_goes_on_through_any_detour_and_any_release(seed: int) -> None:
    chance = random.Random(seed)
    releases = [some_steps(chance)]
    world, old = CountingWorld(), ["category", "edit:x", "send", "change", "yes"]
    entry = flow_of(releases[-1])
    turn = take(entry, State("made up"), None, world)
    for _turn in range(chance.randrange(25)):
        if turn.table is None:
            turn = take(entry, State("made up", done=turn.state.done), None, world)
        if chance.random() < 0.2:
            # A release, or the roll-back of one.
            releases.append(reworked(chance, chance.choice(releases[-3:])))
            entry = flow_of(releases[-1])
        if turn.table is None:
            continue
        sensible = chance.random() < 0.5
        given = right(chance, turn) if sensible else something(chance, turn, old)
        turn = take(entry, turn.state, given, world)
    done = [(kept.key, kept.about) for kept in turn.state.done]
    assert len(set(done)) == len(done) == len(world.done), "carried out twice, or unnoted"
    turn = take(entry, turn.state, None, world)
    assert finish(entry, turn, world, chance)[0].end is not None


@examples(150)
@given(st.integers(0, 2**32))
def test_the_end_is_that_of_the_same_words_said_in_order(seed: int) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance)), CountingWorld()
    turn = take(entry, State("made up"), None, world)
    said: dict[tuple[str, str], list[Given | Control]] = {}
    saying: list[Given | Control] = []
    for number in range(MANY_TURNS):
        if turn.table is None:
            break
        asked = turn.state.asked
        assert asked is not None
        detour = number < 40 and chance.random() < 0.4
        given = something(chance, turn, ["yes"]) if detour else right(chance, turn)
        if given == Control(STOP) or (given == Pressed("cancel") and "review" in asked.key):
            continue
        if isinstance(given, Attachment) and given.kind not in turn.table.look.wants:
            continue  # It goes with a story that was told before, until that is told anew.
        after = take(entry, turn.state, given, world)
        saying.append(given)
        now = after.state.asked
        if now is None or (now.key, now.about, now.serial) != (
            asked.key,
            asked.about,
            asked.serial,
        ):
            if given != Control(BACK) and not (
                isinstance(given, Pressed | Typed) and after.state.editing
            ):
                ticked = [kept.value for kept in after.state.answers if kept.key == asked.key]
                if asked.kind == "many" and isinstance(ticked[0], list):
                    # One that is edited begins with what was ticked before.
                    saying = [*(Pressed(key) for key in ticked[0]), Pressed(DONE)]
                elif turn.state.editing is not None and isinstance(ticked[0], dict):
                    # A story that is told anew keeps its photos.
                    sent = [given.ref for given in saying if isinstance(given, Attachment)]
                    kept = [ref for ref in ticked[0].get("photos", ()) if ref not in sent]
                    saying = [*(PHOTO(ref=ref) for ref in kept), *saying]
                said[asked.key, asked.about] = saying
            saying = []
        turn = after
    assert turn.end is not None
    straight = CountingWorld()
    again = take(entry, State("made up"), None, straight)
    for _question in range(MANY_TURNS):
        if again.table is None:
            break
        asked = again.state.asked
        assert asked is not None
        words = said.get((asked.key, asked.about), [Pressed("send")])
        for given in words:
            again = take(entry, again.state, given, straight)
    assert again.end == turn.end


def used(turn: Turn) -> dict[str, tuple[str, object]]:
    """What is kept of the conversation, by key."""
    return {kept.key: (kept.about, kept.value) for kept in turn.state.answers}


@examples(120)
@given(st.integers(0, 2**32))
def test_an_edit_at_the_review_asks_for_that_answer_and_for_what_depends_on_it(seed: int) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance)), CountingWorld()
    turn = at_review(entry, take(entry, State("made up"), None, world), world, chance)[0]
    for _edit in range(3):
        assert turn.table is not None
        summary, before = turn.table.look.summary, used(turn)
        turn = take(entry, turn.state, Pressed("change"), world)
        assert turn.table is not None
        edits = [key for item in turn.table.look.buttons if (key := item.key).startswith("edit:")]
        if not edits:
            return
        picked = chance.choice(edits)
        key = picked.removeprefix("edit:")
        turn = take(entry, turn.state, Pressed(picked), world)
        assert turn.table is not None
        assert turn.table.question.key == key
        assert used(turn) == before, "the old answer went before the new one was in"
        if chance.random() < 0.3:
            turn = take(entry, turn.state, Control(BACK), world)
            assert turn.table is not None
            assert turn.table.look.summary == summary
            continue
        turn, asked = at_review(entry, turn, world, chance)
        now = used(turn)
        for other, about in asked.items():
            if other != key:
                assert other not in before or before[other][0] != about, "asked for no reason"
        for other, (about, value) in before.items():
            if other not in asked and other != "review" and now[other][0] == about:
                assert now[other][1] == value, "another answer was changed"


def at_review(
    entry: Entry, turn: Turn, world: CountingWorld, chance: random.Random
) -> tuple[Turn, dict[str, str]]:
    """Answer rightly until the review; also which questions were asked, and about what."""
    asked: dict[str, str] = {}
    for _turn in range(MANY_TURNS):
        assert turn.table is not None
        assert turn.state.asked is not None
        if turn.table.question.kind == "review":
            return turn, asked
        asked[turn.state.asked.key] = turn.state.asked.about
        turn = take(entry, turn.state, right(chance, turn), world)
    raise AssertionError("there is no review")
