"""Posters: a code that is scanned, dropped by the app, typed by hand, or none of ours.

Clients drop what stands after `/start` (telegramdesktop/tdesktop 5013, Telegram-iOS 843).
"""

from __future__ import annotations

import pytest

from tests.telegram.life import ANA, Life, at_the_menu

UNKNOWN = "We do not know that word. Here is what you can do."
HINT = "Did you see us on a poster? Type the word written on it."
FIRST = "What is the problem?"


async def report_sent_from_here(life: Life) -> None:
    """The rest of a report that asks for no place."""
    await life.press(ANA, "Something else")
    await life.say(ANA, "lamp out", "by the school")
    await life.press(ANA, "Skip", "This week", "No", "Send it")
    assert life.count("select count(*) from report where area = 'casavalle'") == 1


async def test_a_scanned_code_is_kept_through_the_door(life: Life) -> None:
    life.api.follow_link(ANA, "casavalle")
    await life.go()
    await life.press(ANA, "English", "Yes, I agree")
    assert life.api.texts(ANA)[-1] == FIRST
    await report_sent_from_here(life)


async def test_who_scans_and_comes_without_the_code_types_it(life: Life) -> None:
    await at_the_menu(life)
    assert life.api.texts(ANA)[-2] == HINT
    await life.say(ANA, "  CasaValle. ")
    assert life.api.texts(ANA)[-1] == FIRST
    await report_sent_from_here(life)


async def test_a_code_typed_at_the_door_is_kept_too(life: Life) -> None:
    await life.say(ANA, "/start", "casavalle")
    await life.press(ANA, "English", "Yes, I agree")
    assert life.api.texts(ANA)[-1] == FIRST
    await report_sent_from_here(life)


async def test_the_same_code_twice_begins_one_report(life: Life) -> None:
    await at_the_menu(life)
    for _again in range(2):
        life.api.follow_link(ANA, "casavalle")
        await life.go()
        assert life.api.texts(ANA)[-1] == FIRST
    assert life.count("select count(*) from conversation where flow = 'report'") == 1


async def test_the_place_of_a_poster_can_be_changed_at_the_review(life: Life) -> None:
    await at_the_menu(life)
    life.api.follow_link(ANA, "casavalle")
    await life.go()
    await life.press(ANA, "Something else")
    await life.say(ANA, "lamp out", "by the school")
    await life.press(ANA, "Skip", "This week", "No", "Change it", "Place")
    await life.say(ANA, "Palermo")
    await life.press(ANA, "Send it")
    assert life.count("select count(*) from report where area = 'palermo'") == 1


async def test_a_municipality_s_code_asks_where_in_it(life: Life) -> None:
    await at_the_menu(life)
    life.api.follow_link(ANA, "municipio-b")
    await life.go()
    await life.press(ANA, "Something else")
    await life.say(ANA, "lamp out")
    assert life.api.texts(ANA)[-1].startswith("Where is it?")


@pytest.mark.parametrize("payload", ["ward4", "x" * 65, "%20", "a b", "</b>", "MVD"])
async def test_a_code_of_nobody_s_gives_the_menu_and_a_word(life: Life, payload: str) -> None:
    await at_the_menu(life)
    await life.say(ANA, f"/start {payload}")
    assert life.api.texts(ANA)[-2:] == [UNKNOWN, "What would you like to do?"]


async def test_a_place_that_is_an_answer_stays_one(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "casavalle")
    assert life.api.texts(ANA)[-1].startswith("Where is it?")


async def test_start_in_the_middle_of_a_report_says_how_to_go_on(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "/start")
    assert life.api.texts(ANA)[-2].startswith("Your report is not sent yet.")
    await life.press(ANA, "Report a problem")
    assert life.api.texts(ANA)[-1].startswith("Tell us what you see.")
