"""Messages that somebody edits: before the report is sent, after it, and in the middle of nowhere.

What went wrong with others: an edit has no `message`, the handler failed, and everybody's later
messages waited behind it (RasaHQ/rasa 5654, 7686).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ideas import IdeaStatus
from bot.pictures import demo_photo
from bot.services.idea_moderation import IdeaChange, change_idea
from storage import own_data, reports
from storage.media import Home
from tests.swept import erase_old
from tests.telegram.life import ANA, BETO, Life, at_the_menu

CHANGED = "We changed your answer."
STAYS = "We could not use that change. Your earlier answer stays."
WHICH = "We cannot tell which answer you changed. Please write it once more."


async def said(life: Life, words: str, chat: int = ANA) -> int:
    """The update of what somebody wrote, once it is answered."""
    update = life.api.say(chat, text=words)
    await life.go()
    return update


async def edit(life: Life, update: int, words: str) -> list[str]:
    """What is answered to an edit."""
    chat = life.api.history[update]["message"]["chat"]["id"]
    before = len(life.api.texts(chat))
    life.api.edit(update, text=words)
    await life.go()
    return life.api.texts(chat)[before:]


async def at_the_place(life: Life) -> int:
    """The story is told and the place is asked for; the story's update."""
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    return await said(life, "lamp out at the gate")


async def to_the_review(life: Life) -> None:
    await life.say(ANA, "Palermo", "by the school")
    await life.press(ANA, "Skip", "This week", "No")


async def test_an_edit_before_sending_replaces_that_answer_and_moves_nothing_on(
    life: Life,
) -> None:
    story = await at_the_place(life)
    question = life.api.newest(ANA)[0]
    assert await edit(life, story, "lamp out at the north gate") == [CHANGED]
    assert question.keyboard
    await to_the_review(life)
    assert "lamp out at the north gate" in life.api.texts(ANA)[-1]
    assert await edit(life, story, "lamp out at the south gate") == [
        CHANGED,
        life.api.texts(ANA)[-1],
    ]
    assert "lamp out at the south gate" in life.api.texts(ANA)[-1]
    await life.press(ANA, "Send it")
    assert life.house.rows("select text from report") == [("lamp out at the south gate",)]


async def test_the_photo_after_an_edit_is_taken_once(life: Life) -> None:
    story = await at_the_place(life)
    await life.say(ANA, "Palermo", "by the school")
    life.api.edit(story, text="lamp out at the north gate")
    life.api.photo(ANA, demo_photo("hole", 1))
    await life.go()
    assert life.api.texts(ANA)[-1].startswith("We have 1 photo")
    assert life.count("select count(*) from media") == 1


async def test_an_edited_place_is_asked_of_nothing_else_and_a_wrong_one_changes_nothing(
    life: Life,
) -> None:
    await at_the_place(life)
    place = await said(life, "Palermo")
    assert await edit(life, place, "Cordón") == [CHANGED]
    assert await edit(life, place, "Atlantis") == [STAYS]
    await life.say(ANA, "by the school")
    await life.press(ANA, "Skip", "This week", "No")
    assert "Cordón" in life.api.texts(ANA)[-1]


async def test_a_number_typed_under_a_list_can_be_edited_to_another(life: Life) -> None:
    await at_the_place(life)
    await life.say(ANA, "Palermo", "by the school")
    await life.press(ANA, "Skip")
    since = await said(life, "2")
    assert await edit(life, since, "3") == [CHANGED]
    assert await edit(life, since, "9") == [STAYS]
    await life.press(ANA, "No")
    assert "Started: This month" in life.api.texts(ANA)[-1]


async def test_a_number_typed_within_a_group_is_not_counted_on_another_screen(
    life: Life,
) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Bins")
    category = await said(life, "1")
    before = life.api.newest(ANA)[0].text
    assert before.startswith("Tell us what you see")
    assert await edit(life, category, "2") == [STAYS]
    assert await edit(life, category, "Broken bin") == [CHANGED]


async def test_a_number_that_opened_a_group_is_edited_to_another_on_the_screen_it_was_typed_at(
    life: Life,
) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem")
    group = await said(life, "1")
    assert "Full bin" in str(life.api.newest(ANA)[0].keyboard)
    await edit(life, group, "2")
    assert "Full bin" not in str(life.api.newest(ANA)[0].keyboard)
    assert life.api.texts(ANA)[-1] == "What is the problem?"
    await edit(life, group, "Full bin")
    assert life.api.texts(ANA)[-1].startswith("Tell us what you see")


async def test_a_choice_of_several_that_is_edited_takes_the_place_of_the_first(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "/idea", "compost", "A bin in every square", "Palermo", "skip", "1")
    gift = await said(life, "1")
    assert ticked(life) == ["1. ✅ Time"]
    await edit(life, gift, "2")
    assert ticked(life) == ["2. ✅ A skill"]


