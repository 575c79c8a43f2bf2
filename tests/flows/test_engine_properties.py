"""What holds for every flow, every edit of it, and everything that a resident may do.

The state is dumped as JSON and reloaded at every turn, so that saving is proved by each of these.
"""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.inbound import Attachment, Location
from bot.flows.engine import BACK, SKIP, Control, Turn, advance
from bot.flows.questions.amounts import Day, Number
from bot.flows.questions.asked import Given, Pressed, Typed
from bot.flows.questions.photos import Photos
from bot.flows.questions.where import Where
from bot.flows.questions.words import Story
from bot.flows.replay import Entry
from bot.flows.state import State, dump_state, load_state, replace
from tests.examples import examples
from tests.flows.made_up import LAND, CountingWorld, OneLanguage, edited, flow_of, some_steps

READER = OneLanguage()
seeds = st.integers(0, 2**32)

anything: st.SearchStrategy[Given | Control] = st.one_of(
    st.builds(Typed, st.text(max_size=20)),
    st.builds(
        Typed,
        st.sampled_from(
            ["1", "2", "2️⃣", "(3)", "٣", "²", "red", "Mill", "the mill please", "yes", "no", "👍🏿",
             "12 homes", "1E99", "today", "24/12", "send it", "change it", "x" * 5000, "", "-3"]
        ),
    ),
    st.builds(Pressed, st.sampled_from(["yes", "no", "send", "change", "cancel", "!done", "x"])),
    st.builds(Location, st.floats(-91, 91), st.floats(-181, 181)),
    st.builds(
        Attachment,
        st.sampled_from(["photo", "voice"]),
        st.just("n"),
        st.just("t"),
        st.just(1),
        st.one_of(st.none(), st.floats(0, 90)),
        st.just("ref1"),
    ),
    st.builds(Control, st.sampled_from([BACK, SKIP, "!odd"])),
)  # fmt: skip


def turn(entry: Entry, state: State, given: Given | Control | None, world: CountingWorld) -> Turn:
    """One turn, over a state that was stored in between."""
    stored = load_state(dump_state(state))
    assert stored == state
    return advance(entry, LAND, stored, given, READER, world)


def right_answer(found: Turn, chance: random.Random) -> Given:
    """Something that answers the question on the table."""
    assert found.table is not None
    question, look = found.table.question, found.table.look
    keys = [button.key for button in look.buttons]
    if "send" in keys:
        return Pressed("send")
    match question:
        case Photos() | Story():
            if isinstance(question, Photos):
                return Pressed("!done") if keys else Attachment("photo", "n", "t", 1, ref="ref1")
            return Typed("some words")
        case Number():
            return Typed(str(chance.randrange(100)))
        case Day():
            return Pressed("today")
        case Where():
            return (
                Pressed(chance.choice(keys)) if keys and "elsewhere" not in keys else Typed("Mill")
            )
        case _ if "!done" in keys:
            return Pressed("!done")
        case _ if keys:
            return Pressed(chance.choice([key for key in keys if not key.startswith("!")]))
        case _:
            return Typed("words")


def finish(entry: Entry, state: State, world: CountingWorld, chance: random.Random) -> Turn:
    """Answer rightly until the end. A flow that cannot be finished fails here."""
    found = turn(entry, state, None, world)
    for _turn in range(120):
        if found.end is not None:
            return found
        given = right_answer(found, chance)
        found = turn(entry, found.state, given, world)
        assert found.understood, (given, found.table)
    raise AssertionError("the conversation has no end")


def resident_answers(state: State) -> dict[str, tuple[str, Any]]:
    return {kept.key: (kept.about, kept.value) for kept in state.answers}


@examples(120)
@given(seeds, st.lists(anything, max_size=15))
def test_nothing_that_a_resident_gives_raises_and_all_can_be_finished(
    seed: int, said: list[Given | Control]
) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance)), CountingWorld()
    state = turn(entry, State("made up"), None, world).state
    for item in said:
        found = turn(entry, state, item, world)
        if found.end is not None:
            return
        # Going on from where a run stood comes to what one from the start comes to.
        anew = turn(entry, found.state, None, world)
        assert (anew.state, anew.lines) == (found.state, ())
        assert anew.table is not None
        assert found.table is not None
        assert anew.table.look == found.table.look
        state = found.state
    assert finish(entry, state, world, chance).end is not None


