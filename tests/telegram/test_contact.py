"""The button that sends a number: there while one is asked for, and good for one's own alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from bot.services import phones
from storage import reports
from tests.telegram.life import ANA, Life, at_the_menu
from tests.telegram.test_edits import CHANGED, STAYS, WHICH, edit, said
from tests.telegram.test_location import keyboards, ups_and_downs

BUTTON = "Send my number"
ASKED = "Which number may we call? We erase it once your report is closed."
OWN = {"phone_number": "59899123456", "first_name": "Ana", "user_id": ANA}
OTHERS = {"phone_number": "59899654321", "first_name": "Beto", "user_id": 5}
NOBODYS = {"phone_number": "59899654321", "first_name": "Beto"}


@pytest.fixture(autouse=True)
def calling(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """A country whose people are called."""
    country = life.house.countries["uruguay"]
    calls = replace(country, report=replace(country.report, answer=("here", "call", "none")))
    monkeypatch.setattr(
        life.house.conversations, "_countries", {**life.house.countries, "uruguay": calls}
    )


async def at_the_ways(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "lamp out", "Palermo", "at the gate", "skip")
    await life.press(ANA, "This week", "No")


async def at_the_number(life: Life) -> None:
    await at_the_ways(life)
    await life.press(ANA, "By phone")
    assert life.api.texts(ANA)[-1] == ASKED


async def share(life: Life, contact: dict[str, object]) -> None:
    life.api.tap(ANA, BUTTON, contact=contact)
    await life.go()


def number_kept(life: Life) -> str | None:
    def read(connection: Connection) -> str | None:
        [row] = reports.list_reports(connection)
        return phones.read_phone(connection, life.house.keys, row.id)

    return life.house.database.write_now(read)


def review(life: Life) -> str:
    return life.api.texts(ANA)[-1]


async def test_ones_own_number_counts_and_the_button_goes_with_it(life: Life) -> None:
    await at_the_number(life)
    up = keyboards(life)[-1]
    assert up.markup == {
        "keyboard": [[{"text": f"📞 {BUTTON}", "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    before = ups_and_downs(life)
    await share(life, OWN)
    assert ups_and_downs(life) == [*before, "down"]
    assert "By phone, +59899123456" in review(life)
    await life.press(ANA, "Send it")
    assert number_kept(life) == "+59899123456"
    assert "We will call you or write to you here by" in "\n".join(life.api.texts(ANA)[-3:])
    assert life.count("select count(*) from prompt where keyboard") == 0
    assert life.api.refused == []


@pytest.mark.parametrize("contact", [OTHERS, NOBODYS])
async def test_anybody_elses_number_is_declined_and_asked_again(
    life: Life, contact: dict[str, object]
) -> None:
    await at_the_number(life)
    before = ups_and_downs(life)
    await share(life, contact)
    assert life.api.texts(ANA)[-2].startswith("We can take only your own number.")
    assert life.api.texts(ANA)[-1] == ASKED
    assert ups_and_downs(life) == before
    assert b"99654321" not in b"".join(
        life.house.database.write_now(
            lambda one: one.scalars(text("select state from conversation")).all()
        )
    )
    await share(life, OWN)
    await life.press(ANA, "Send it")
    assert number_kept(life) == "+59899123456"


async def test_a_contact_that_nobody_asked_for_is_declined_and_kept_nowhere(life: Life) -> None:
    await at_the_menu(life)
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "lamp out")
    for contact in (OWN, OTHERS):
        life.api.say(ANA, contact=contact)
        await life.go()
        assert life.api.texts(ANA)[-2].startswith("We need no phone numbers here.")
        assert life.api.texts(ANA)[-1].startswith("Where is it?")
    await life.say(ANA, "Palermo", "at the gate", "skip")
    await life.press(ANA, "This week", "No", "Here in this chat", "Send it")
    assert number_kept(life) is None


async def test_ones_own_number_counts_where_the_way_to_answer_is_asked_for(life: Life) -> None:
    await at_the_ways(life)
    life.api.say(ANA, contact=OTHERS)
    await life.go()
    assert life.api.texts(ANA)[-2].startswith("We can take only your own number.")
    assert life.api.texts(ANA)[-1].startswith("How may we answer you?")
    life.api.say(ANA, contact=OWN)
    await life.go()
    assert "By phone, +59899123456" in review(life)
    await life.press(ANA, "Send it")
    assert number_kept(life) == "+59899123456"


async def test_a_typed_number_counts_and_its_edit_takes_its_place(life: Life) -> None:
    await at_the_number(life)
    wrong = await said(life, "999")
    assert life.api.texts(ANA)[-2] == "Please type a phone number of 7 to 15 digits."
    assert (await edit(life, wrong, "099 123 456"))[-1].startswith("Please check.")
    assert await edit(life, wrong, "none of yours") == [STAYS]
    changed = await edit(life, wrong, "099 123 457")
    assert changed[0] == CHANGED
    assert "By phone, 099 123 457" in changed[-1]
    await life.press(ANA, "Send it")
    assert number_kept(life) == "099 123 457"
    # Once it is sent the number is sealed, and no words beside it may tell it.
    assert (await edit(life, wrong, "099 765 432"))[0] == WHICH
    assert life.count("select count(*) from addition") == 0


async def test_it_is_changed_at_the_review_and_taken_back_by_either_way(life: Life) -> None:
    await at_the_number(life)
    await life.say(ANA, "099 123 456")
    await life.press(ANA, "Change it", "Our answer")
    assert life.api.texts(ANA)[-1].startswith("How may we answer you?")
    await life.press(ANA, "By phone", "Answer here instead")
    assert "Here in this chat" in review(life)
    assert ups_and_downs(life)[-1] == "down"
    await life.press(ANA, "Change it", "Our answer", "By phone", "Back", "Do not write to me")
    assert "Do not write to me" in review(life)
    assert ups_and_downs(life)[-1] == "down"
    await life.press(ANA, "Send it")
    assert number_kept(life) is None


async def test_a_number_reaches_the_report_whatever_was_opened_in_between(life: Life) -> None:
    await at_the_number(life)
    await life.say(ANA, "/help")
    await share(life, OWN)
    assert "+59899123456" in review(life)


async def test_cancel_and_forget_take_the_button_away(life: Life) -> None:
    await at_the_number(life)
    await life.say(ANA, "/cancel")
    assert ups_and_downs(life)[-1] == "down"
    await life.press(ANA, "Report a problem", "Something else")
    await life.say(ANA, "lamp out", "Palermo", "at the gate", "skip")
    await life.press(ANA, "This week", "No", "By phone")
    assert ups_and_downs(life)[-1] == "up"
    await life.say(ANA, "/forget")
    await life.press(ANA, "Yes")
    assert ups_and_downs(life)[-1] == "down"


async def test_the_button_speaks_the_language_that_is_chosen_at_its_question(life: Life) -> None:
    await at_the_number(life)
    await life.say(ANA, "/language es")
    assert "📞 Mandar mi número" in str(keyboards(life)[-1].markup)
    assert ups_and_downs(life)[-2:] == ["up", "up"]
    asked = life.api.texts(ANA)
    await life.say(ANA, "/language")
    await life.press(ANA, "English")
    assert f"📞 {BUTTON}" in str(keyboards(life)[-1].markup)
    assert life.api.texts(ANA)[-1] == ASKED
    assert len(life.api.texts(ANA)) == len(asked) + 4
    await share(life, OWN)
    assert ups_and_downs(life)[-1] == "down"
    assert "By phone, +59899123456" in review(life)
    assert life.count("select count(*) from prompt where keyboard") == 0
    assert life.api.refused == []
