"""Every kind of question: what it takes, what it refuses, and how it says what would be right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.inbound import Attachment, Location
from bot.domain.messages import Listing, Message, Name, ngettext
from bot.domain.operations import Show
from bot.domain.reports import Told
from bot.flows.questions import (
    Choice,
    Consent,
    Day,
    Many,
    Number,
    Option,
    Photos,
    Question,
    Rating,
    Review,
    Story,
    Text,
    Where,
    YesNo,
)
from bot.flows.questions.asked import Answer, Given, Pressed, Unclear, Under
from bot.flows.questions.told import MAX_STORY, MIN_VOICE_SECONDS
from bot.flows.questions.words import MAX_SHORT
from tests.flows.asking import ASK, READER, answer, hint, options, read
from tests.flows.made_up import LAND

PHOTO = Attachment("photo", "n", "image/jpeg", 1, ref="one")


def voice(seconds: float | None) -> Attachment:
    return Attachment("voice", "n", "audio/ogg", 1, seconds, ref="said")


# A choice of one.


TREE = (
    Option("bins", Message("Bins"), emoji="🗑️", options=tuple(options("full bin", "broken bin"))),
    *options("lamp", "road"),
)


@pytest.mark.parametrize("given", ["2", "lamp", "LAMP!", "lamp please", Pressed("lamp")])
def test_a_choice_is_pressed_or_typed(given: Given | str) -> None:
    assert answer(Choice("k", ASK, TREE), given) == "lamp"


@pytest.mark.parametrize("given", ["4", "0", "²", "", "house", Pressed("gone"), PHOTO])
def test_what_is_no_choice_is_told_which_numbers_are(given: Given | str) -> None:
    assert hint(Choice("k", ASK, TREE), given) == "Please choose a number from 1 to 3."


def test_a_single_button_is_no_range_of_numbers() -> None:
    only = Choice("k", ASK, options("end"))
    assert hint(only, "2") == "Please press the button, or type 1."


@pytest.mark.parametrize("given", ["1", "bins", "🗑", Pressed("bins")])
def test_a_group_opens_to_its_members_and_numbers_are_then_theirs(given: Given | str) -> None:
    choice = Choice("k", ASK, TREE)
    reading = read(choice, given)
    assert reading == Under(["group", "bins"])
    assert answer(choice, "2", ["group", "bins"]) == "broken bin"


def test_a_member_can_be_typed_while_its_group_is_closed_and_from_within_another() -> None:
    assert answer(Choice("k", ASK, TREE), "full bin") == "full bin"
    assert answer(Choice("k", ASK, TREE), "road", ["group", "bins"]) == "road"


def test_what_may_mean_two_is_asked_about() -> None:
    twins = Choice("k", ASK, [Option(k, Message("Township"), k) for k in ("a", "b")])
    assert read(twins, "township") == Under(["which", ["a", "b"]])
    look = twins.look(["which", ["a", "b"]], (), READER)
    assert look.line.source == "Which one do you mean?"
    assert answer(twins, "2", ["which", ["a", "b"]]) == "b"


@pytest.mark.parametrize("value", ["gone", "bins", None, 3, ["lamp"]])
def test_a_stored_choice_that_is_none_any_more_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not an option"):
        Choice("k", ASK, TREE).decode(value)


@pytest.mark.parametrize(
    ("given", "yes"),
    [("yes", True), ("👍🏿", True), ("✅", True), ("OK.", True), ("1", True), ("yes please", True),
     ("Sure!", True), ("no", False), ("👎", False), ("❌", False), ("2", False), ("nope", False)],
)  # fmt: skip
def test_yes_and_no_are_said_in_many_ways(given: str, yes: bool) -> None:
    assert answer(YesNo("k", ASK), given) is yes
    named = YesNo("k", ASK, yes=Message("Begin anew"), no=Message("Go on"))
    assert answer(named, given) is yes


def test_a_word_that_one_label_on_the_screen_has_alone_means_it() -> None:
    sizes = Choice(
        "k",
        ASK,
        (
            Option("small", Message("Big or middling"), 1),
            Option("service", Message("A new public service"), 2),
            Option("rule", Message("A new rule"), 3, aliases=("big law",)),
        ),
    )
    assert [answer(sizes, word) for word in ("big", "public service", "rule")] == [1, 2, 3]
    for words in ("new", "law", "or", "a", "not public"):
        assert isinstance(read(sizes, words), Unclear)
    assert isinstance(read(YesNo("k", ASK, yes=Message("Begin anew")), "anew"), Unclear)
    assert isinstance(read(Consent("k", ASK, (), "1"), "agree"), Unclear)
    assert isinstance(read(Review("k"), "send"), Answer)
    assert isinstance(read(Review("k"), "it"), Unclear)


def test_a_rating_is_the_number_that_is_typed() -> None:
    assert [answer(Rating("k", ASK), sign) for sign in ("1", "٥", "😐", "good")] == [1, 5, 3, 4]
    assert hint(Rating("k", ASK), "6") == "Please choose a number from 1 to 5."


def test_consent_is_never_taken_from_a_no_and_more_is_told_before() -> None:
    more = (Message("All of it."),)
    consent = Consent("k", ASK, more, "1")
    assert answer(consent, "yes") is True
    assert answer(consent, "Yes, I agree!") is True
    assert answer(consent, "I accept.") is True
    assert answer(consent, "no") is False
    assert answer(consent, "I do not agree") is False
    assert read(consent, "tell me more") == Under(None, more)
    for words in ("I agree to nothing", "I agre", "not yet", "agree?", "maybe", "12"):
        assert isinstance(read(consent, words), Unclear)
    assert consent.about() != Consent("k", ASK, more, "2").about(), "a new text is asked again"


# A choice of several.


def test_one_that_is_chosen_again_shows_what_was_chosen() -> None:
    one = Choice("k", ASK, options("a", "b"), now="b")
    assert [item.ticked for item in one.look(None, (), READER).buttons] == [False, True]


# Numbers and days.


@pytest.mark.parametrize(
    ("words", "value"),
    [("१२", 12), ("১২", 12), ("١٢", 12), ("۱۲", 12), ("๑๒", 12), ("１２", 12), ("0", 0),
     ("12 homes", 12), ("1,200", 1200)],
)  # fmt: skip
def test_a_number_is_one_value_and_the_words_are_kept_beside_it(words: str, value: int) -> None:
    reading = read(Number("k", ASK), words)
    assert reading == Answer([str(value), words])
    assert Number("k", ASK).decode([str(value), words]) == value


@pytest.mark.parametrize("words", ["1E3153", "-3", "Infinity", "NaN", "9" * 40, "", "²", "a lot"])
def test_what_is_no_number_is_told_the_limits(words: str) -> None:
    assert hint(Number("k", ASK, most=99), words) == "Please type a number from 0 to 99."


def test_a_number_is_taken_at_its_limits_and_not_beyond() -> None:
    number = Number("k", ASK, least=2, most=5)
    assert [answer(number, words) for words in ("2", "5")] == [2, 5]
    assert all(isinstance(read(number, words), Unclear) for words in ("1", "6", "2.5"))
    with pytest.raises(ValueError, match="limits"):
        number.decode(["6", "6"])


def test_decimals_are_read_where_they_are_asked_for() -> None:
    assert answer(Number("k", ASK, decimals=True), "٠.٥") == Decimal("0.5")
    assert answer(Number("k", ASK, decimals=True), "2,5") == Decimal("2.5")


def test_a_day_is_pressed_named_or_written_and_stays_within_its_limits() -> None:
    day = Day("k", ASK, before=3, after=1)
    assert [button.key for button in day.look(None, (), READER).buttons] == [
        "yesterday", "today", "tomorrow",
    ]  # fmt: skip
    for given in (Pressed("yesterday"), "yesterday", "1", "24/11", "2026-11-24"):
        assert answer(day, given) == date(2026, 11, 24)
    assert answer(day, "22/11") == date(2026, 11, 22)
    for words in ("21/11", "27/11", "31/2", "soon", "٣١/٢"):
        assert hint(day, words) == "Please type a day like 24/12, or press a button."


# Words, voice and photos.


def test_a_short_text_is_one_line_within_its_limit() -> None:
    assert answer(Text("k", ASK), "  18 y\n Ejido ") == "18 y Ejido"
    assert answer(Text("k", ASK), "x" * MAX_SHORT) == "x" * MAX_SHORT
    assert "at most 200" in hint(Text("k", ASK), "x" * (MAX_SHORT + 1))
    assert "at most 200" in hint(Text("k", ASK), "👍" * (MAX_SHORT // 2 + 1) + "a")
    for given in ("", "…", "👍", PHOTO, Pressed("x")):
        assert hint(Text("k", ASK), given) == "Please type it in a few words."


def test_a_story_is_typed_or_spoken() -> None:
    assert answer(Story("k", ASK), " It leaks.\nBadly. ") == Told("It leaks.\nBadly.")
    assert answer(Story("k", ASK), voice(MIN_VOICE_SECONDS)) == Told(voice="said")
    assert answer(Story("k", ASK), "x" * MAX_STORY).text == "x" * MAX_STORY
    assert "at most 12000" in hint(Story("k", ASK), "x" * (MAX_STORY + 1))
    assert "very short" in hint(Story("k", ASK), voice(1.9))
    assert "very short" in hint(Story("k", ASK), voice(None))
    assert "cannot keep voice notes" in hint(Story("k", ASK, voice=False), voice(9))


def test_a_review_tells_of_the_photos_of_a_story() -> None:
    shown = {"text": "It leaks.", "photos": ["a", "b"]}
    told = Story("k", ASK, photos=2).tell(shown)
    assert isinstance(told, Message)
    assert dict(told.values)["words"] == "It leaks."
    # Told ahead of a question that takes none.
    assert Story("k", ASK).tell(shown) == "It leaks."
    assert Story("k", ASK).decode(shown) == Told("It leaks.")
    assert Story("k", ASK).tell({"text": "It leaks.", "photos": []}) == "It leaks."
    spoken = Story("k", ASK, photos=2).tell({"voice": "v1", "photos": ["p1", "p2"]})
    assert isinstance(spoken, Message)
    assert dict(spoken.values)["words"] == Message("Your voice note")
    assert Story("k", ASK).tell({"voice": "v1", "photos": []}) == Message("Your voice note")


def test_a_review_tells_of_the_voice_beside_words() -> None:
    story = Story("k", ASK, photos=2)
    both = {"text": "It leaks.", "voice": "v1", "photos": []}
    with_both = Message("{words} (with {photos})")
    one, two = (ngettext("{n} voice note", "{n} voice notes", n) for n in (1, 2))
    photos = ngettext("{n} photo", "{n} photos", 2)
    assert story.tell(both) == with_both(words="It leaks.", photos=Listing((one,)))
    told = story.tell({**both, "photos": ["p1", "p2"]})
    assert told == with_both(words="It leaks.", photos=Listing((one, photos)))
    later = {"voice": "v1", "photos": [], "more": [["m2", "It leaks."]]}
    assert story.tell(later) == story.tell(both)
    assert story.tell({"voice": "v1", "voices": ["v2"], "photos": []}) == two


@pytest.mark.parametrize("number", ["1", "1 3", "๒", "5️⃣", "12:30"])
def test_a_number_alone_is_no_story(number: str) -> None:
    assert hint(Story("k", ASK, voice=False), number) == "Please type it in your own words."


def test_a_story_may_be_shown_and_then_told_or_the_photo_is_enough() -> None:
    story = Story("k", ASK, photos=2)
    reading = read(story, PHOTO)
    assert isinstance(reading, Under)
    assert reading.partial == ["one"]
    assert answer(story, "It leaks", ["one"]) == Told("It leaks", photos=("one",))
    assert answer(story, voice(5), ["one"]) == Told(voice="said", photos=("one",))
    assert answer(story, "the photo is enough", ["one"]) == Told(photos=("one",))
    captioned = Attachment("photo", "n", "t", 1, ref="two", caption="It leaks")
    assert answer(story, captioned, ["one"]) == Told("It leaks", photos=("one", "two"))


@pytest.mark.parametrize("words", ["ok", "Yes please", "no", "No thanks"])
def test_a_plain_yes_or_no_is_no_story(words: str) -> None:
    """Who says “ok” to “tell us what you see” tells it in the next message."""
    assert hint(Story("k", ASK), words) == "Please type it, or send your voice."
    kept = Story("k", ASK).amend({"text": "It leaks", "photos": []}, words, (), READER)
    assert isinstance(kept, Unclear)


def test_a_no_to_what_may_be_skipped_skips_it() -> None:
    assert read(Story("k", ASK, optional=True), "no") == Answer(None)
    assert read(Text("k", ASK, optional=True), "no thanks") == Answer(None)
    assert hint(Text("k", ASK, optional=True), "ok") == "Please type it in a few words."
    assert answer(Text("k", ASK), "no") == "no"
    assert answer(Story("k", ASK, photos=1), "no", ["one"]) == Told(photos=("one",))


def test_one_photo_too_many_is_said_and_its_caption_is_not_lost() -> None:
    story = Story("k", ASK, photos=1)
    reading = read(story, PHOTO, ["first"])
    assert isinstance(reading, Under)
    assert reading.partial == ["first"]
    captioned = Attachment("photo", "n", "t", 1, ref="two", caption="It leaks")
    assert answer(story, captioned, ["first"]) == Told("It leaks", photos=("first",))


@pytest.mark.parametrize("value", [{}, {"area": "mill"}, {"text": ""}, {"photos": []}, "x", None])
def test_a_stored_story_without_anything_told_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a story|nothing was told"):
        Story("k", ASK).decode(value)


def test_photos_come_one_by_one_until_there_are_enough() -> None:
    photos = Photos("k", ASK, most=2)
    assert read(photos, PHOTO) == Under(["one"])
    assert answer(photos, PHOTO, ["first"]) == ("first", "one")
    assert answer(photos, "that is all", ["first"]) == ("first",)
    assert answer(photos, "1", ["first"]) == ("first",)
    assert answer(photos, "no", ["first"]) == ("first",)
    assert answer(photos, "no thanks", ["first"]) == ("first",)
    assert read(Photos("k", ASK, most=2, optional=True), "No.") == Answer(None)
    assert "at least one" in hint(photos, "no")
    assert hint(photos, "here it is") == "Please send a photo. We need at least one."
    assert "Skip" in hint(Photos("k", ASK, most=2, optional=True), "here it is")
    assert "That is all" in hint(photos, "here it is", ["first"])


@pytest.mark.parametrize("words", ["Ready", "done.", "nothing else"])
def test_what_is_collected_ends_by_plain_words_for_its_button(words: str) -> None:
    assert answer(Photos("k", ASK, most=2), words, ["first"]) == ("first",)
    assert answer(Many("k", ASK, options("time", "money")), words, ["time"]) == ("time",)
    assert answer(Story("k", ASK, photos=1), words, ["one"]) == Told(photos=("one",))
    assert isinstance(read(Many("k", ASK, options("time", "money")), words), Unclear)


# The review.


def test_a_review_without_anything_to_change_does_not_offer_it() -> None:
    assert [button.key for button in Review("k").look(None, (), READER).buttons] == [
        "send", "cancel",
    ]  # fmt: skip
    assert [read(Review("k"), words) for words in ("send", "done")] == [Answer("send")] * 2
    assert isinstance(read(Review("k"), Pressed("change")), Unclear)
    assert isinstance(read(Review("k"), Pressed("edit:gone")), Unclear)


# Whatever was stored.

ODD: tuple[Any, ...] = (
    None, 0, 3.5, True, "", "red", [], [None], [[]], ["red"], ["group"], ["group", None],
    ["group", "x"], ["which"], ["which", []], ["which", ["x", None, []]], ["near"],
    ["near", "a", None, ["mill"]], ["near", 1, 1, [[], None]], ["near", 1, 1, []], {}, {"a": 1},
    ["NaN", ""], ["1e999999999", ""], "2026-02-30", [{"a": 1}],
)  # fmt: skip

KINDS: tuple[Question[Any], ...] = (
    Choice("k", ASK, options("red", "blue")),
    Many("k", ASK, options("red", "blue")),
    YesNo("k", ASK),
    Rating("k", ASK),
    Consent("k", ASK, (), "1"),
    Text("k", ASK),
    Story("k", ASK, photos=2),
    Number("k", ASK),
    Day("k", ASK, before=1),
    Where("k", ASK, LAND.places, outside=ASK, reach_m=3000),
    Photos("k", ASK, most=2),
    Review("k"),
)


@pytest.mark.parametrize("question", KINDS, ids=lambda question: question.kind)
def test_nothing_that_is_stored_or_given_is_an_error(question: Question[Any]) -> None:
    given = ("1", "red", "2 1", "", Pressed("red"), Pressed("!done"), PHOTO, Location(1, 1))
    for partial in ODD:
        question.look(partial, (), READER)
        for said in given:
            reading = read(question, said, partial)
            if isinstance(reading, Answer) and reading.value != "more":
                question.decode(reading.value)
                assert question.tell(reading.value) is not None
            if isinstance(reading, Under):
                question.look(reading.partial, (), READER)


def test_labels_in_a_review_are_those_of_the_options() -> None:
    assert Choice("k", ASK, TREE).tell("road") == Message("road")
    where = Where("k", ASK, LAND.places, outside=ASK, reach_m=3000)
    told = where.tell({"area": "mill", "point": None})
    assert isinstance(told, Name)
    assert told.text == "Mill, North"


@pytest.mark.parametrize("kind", [Choice, Many])
def test_an_option_is_looked_at_by_its_number_and_nothing_is_chosen_by_it(kind: Any) -> None:
    question = kind("k", ASK, options("a", "b"), pictures={"b": "p" * 64, "gone": "x"})
    look = question.look(None, (), READER)
    assert [button.key for button in look.more] == ["!see.2"]
    under = Under(None, (Show("p" * 64, Message("b")),))
    assert read(question, Pressed("!see.2")) == under
    assert read(question, "see {n}") == under
    assert isinstance(read(question, Pressed("!see.1")), Unclear)
    assert read(question, Pressed("b")) != under