@examples(80)
@given(seeds, st.lists(anything, max_size=10))
def test_an_answer_is_lost_only_when_its_subject_changed_or_its_branch_was_left(
    seed: int, said: list[Given | Control]
) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance)), CountingWorld()
    state = turn(entry, State("made up"), None, world).state
    for item in said:
        before = resident_answers(state)
        found = turn(entry, state, item, world)
        if found.end is not None:
            return
        back = isinstance(item, Control) and item.key == BACK
        asked = state.asked.key if state.asked is not None else ""
        after = resident_answers(found.state)
        if not back:
            for key, kept in before.items():
                if isinstance(item, Attachment):
                    continue  # It may go with a story, or with the photos.
                if key != asked and key in after and after[key][0] == kept[0]:
                    assert after[key] == kept, f"{key} was changed by an answer to {asked}"
            lost = before.keys() - after.keys() - {asked, "review"}
            assert not lost, f"{lost} were lost by {item}"
        state = found.state


@examples(80)
@given(seeds)
def test_the_end_is_the_same_as_of_the_same_answers_given_in_order(seed: int) -> None:
    chance = random.Random(seed)
    steps = some_steps(chance)
    entry = flow_of(steps)
    detour = CountingWorld()
    found = turn(entry, State("made up"), None, detour)
    for _turn in range(200):
        if found.end is not None:
            break
        if chance.random() < 0.25:
            found = turn(entry, found.state, Control(BACK), detour)
            continue
        if chance.random() < 0.15:
            found = turn(entry, found.state, Typed("qqqq zzzz"), detour)
            if found.end is not None:
                break
            continue
        found = turn(entry, found.state, right_answer(found, chance), detour)
    else:
        found = finish(entry, found.state, detour, chance)
    assert found.end is not None
    straight = State("made up", answers=found.state.answers)
    again = turn(entry, straight, None, CountingWorld())
    assert again.end is not None
    assert again.end.result == found.end.result


@examples(120)
@given(seeds, st.integers(0, 12))
def test_a_flow_that_is_edited_in_mid_conversation_always_goes_on(seed: int, after: int) -> None:
    chance = random.Random(seed)
    steps, world = some_steps(chance), CountingWorld()
    entry = flow_of(steps)
    found = turn(entry, State("made up"), None, world)
    for _turn in range(after):
        if found.end is not None:
            return
        found = turn(entry, found.state, right_answer(found, chance), world)
    if found.end is not None:
        return
    changed = flow_of(edited(chance, steps))
    stale = right_answer(found, chance)
    moved = turn(changed, found.state, stale, world)
    assert moved.end is not None or moved.table is not None
    if moved.end is None:
        assert finish(changed, moved.state, world, chance).end is not None


@examples(80)
@given(seeds)
def test_going_back_any_number_of_times_reaches_the_first_question(seed: int) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance)), CountingWorld()
    first = turn(entry, State("made up"), None, world)
    assert first.table is not None
    found = first
    for _turn in range(chance.randrange(12)):
        given = right_answer(found, chance)
        step = turn(entry, found.state, given, world)
        if step.end is not None:
            break
        found = step
    for _back in range(60):
        found = turn(entry, found.state, Control(BACK), world)
        assert found.table is not None
    assert found.table is not None
    assert found.table.question.key == first.table.question.key
    kept = [(item.key, item.about) for item in found.state.done]
    assert len(kept) == len(set(kept)), "a command was noted as done twice"


@examples(60)
@given(seeds)
def test_what_must_be_done_at_once_is_done_once_however_often_one_goes_back(seed: int) -> None:
    chance = random.Random(seed)
    entry, world = flow_of(some_steps(chance, 8)), CountingWorld()
    found = turn(entry, State("made up"), None, world)
    for _turn in range(40):
        if found.end is not None:
            break
        given = Control(BACK) if chance.random() < 0.45 else right_answer(found, chance)
        found = turn(entry, found.state, given, world)
    assert len(world.done) == len(found.state.done)


def test_a_state_with_odd_parts_is_asked_again_and_never_an_error() -> None:
    chance, spoilt = random.Random(5), 0
    for _flow in range(20):
        entry, world = flow_of(some_steps(chance)), CountingWorld()
        found = turn(entry, State("made up"), None, world)
        while found.table is not None and found.table.question.kind != "review":
            found = turn(entry, found.state, right_answer(found, chance), world)
        for odd in (None, 3, "x", [], {}, [["a"]], {"a": 1}, True):
            answers = tuple(replace(kept, value=odd) for kept in found.state.answers)
            spoilt += len(answers)
            broken = replace(found.state, answers=answers, partial=odd)
            again = turn(entry, broken, Typed("1"), CountingWorld())
            assert again.table is not None or again.end is not None
    assert spoilt > 100
