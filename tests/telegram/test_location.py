"""The button that sends a point: there while a place is wanted, and gone with its question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.telegram.api import too_many
from tests.telegram.life import ANA, Life, at_the_menu
from tests.telegram.state import Message

HERE = {"latitude": -34.9061, "longitude": -56.1851}
BUTTON = "Send my location"


async def at_the_place(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "lamp out")


def keyboards(life: Life) -> list[Message]:
    """What came with a keyboard in place of the letters, or took it away."""
    return [
        message
        for message in life.api.messages
        if message.markup and "inline_keyboard" not in message.markup
    ]


def ups_and_downs(life: Life) -> list[str]:
    return ["up" if "keyboard" in (m.markup or {}) else "down" for m in keyboards(life)]


async def test_the_button_comes_with_the_question_and_goes_with_its_answer(life: Life) -> None:
    await at_the_place(life)
    [up] = keyboards(life)
    assert up.markup == {
        "keyboard": [[{"text": f"📍 {BUTTON}", "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    question = life.api.newest(ANA)[0]
    assert question.text.startswith("Where is it?")
    assert question.keyboard
    life.api.tap(ANA, BUTTON, location=HERE)
    await life.go()
    assert ups_and_downs(life) == ["up", "down"]
    assert life.api.texts(ANA)[-2] == "All right."
    assert life.api.texts(ANA)[-1].startswith("Send a photo")
    assert life.count("select count(*) from prompt where keyboard") == 0


async def test_who_picks_from_the_list_sees_the_button_once_and_loses_it_too(life: Life) -> None:
    await at_the_place(life)
    await life.press(ANA, "Municipio B")
    assert ups_and_downs(life) == ["up"]
    await life.press(ANA, "Palermo")
    assert ups_and_downs(life) == ["up", "down"]


async def test_a_point_that_is_outside_leaves_the_button_where_it_is(life: Life) -> None:
    await at_the_place(life)
    life.api.tap(ANA, BUTTON, location={"latitude": -1.0, "longitude": 36.0})
    await life.go()
    assert ups_and_downs(life) == ["up"]
    life.api.tap(ANA, BUTTON, location=HERE)
    await life.go()
    assert ups_and_downs(life) == ["up", "down"]


async def test_back_and_cancel_take_the_button_away(life: Life) -> None:
    await at_the_place(life)
    await life.press(ANA, "Back")
    assert ups_and_downs(life) == ["up", "down"]
    await life.say(ANA, "lamp out at the gate")
    assert ups_and_downs(life) == ["up", "down", "up"]
    await life.say(ANA, "/cancel")
    assert ups_and_downs(life) == ["up", "down", "up", "down"]


async def test_who_is_forgotten_is_left_no_button(life: Life) -> None:
    await at_the_place(life)
    await life.say(ANA, "/forget")
    await life.press(ANA, "Yes")
    assert ups_and_downs(life) == ["up", "down"]
    assert life.api.texts(ANA)[-1].startswith("Done. We have forgotten you.")
    assert not any(message.buttons for message in life.api.newest(ANA))
    await life.say(ANA, "/start", "stop")
    assert life.api.texts(ANA)[-1].startswith("That is fine. We keep nothing.")
    assert not any(message.buttons for message in life.api.newest(ANA))


async def test_a_wait_that_telegram_asks_for_does_not_leave_the_button_for_ever(
    life: Life,
) -> None:
    await at_the_place(life)
    life.api.odd["sendMessage"] = [lambda: too_many(3)]
    life.api.tap(ANA, BUTTON, location=HERE)
    await life.go()
    assert ups_and_downs(life) == ["up"]
    life.house.later(seconds=4)
    while await life.sender.send_ready():
        continue
    assert ups_and_downs(life) == ["up", "down"]
    assert life.api.texts(ANA)[-1].startswith("Send a photo")


async def test_a_point_reaches_the_report_whatever_was_opened_in_between(life: Life) -> None:
    await at_the_place(life)
    await life.say(ANA, "/help")
    life.api.tap(ANA, BUTTON, location=HERE)
    await life.go()
    assert life.api.texts(ANA)[-1].startswith("Send a photo")


async def test_a_country_that_asks_for_no_point_shows_no_button(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = life.house
    country = house.countries["uruguay"]
    coarse = replace(country, report=replace(country.report, point=False))
    countries = {**house.countries, "uruguay": coarse}
    monkeypatch.setattr(house.conversations, "_countries", countries)
    await at_the_place(life)
    assert life.api.texts(ANA)[-1].startswith("Where is it?")
    assert keyboards(life) == []


async def test_a_contact_is_declined_kindly_and_stored_nowhere(life: Life) -> None:
    await at_the_place(life)
    for user in (ANA, 5):
        life.api.say(ANA, contact={"phone_number": "+598", "first_name": "B", "user_id": user})
        await life.go()
        assert life.api.texts(ANA)[-2].startswith("We need no phone numbers here.")
        assert life.api.texts(ANA)[-1].startswith("Where is it?")


async def test_a_venue_is_a_place(life: Life) -> None:
    await at_the_place(life)
    venue = {"location": HERE, "title": "The school", "address": "Durazno"}
    life.api.say(ANA, location=HERE, venue=venue)
    await life.go()
    assert life.api.texts(ANA)[-1].startswith("Send a photo")


async def test_a_place_at_the_menu_is_kept_and_nothing_bare_is_put_out(life: Life) -> None:
    await at_the_menu(life)
    life.api.say(ANA, location=HERE)
    await life.go()
    assert life.api.texts(ANA)[-2] == "Thank you, we have the place."
    await life.say(ANA, "The lamp at the gate is out since Monday.")
    assert life.api.texts(ANA)[-1] == "What is it?"
    assert life.api.refused == []
