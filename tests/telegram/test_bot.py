"""The same conversation on Telegram, over a server that refuses what Telegram refuses."""

from __future__ import annotations

import pytest

from bot.pictures import demo_photo
from storage import outbox
from tests.telegram.api import html_error, too_many
from tests.telegram.life import ANA, BETO, GROUP, Life, at_the_menu


async def test_a_report_is_told_by_pressing_and_its_buttons_are_put_out(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    await life.say(ANA, "It is full 5 < 6 & </b> {0}")
    life.api.say(ANA, location={"latitude": -34.9061, "longitude": -56.1851})
    await life.go()
    life.api.photo(ANA, demo_photo("bin_full", 1))
    await life.go()
    await life.press(ANA, "That is all", "This week", "Not sure")
    assert "It is full 5 < 6 & </b> {0}" in life.api.texts(ANA)[-1]
    await life.press(ANA, "Send it")
    assert "Your number is MVD-" in life.api.texts(ANA)[-3]
    with_buttons = [message for message in life.api.messages if message.keyboard]
    assert [message.text for message in with_buttons] == ["What would you like to do?"]
    assert life.count("select count(*) from report where lat is not null") == 1
    assert life.count("select count(*) from media where report_id is not null") == 1
    assert len(life.api.answered) > 5


async def test_a_question_puts_out_the_one_before_and_is_all_that_is_owed(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Bins")
    owed = life.count("select count(*) from outbox")
    await life.press(ANA, "Full bin")
    assert life.count("select count(*) from outbox") == owed + 1
    with_buttons = [message.text for message in life.api.messages if message.keyboard]
    assert with_buttons == ["Tell us what you see. Please do not name people."]


async def test_the_same_update_again_changes_nothing(life: Life) -> None:
    await at_the_menu(life)
    life.api.say(ANA, text="report")
    [update] = life.api.updates
    await life.go()
    before = list(life.api.texts(ANA))
    life.api.updates = [update]
    life.poller._offset = None
    await life.go()
    assert life.api.texts(ANA) == before


async def test_a_lower_id_after_a_quiet_week_is_taken_and_confirmed(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "help")
    life.api._ids = 5
    await life.say(ANA, "menu")
    assert life.api.texts(ANA)[-1] == "What would you like to do?"
    await life.poller.poll(0)
    assert life.api.updates == []


async def test_replies_wait_for_telegram_in_their_order_and_others_do_not(life: Life) -> None:
    await at_the_menu(life)
    sent = len(life.api.texts(ANA))
    life.api.odd["sendMessage"] = [lambda: too_many(3)]
    await life.say(ANA, "help", "menu")
    await life.say(BETO, "/start")
    assert life.api.texts(BETO)
    assert len(life.api.texts(ANA)) == sent
    life.house.later(seconds=2)
    await life.sender.send_ready()
    assert len(life.api.texts(ANA)) == sent
    life.house.later(seconds=2)
    while await life.sender.send_ready():
        continue
    assert life.api.texts(ANA)[sent:] == ["How can we help?", "What would you like to do?"]


async def test_an_odd_answer_locks_nobody_out(life: Life) -> None:
    await at_the_menu(life)
    life.api.odd["sendMessage"] = [html_error]
    await life.say(ANA, "help")
    life.house.later(seconds=10)
    await life.say(ANA, "menu")
    assert life.api.texts(ANA)[-2:] == ["How can we help?", "What would you like to do?"]


async def test_somebody_who_blocked_the_bot_is_given_up_with_the_reason(life: Life) -> None:
    await at_the_menu(life)
    life.api.blocked.add(ANA)
    await life.say(ANA, "help")
    assert life.count("select count(*) from outbox where reason = 'blocked'") == 1
    assert life.house.database.write_now(outbox.counts).get(outbox.OWED, 0) == 0


async def test_a_press_on_an_old_button_is_answered_and_never_an_error(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem")
    old = life.api.messages[-1]
    data = old.buttons[0]["callback_data"]
    await life.press(ANA, "Something else")
    life.api.press_data(ANA, old.id, data)
    life.api.press_data(ANA, 1, "nonsense")
    await life.go()
    assert "That one is already answered." in life.api.texts(ANA)


async def test_a_file_that_is_too_large_is_told_and_the_text_stays(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "report", "full bin")
    life.api.photo(ANA, b"x", size=89_704_028)
    await life.go()
    told = "That file is too large: 10 MB at most. Please send a smaller one."
    assert life.api.texts(ANA)[-2] == told
    life.api.say(ANA, video={"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1,
                             "duration": 9})  # fmt: skip
    await life.go()
    assert life.api.texts(ANA)[-2] == "We cannot take videos. Please send a photo."
    sticker = {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1}
    life.api.say(ANA, sticker={**sticker, "is_animated": False, "is_video": False})
    await life.go()
    assert life.api.texts(ANA)[-1] == "Tell us what you see. Please do not name people."


@pytest.mark.parametrize("code", ["pt-br", "zh-hans", "en_US", "", "in", "x" * 200])
async def test_language_codes_as_they_really_come_are_no_error(life: Life, code: str) -> None:
    await life.say(ANA, "/start", language=code)
    assert life.api.texts(ANA)


async def test_a_group_makes_no_resident(life: Life) -> None:
    await life.say(GROUP, "/start", kind="supergroup")
    assert life.count("select count(*) from resident") == 0


async def test_a_resident_gets_their_own_data_as_a_file(life: Life) -> None:
    await at_the_menu(life)
    await life.say(ANA, "/mydata")
    assert b'"resident"' in life.api.documents[0]