def ticked(life: Life) -> list[str]:
    """What is chosen so far under the newest question."""
    return [button["text"] for button in life.api.newest(ANA)[0].buttons if "✅" in button["text"]]


async def test_the_same_words_again_are_met_with_nothing(life: Life) -> None:
    story = await at_the_place(life)
    assert await edit(life, story, "lamp out at the gate") == []


async def test_words_that_were_not_understood_are_an_answer_once_they_are_edited(
    life: Life,
) -> None:
    await at_the_place(life)
    wrong = await said(life, "Xqzw")
    assert (await edit(life, wrong, "Palermo"))[-1].startswith("Which street or corner?")


async def test_an_edited_caption_is_the_story_and_its_photo_stays(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    update = life.api.photo(ANA, demo_photo("hole", 1), caption="a hole")
    await life.go()
    life.api.edit(update, caption="a deep hole")
    await life.go()
    assert life.api.texts(ANA)[-1] == CHANGED
    await to_the_review(life)
    await life.press(ANA, "Send it")
    assert life.house.rows("select text from report") == [("a deep hole",)]
    assert life.count("select count(*) from media where report_id is not null") == 1


async def test_after_sending_an_edit_is_kept_beside_the_report_in_its_newest_words(
    life: Life,
) -> None:
    story = await at_the_place(life)
    await to_the_review(life)
    await life.press(ANA, "Send it")
    told = await edit(life, story, "lamp out at the north gate")
    assert len(told) == 1
    assert told[0].startswith("We added your change to ⁦MVD-") or "MVD-" in told[0]
    await edit(life, story, "two lamps out at the north gate")
    assert life.house.rows("select kind, text from addition") == [
        ("edited", "two lamps out at the north gate")
    ]
    assert life.house.rows("select text from report") == [("lamp out at the gate",)]


async def test_after_sending_an_edit_is_kept_beside_the_idea_for_staff_alone(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "idea", "compost")
    story = await said(life, "a bin in the square")
    await life.say(ANA, "Palermo", "skip", "1", "skip", "without my name", "send it")
    [code] = [row[0] for row in life.house.rows("select code from idea")]
    [told] = await edit(life, story, "a bin in every square")
    assert str(code) in told
    assert life.house.rows("select kind, text, report_id from addition") == [
        ("edited", "a bin in every square", None)
    ]
    assert life.house.rows("select text from idea") == [("a bin in the square",)]
    person = life.house.rows("select resident_id, id from idea")[0]
    kept = life.house.database.write_now(own_data.kept_of, str(person[0]))
    assert [one["text"] for one in kept["additions"]] == ["a bin in every square"]
    home = Home(idea_id=str(person[1]))
    [added] = life.house.database.write_now(reports.additions_of, home)
    assert added[2] == "a bin in every square"


async def test_an_edit_of_a_comment_is_kept_beside_it_for_staff_alone(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "idea", "compost", "a bin in the square", "Palermo", "skip", "1", "skip")
    await life.say(ANA, "without my name", "send it")
    [(code, id)] = life.house.rows("select code, id from idea")
    database, published = life.house.database, IdeaChange(IdeaStatus.PUBLISHED)
    database.write_now(change_idea, life.house.outside, "shell:eva", str(code), published)
    await at_the_menu(life, BETO)
    await life.say(BETO, str(code), "say something")
    comment = await said(life, "rats like it too", BETO)
    [told] = await edit(life, comment, "rats like it, cats do not")
    assert str(code) in told
    assert life.house.rows("select text from idea_comment") == [("rats like it too",)]
    home = Home(idea_id=str(id))
    [added] = database.write_now(reports.additions_of, replace(home, comment=1))
    assert added[1:3] == ("edited", "rats like it, cats do not")
    assert database.write_now(reports.additions_of, home) == [], "it is none of the idea"
    later = life.house.outside.clock() + timedelta(days=1)
    database.write_now(erase_old, "uruguay", {"comment": 0}, later)
    assert life.house.rows("select text from addition") == [("",)]


async def test_an_edit_of_what_is_no_answer_is_answered_and_loses_nothing(life: Life) -> None:
    start = await said(life, "/start")
    assert await edit(life, start, "/stat") == [WHICH]
    await life.press(ANA, "English", "Yes, I agree")
    hello = await said(life, "help")
    await life.press(ANA, "What is kept")
    assert await edit(life, hello, "something else") == [WHICH]


async def test_an_edit_of_a_message_that_never_came_is_no_error(life: Life) -> None:
    life.api.queue(
        {
            "edited_message": {
                "message_id": 5,
                "date": 1,
                "edit_date": 2,
                "chat": {"id": ANA, "type": "private"},
                "from": {"id": ANA, "is_bot": False, "first_name": "A"},
                "text": "hello",
            }
        }
    )
    await life.go()
    await life.say(BETO, "/start")
    await life.say(ANA, "/start")
    for chat in (ANA, BETO):
        assert "Barrio Limpio, Barrio Escuchado" in life.api.texts(chat)[-1]


async def test_a_live_location_that_moves_is_let_be(life: Life) -> None:
    await at_the_place(life)
    place = {"latitude": -34.9061, "longitude": -56.1851, "live_period": 900}
    update = life.api.say(ANA, location=place)
    await life.go()
    before = life.api.texts(ANA)
    assert before[-1].startswith("Send a photo")
    life.api.edit(update, location={**place, "latitude": -34.8})
    await life.go()
    assert life.api.texts(ANA) == before


async def test_who_was_forgotten_leaves_no_trace_of_which_message_was_what(life: Life) -> None:
    story = await at_the_place(life)
    await to_the_review(life)
    await life.press(ANA, "Send it")
    assert life.count("select count(*) from source") > 0
    await life.say(ANA, "/forget")
    await life.press(ANA, "Yes")
    assert life.count("select count(*) from source") == 0
    await edit(life, story, "lamp out at the north gate")
    assert life.count("select count(*) from addition") == 0


@pytest.mark.parametrize("words", ["", " ", "…"])
async def test_an_edit_to_nothing_leaves_the_answer(life: Life, words: str) -> None:
    story = await at_the_place(life)
    life.api.edit(story, text=words) if words.strip() else life.api.edit(
        story, text=None, caption=None
    )
    await life.go()
    assert life.api.texts(ANA)[-1] == STAYS


async def album(life: Life, *captions: str) -> list[int]:
    """The updates of an album with these captions, which waits for its rest."""
    sent = []
    for number, caption in enumerate(captions):
        photo = demo_photo("hole", number)
        sent.append(life.api.photo(ANA, photo, media_group_id="77", caption=caption or None))
    await life.go()
    return sent


async def test_an_edit_of_what_was_told_at_the_menu_loses_neither_photos_nor_later_words(
    life: Life,
) -> None:
    await at_the_menu(life)
    update = life.api.photo(ANA, demo_photo("hole", 1), caption="a hole in our street")
    await life.go()
    more = await said(life, "it has been there since Monday")
    life.api.edit(update, caption="a deep hole")
    await life.go()
    assert CHANGED in life.api.texts(ANA)
    assert await edit(life, more, "since Tuesday") == [CHANGED]
    assert await edit(life, more, "ok") == [STAYS]
    other = life.api.photo(ANA, demo_photo("hole", 2), caption="at our gate")
    await life.go()
    life.api.edit(other, caption="at our door")
    await life.go()
    await life.press(ANA, "A problem", "Something else")
    await life.say(ANA, "Palermo", "skip", "skip", "skip", "No", "1")
    assert life.house.rows("select text from report") == [
        ("a deep hole\nsince Tuesday\nat our door",)
    ]
    assert life.count("select count(*) from media where report_id is not null") == 2
    for message in (update, more, other):
        assert "MVD-" in (await edit(life, message, "a very deep hole"))[0]


async def test_words_at_the_question_of_photos_can_be_edited_too(life: Life) -> None:
    await at_the_place(life)
    await life.say(ANA, "Palermo", "skip")
    more = await said(life, "there is glass around it")
    assert await edit(life, more, "there is much glass") == [CHANGED]
    await life.say(ANA, "skip", "skip", "No", "1")
    assert life.house.rows("select text from report") == [
        ("lamp out at the gate\nthere is much glass",)
    ]
    assert "MVD-" in (await edit(life, more, "no glass any more"))[0]


@pytest.mark.parametrize(
    ("captions", "edited", "story"),
    [
        (("a hole", "", "our gate"), 0, "a deep hole\nour gate"),
        (("", "a hole", ""), 1, "a deep hole"),
    ],
)
async def test_an_edited_caption_of_an_album_is_the_story_and_the_others_stay(
    life: Life, captions: tuple[str, ...], edited: int, story: str
) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    sent = await album(life, *captions)
    life.api.edit(sent[edited], caption="a deep hole")
    await life.go()
    assert life.api.texts(ANA)[-1] == CHANGED
    await life.say(ANA, "Palermo", "skip", "skip", "No", "1")
    assert life.house.rows("select text from report") == [(story,)]
    assert life.count("select count(*) from media where report_id is not null") == 3
    assert "MVD-" in (await edit(life, sent[edited], "a very deep hole"))[0]
