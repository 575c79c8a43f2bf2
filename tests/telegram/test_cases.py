"""Faults that users of other bots reported, as kinds: what must come of them here.

Each ends with the two silent checks: every update was confirmed, and the next ordinary message of
the one whom it befell and of a bystander gets its answer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from bot.work.sweeping import sweep
from tests.telegram.api import empty_answer, html_error, server_error, too_many
from tests.telegram.bystanders import check_silently, watched
from tests.telegram.indoors import Driven, driven
from tests.telegram.made_updates import ANA, BETO
from tests.telegram.residents import doubled

STORY = "The lamp is out at the gate"
WHAT = "What is the problem?"
TELL = "Tell us what you see. Please do not name people."
WHERE = "Where is it? Send your location, type the neighbourhood, or pick from the list."
STREET = "Which street or corner? Or what is near it?"
PHOTO = "Send a photo if it is safe. No faces or number plates, please."


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Driven]:
    async with watched(tmp_path) as running:
        yield running


async def at_review(life: Driven) -> None:
    """Everything of a report is told but for the last press."""
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    await life.say(ANA, STORY, "Palermo", "skip", "skip")
    await life.press(ANA, "This week", "Not sure")


# The same update again (C03)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("times", [1, 2, 5])
async def test_a_press_that_sends_the_report_counts_once(
    tmp_path: Path, times: int, restarted: bool
) -> None:
    async with driven(tmp_path) as life:
        await life.start(ANA, BETO)
        await at_review(life)
        update = life.api.press(ANA, "Send it")
        for _ in range(times - 1):
            life.api.again(update)
        await life.go()
        said = life.api.texts(ANA)
    if restarted:
        async with driven(tmp_path, before=life) as life:
            life.api.again(update)
            await life.go()
            assert life.count("select count(*) from report") == 1
            assert life.api.texts(ANA) == said
            await check_silently(life)
    assert len([text for text in said if "Your number is" in text]) == 1


@pytest.mark.parametrize(
    "what",
    [
        {"text": "report"},
        {"text": "/forget"},
        {"text": "/language"},
        {"location": {"latitude": -34.9, "longitude": -56.16}},
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1,
                     "height": 1, "is_animated": False, "is_video": False}},
        {"text": "x" * 5},
    ],
)  # fmt: skip
async def test_whatever_comes_again_is_answered_once(life: Driven, what: dict[str, Any]) -> None:
    update = life.api.say(ANA, **what)
    life.api.again(update)
    await life.go()
    said = life.api.texts(ANA)
    life.api.again(update)
    await life.go()
    assert life.api.texts(ANA) == said


# Ids that begin anew (C05)


@pytest.mark.parametrize("to", [5, 100_000, 117_314_199, 2**31 - 1])
@pytest.mark.parametrize("days", [8, 400])
async def test_ids_that_jump_after_a_quiet_week_are_taken_once(
    life: Driven, to: int, days: int
) -> None:
    life.api.jump(727_334_707)
    await life.say(BETO, "help")
    await life.go(days * 86_400)
    life.api.jump(to)
    heard = len(life.api.texts(BETO))
    life.api.say(BETO, text="menu")
    life.api.say(BETO, text="help")
    await life.go()
    assert len(life.api.texts(BETO)) > heard + 1
    assert life.api.updates == []


async def test_an_id_that_was_used_a_month_ago_is_new_again(life: Driven) -> None:
    life.api.jump(500)
    await life.say(ANA, "help")
    await life.go(40 * 86_400)
    house = life.house
    await sweep(house.database, house.outside, house.countries)
    life.api.jump(500)
    heard = len(life.api.texts(ANA))
    await life.say(ANA, "help")
    assert len(life.api.texts(ANA)) > heard


# A batch that is cut short (C04)


@pytest.mark.parametrize("fails_at", [0, 1, 2])
async def test_one_failure_in_a_batch_loses_and_doubles_nothing(
    life: Driven, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    monkeypatch.setattr("bot.handlers.polling.WAIT_SECONDS", 0.0)
    await life.press(ANA, "Report a problem")
    write = life.house.database.write
    turns = 0

    async def once(fn: Any, *args: Any, **more: Any) -> Any:
        nonlocal turns
        if getattr(fn, "__name__", "") == "take_turn":
            turns += 1
            if turns == fails_at + 1:
                raise LookupError("planted")
        return await write(fn, *args, **more)

    monkeypatch.setattr(life.house.database, "write", once)
    for words in ("bins", "full bin", STORY):
        life.api.say(ANA, text=words)
    life.api.say(BETO, text="help")
    await life.go()
    asked = [text for text in life.api.texts(ANA) if text in {WHAT, TELL, WHERE}]
    assert asked == [WHAT, WHAT, TELL, WHERE]
    assert life.api.texts(BETO)[-1] == "How can we help?"


# Answers of the server that make no sense (C07), or that say to wait (C09, C37)

ODD: dict[str, Any] = {
    "502 with a page": html_error,
    "500": server_error,
    "nothing": empty_answer,
    "half of it": lambda: Response(b'{"ok":tr', media_type="application/json"),
    "a list": lambda: JSONResponse([1]),
    "success without a result": lambda: JSONResponse({"ok": True}),
    "failure without a reason": lambda: JSONResponse({"ok": False}),
    "a page that says 200": lambda: Response(b"<html>ok</html>", 200, media_type="text/html"),
    "404 with a page": lambda: Response(b"<html>not here</html>", 404, media_type="text/html"),
    "no words at all": lambda: Response(b"\xff\xfe", 200),
}


@pytest.mark.parametrize("name", sorted(ODD))
@pytest.mark.parametrize("times", [1, 3])
async def test_an_odd_answer_locks_nobody_out(life: Driven, name: str, times: int) -> None:
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    life.api.misbehave("sendMessage", ODD[name], chat=ANA, times=times)
    heard = len(life.api.texts(ANA))
    for words in ("12 people", "hello", "/start"):
        life.api.say(ANA, text=words)
        await life.go(60)
    await life.say(BETO, "help")
    assert life.api.texts(BETO)[-1] == "How can we help?"
    await life.say(ANA, "STOP")
    said = life.api.texts(ANA)[heard:]
    assert "What would you like to do?" in said
    assert life.count("select count(*) from resident where stopped_at is not null") == 1
    assert life.count("select count(*) from outbox where state in ('owed', 'sending')") == 0


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("seconds", [1, 35, 10_072])
async def test_who_is_told_to_wait_waits_and_order_stays(
    tmp_path: Path, at: int, seconds: int
) -> None:
    calm_folder = tmp_path / "calm"
    calm_folder.mkdir()
    async with driven(calm_folder) as calm:
        await calm.say(ANA, "/start")
        await calm.press(ANA, "English")
        wanted = calm.api.texts(ANA)
    async with driven(tmp_path) as life:
        await life.say(BETO, "/start")
        await life.say(ANA, "/start")
        life.api.misbehave("sendMessage", lambda: too_many(seconds), chat=ANA, skip=at)
        await life.press(ANA, "English")
        said, calls = life.api.texts(ANA), sends(life, ANA)
        await life.go(seconds - 1)
        assert sends(life, ANA) == calls, "asked again before the time was over"
    async with driven(tmp_path, before=life) as life:
        await life.send()
        assert sends(life, ANA) == calls, "a restart does not remember"
        assert life.api.texts(ANA) == said
        await life.go(2)
        assert life.api.texts(ANA) == wanted
        await life.press(ANA, "Yes, I agree")
        await check_silently(life, ANA)


def sends(life: Driven, chat: int) -> int:
    """How often it was tried to send something to a chat."""
    return len([c for c in life.api.calls if c.method == "sendMessage" and c.chat == chat])


# Several at once (C08), and twice (C10)


async def test_three_answers_in_one_batch_are_each_used_once(life: Driven) -> None:
    await life.press(ANA, "Report a problem", "Bins", "Full bin")
    heard = len(life.api.texts(ANA))
    for words in (STORY, "Palermo", "Durazno 1500"):
        life.api.say(ANA, text=words)
    await life.go()
    said = life.api.texts(ANA)[heard:]
    assert [said.count(text) for text in (TELL, WHERE, STREET, PHOTO)] == [0, 1, 1, 1]


@pytest.mark.parametrize("together", [True, False])
async def test_a_double_press_is_one_step_and_both_are_acknowledged(
    life: Driven, together: bool
) -> None:
    await life.press(ANA, "Report a problem")
    message = life.api.newest(ANA)[0]
    data = next(b["callback_data"] for b in message.buttons if "Bins" in b["text"])
    answered = len(life.api.answered)
    for _ in range(2):
        life.api.press_data(ANA, message.id, data)
        if not together:
            await life.go()
    await life.go()
    assert len(life.api.answered) == answered + 2
    shown = [item for item in life.api.newest(ANA) if item.keyboard]
    assert "Full bin" in " ".join(button["text"] for button in shown[0].buttons)
    assert life.api.refusals("not modified") == []


@pytest.mark.parametrize("late", ["forgotten", "refused", "both"])
async def test_a_press_after_a_long_time_counts_once(life: Driven, late: str) -> None:
    await life.press(ANA, "Report a problem")
    message = life.api.newest(ANA)[0]
    await life.go(3 * 86_400)
    if late != "forgotten":
        life.api.frozen.add(message.id)
    life.api.press(ANA, "Bins", old=late != "refused")
    life.api.queries.clear()
    heard = len(life.api.texts(ANA))
    await life.go()
    assert life.api.texts(ANA)[heard:] == [WHAT]
    assert life.api.refusals("query is too old", "can't be edited") == []


# What comes in pieces, of which the rest never comes (C18, C29)


@pytest.mark.parametrize(
    ("piece", "answer"),
    [
        (
            {"media_group_id": "7", "document": {"file_id": "d", "file_unique_id": "d"}},
            "What would you like to do?",
        ),
        ({"text": "x" * 4096}, "What is it?"),
    ],
)
async def test_a_piece_without_its_rest_is_answered_in_a_moment(
    life: Driven, piece: dict[str, Any], answer: str
) -> None:
    heard = len(life.api.texts(ANA))
    life.api.say(ANA, **piece)
    await life.go()
    assert len(life.api.texts(ANA)) == heard
    await life.go(2)
    assert life.api.texts(ANA)[heard:][-1] == answer


# A lost answer (C06)


@pytest.mark.parametrize("at", [0, 2, 5])
@pytest.mark.parametrize("how", ["reset", "half"])
async def test_after_a_lost_answer_the_rest_comes_in_its_order(
    tmp_path: Path, at: int, how: str
) -> None:
    (tmp_path / "calm").mkdir()
    async with driven(tmp_path / "calm") as calm:
        await calm.start(ANA)
        wanted = calm.api.texts(ANA)
    async with driven(tmp_path) as life:
        await life.say(ANA, "/start")
        life.api.misbehave("sendMessage", how, chat=ANA, skip=at, after=True)
        await life.press(ANA, "English")
        await life.go(600)
        await life.press(ANA, "Yes, I agree")
        assert len(doubled(wanted, life.api.texts(ANA))) <= 1


# One who cannot be reached (C36)


async def test_who_cannot_be_reached_stops_nobody_else(life: Driven) -> None:
    people = range(201, 207)
    for chat in people:
        life.api.say(chat, text="/start")
    await life.take()
    _ok, blocked, gone, unknown, unlucky, _fine = people
    life.api.blocked.add(blocked)
    life.api.deactivated.add(gone)
    del life.api.chats[unknown]
    life.api.misbehave("sendMessage", server_error, chat=unlucky)
    await life.send()
    await life.go(60)
    heard = [bool(life.api.texts(chat)) for chat in people]
    assert heard == [True, False, False, False, True, True]
    tries = [sends(life, chat) for chat in (blocked, gone, unknown)]
    await life.go(86_400)
    assert [sends(life, chat) for chat in (blocked, gone, unknown)] == tries
    assert life.count("select count(*) from outbox where state in ('owed', 'sending')") == 0
    assert life.count("select count(*) from outbox where state = 'given up'") >= 3
