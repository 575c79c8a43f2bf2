"""What the engine promises, one turn at a time, over small flows written for the purpose."""

from __future__ import annotations

from typing import Any

from bot.domain.country import Country
from bot.domain.inbound import Attachment
from bot.domain.reports import Told
from bot.flows.engine import BACK, MENU, PERSON, SKIP, STOP, Control, Noted, reopen, takes
from bot.flows.questions import Choice, Do, Keep, Many, Photos, Review, Say, Story, Text, YesNo
from bot.flows.questions.asked import Pressed
from bot.flows.state import dump_state, replace
from tests.flows.chats import READER, Chat, branching, line, options


def test_a_flow_reads_from_top_to_bottom_and_its_end_is_a_value() -> None:
    chat = Chat(branching)
    chat("red", "3", "yes", "a word", "send it")
    assert chat.result == {"colour": "red", "size": 3, "same": True, "words": "a word"}
    assert chat.world.done == ["ring"]


def test_a_line_is_told_once_where_it_stands() -> None:
    chat = Chat(branching)
    chat("red")
    assert chat.lines == ["Red is hot."]
    chat("what?")
    assert "Red is hot." not in chat.lines


def test_going_back_over_a_fact_looks_it_up_again() -> None:
    chat = Chat(branching)
    chat("blue", "yes", "a word")
    assert chat.world.looked_up == ["blue"]
    chat(Control(BACK), Control(BACK), Control(BACK))
    assert chat.key == "colour"
    chat("blue")
    assert chat.world.looked_up == ["blue", "blue"]


def test_what_was_done_at_once_survives_going_back() -> None:
    chat = Chat(branching)
    chat("red", Control(BACK), "red", Control(BACK), "blue", Control(BACK), "red")
    assert chat.world.done == ["ring"]


def test_what_sets_something_is_done_anew_whenever_an_answer_leads_to_it() -> None:
    async def flow(country: Country) -> Any:
        tone = await Choice("tone", line("Tone?"), options("low", "high"))
        await Do("set", f"set {tone}", tone, anew=True)
        return await Text("words", line("Words?"))

    chat = Chat(flow)
    chat(
        "low", Control(BACK), "high", Control(BACK), "low", "what?", Control(BACK), "low", "words"
    )
    assert chat.world.done == ["set low", "set high", "set low"]


def test_an_answer_about_another_thing_is_asked_again_and_comes_back_with_it() -> None:
    chat = Chat(branching)
    chat("blue", "yes", "a word", Pressed("change"), Pressed("edit:colour"), "red", "3")
    assert chat.key == "same", "yes was said of blue"
    chat("no")
    assert chat.key == "review", "the words are about neither"


def test_editing_keeps_the_old_answer_until_the_new_one_is_in() -> None:
    chat = Chat(branching)
    chat("blue", "yes", "a word", "change it")
    assert chat.buttons == ["edit:colour", "edit:same", "edit:words"]
    chat(Pressed("edit:words"))
    assert chat.key == "words"
    assert chat.turn.table is not None
    assert [kept.value for kept in chat.state.answers if kept.key == "words"] == ["a word"]
    chat(Control(BACK))
    assert chat.key == "review"
    chat(Pressed("change"), Pressed("edit:words"), "other words", "send it")
    assert chat.result["words"] == "other words"


def test_leaving_a_branch_and_coming_back_to_it_finds_its_answers() -> None:
    chat = Chat(branching)
    chat("red", "3", "yes", "a word")
    chat("change it", Pressed("edit:colour"), "blue", "yes")
    assert chat.key == "review"
    chat("change it", Pressed("edit:colour"), "red", "yes")
    assert chat.key == "review", "the size is still known"
    chat("send it")
    assert chat.result["size"] == 3


def test_what_is_off_the_path_is_erased_when_the_review_is_sent() -> None:
    chat = Chat(branching)
    chat("red", "3", "yes", "a word", "change it", Pressed("edit:colour"), "blue", "yes")
    assert "size" in {kept.key for kept in chat.state.answers}
    chat("send it")
    assert "size" not in {kept.key for kept in chat.state.answers}


def test_the_first_question_has_nothing_before_it() -> None:
    chat = Chat(branching)
    assert chat.controls == []
    chat(Control(BACK))
    assert chat.lines == ["This is the first question."]
    assert chat.key == "colour"


def test_cancelling_erases_the_answers_and_sends_nothing() -> None:
    chat = Chat(branching)
    chat("red", "3", Control(STOP))
    assert chat.turn.end is not None
    assert chat.turn.end.cancelled
    assert chat.state.answers == ()


def test_what_may_not_be_left_is_shown_again() -> None:
    chat = Chat(branching, cancel=False)
    chat("red", Control(STOP))
    assert chat.key == "size"
    assert STOP not in chat.controls


def test_what_must_be_answered_cannot_be_skipped() -> None:
    chat = Chat(branching)
    chat(Control(SKIP))
    assert chat.lines == ["We need this one, sorry."]
    assert not chat.turn.understood


def test_the_menu_and_a_person_are_offered_from_the_third_miss_until_one_is_understood() -> None:
    chat = Chat(branching)
    chat("zzz", "zzz")
    assert chat.controls == []
    chat("zzz")
    assert chat.controls == [MENU, PERSON]
    chat("red", "zzz")
    assert PERSON not in chat.controls


def test_each_question_shown_has_a_number_of_its_own_and_an_answer_under_way_keeps_it() -> None:
    async def flow(country: Country) -> Any:
        return await Many("many", line("Which?"), options("a", "b")), await Text("t", line("T?"))

    chat = Chat(flow)
    assert chat.turn.table is not None
    first = chat.turn.table.serial
    chat(Pressed("a"))
    assert chat.turn.table is not None
    assert chat.turn.table.serial == first
    chat(Pressed("!done"), Control(BACK))
    assert chat.turn.table is not None
    assert chat.turn.table.serial == first + 2


def test_what_goes_into_the_log_is_a_choice_or_only_that_it_was_answered() -> None:
    async def flow(country: Country) -> Any:
        await Choice("open", line("?"), options("a"))
        await Choice("closed", line("?"), options("a"), keep=Keep.NOTHING)
        await Text("words", line("?"), optional=True)
        return await Text("more", line("?"))

    chat = Chat(flow)
    assert chat("a").noted == Noted("open", "choice", "a")
    assert chat("a").noted is None
    assert chat(Control(SKIP)).noted == Noted("words", "skipped", None)
    assert chat("secret words").noted == Noted("more", "text", None)


def test_entering_what_is_protected_erases_the_rest_and_notes_nothing() -> None:
    async def flow(country: Country) -> Any:
        if await YesNo("private", line("Private?")):
            await Say("number", line("Call 1."), fleeting=True)
            return await YesNo("gone", line("Gone?"), fleeting=True)
        await Text("words", line("Words?"))
        return await Review("review")

    chat = Chat(flow)
    chat("no", "secret words")
    # As an edit at the review does.
    chat.state = replace(chat.state, editing="private")
    chat(None)
    assert chat.key == "private"
    turn = chat("yes")
    assert chat.key == "gone"
    assert turn.noted is None
    assert [told.fleeting for told in turn.lines] == [True]
    assert "secret" not in dump_state(chat.state).decode()
    assert chat("yes").noted is None


def test_an_end_that_is_refused_goes_on_at_the_question_named() -> None:
    chat = Chat(branching)
    chat("blue", "yes", "send", "send it")
    chat.state = reopen(chat.state, "colour")
    chat(None)
    assert chat.key == "colour"
    chat("blue")
    assert chat.key == "review", "asked before it is sent again, though nothing was changed"
    chat("send it")
    assert chat.result["words"] == "send", "words that look like the review's answer are kept"


def test_a_review_is_answered_by_yes_and_by_no_as_any_question_is() -> None:
    chat = Chat(branching)
    chat("blue", "yes", "words", "no")
    assert chat.key == "review"
    assert "edit:colour" in chat.buttons, "no leads to what may be changed"
    other = Chat(branching)
    other("blue", "yes", "words", "yes")
    assert other.result["words"] == "words"


# Answers under way.


def test_skipping_after_a_photo_keeps_the_photo() -> None:
    async def flow(country: Country) -> Any:
        return await Story("story", line("Story?"), photos=3, optional=True)

    chat = Chat(flow)
    chat(Attachment("photo", "n", "t", 1, ref="one"))
    assert SKIP not in chat.controls
    chat(Control(SKIP))
    assert chat.result.photos == ("one",)


def test_going_back_first_leaves_what_is_under_way() -> None:
    async def flow(country: Country) -> Any:
        return await Text("t", line("T?")), await Photos("p", line("P?"), most=3)

    chat = Chat(flow)
    chat("words", Attachment("photo", "n", "t", 1, ref="one"), Control(BACK))
    assert chat.key == "p"
    assert chat.state.partial is None
    chat(Control(BACK))
    assert chat.key == "t"


def test_going_back_to_a_story_keeps_its_photos_and_going_back_once_more_does_not() -> None:
    async def flow(country: Country) -> Told:
        told: Told = await Story("story", line("Tell us."), photos=2, label=line("Told"))
        await Review("review")
        return told

    chat = Chat(flow)
    chat(Attachment("photo", "n", "t", 1, ref="one"), "words", Control(BACK))
    assert (chat.key, chat.state.partial) == ("story", ["one"])
    chat("other words", "send")
    assert chat.result == Told("other words", photos=("one",))
    chat = Chat(flow)
    chat(Attachment("photo", "n", "t", 1, ref="one"), "words", Control(BACK), Control(BACK))
    assert (chat.key, chat.state.partial) == ("story", None)


def test_who_tells_a_story_anew_keeps_its_photos() -> None:
    async def flow(country: Country) -> Told:
        told: Told = await Story("story", line("Tell us."), photos=2, label=line("Told"))
        await Review("review")
        return told

    chat = Chat(flow)
    chat(Attachment("photo", "n", "t", 1, ref="one"), "The tap leaks.")
    chat(Pressed("change"), Pressed("edit:story"), "It is the pump.")
    end = chat("send").end
    assert end is not None
    assert end.result == Told("It is the pump.", "", ("one",))


def test_a_button_of_a_review_goes_before_a_word_that_works_everywhere() -> None:
    async def flow(country: Country) -> Any:
        await Text("t", line("T?"), label=line("Menu"))
        await Review("review")

    chat = Chat(flow)
    chat("words", Pressed("change"))
    assert chat.turn.table is not None
    assert takes(chat.state, chat.turn.table, "menu", READER)
    assert not takes(chat.state, chat.turn.table, "help", READER)
