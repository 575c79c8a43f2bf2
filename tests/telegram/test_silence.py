"""Telegram wants silence from the whole bot: it is kept, by whoever asks, also after a restart.

Of the faults that users of other bots reported (tdlib/td issues 1331 and 1236).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.services.stuck import TRIES, Away
from storage import budget, outbox
from storage.errors import Busy
from tests.telegram.api import too_many
from tests.telegram.bystanders import check_silently
from tests.telegram.indoors import Driven, driven
from tests.telegram.life import GROUP
from tests.telegram.made_updates import ANA, BETO
from tests.telegram.refusals import html_error, server_error
from tests.telegram.state import Fault, Odd

BOT = "uruguay/telegram"
RATE = 30
CROWD = range(300, 350)
TAKEN_IN = ("getUpdates", "deleteWebhook")


def asked(life: Driven) -> list[str]:
    """Every request but those that take in."""
    return [call.method for call in life.api.calls if call.method not in TAKEN_IN]


def deny(life: Driven, seconds: int) -> None:
    """Telegram answers everything with the same wait."""
    methods = ("sendMessage", "editMessageReplyMarkup", "answerCallbackQuery", "getMe", "getFile")
    life.api.faults = [Fault(name, lambda: too_many(seconds), times=1000) for name in methods]


async def for_many(life: Driven) -> int:
    """How much an announcement could send now."""
    write, now = life.house.database.write, life.clock[0]
    return (await write(outbox.draw_for_many, BOT, RATE, 100, now)).count


async def crowd(life: Driven, chats: Sequence[int] = CROWD) -> None:
    """Many come to the door at once; nothing is sent to them yet."""
    for chat in chats:
        life.api.say(chat, text="/start")
    await life.take()


@pytest.mark.parametrize("seconds", [35, 10_072])
async def test_not_one_request_leaves_before_the_time_is_over(
    tmp_path: Path, seconds: int
) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await life.start(ANA)
        life.clock[0] += budget.BURST * 60
        await crowd(life)
        deny(life, seconds)
        before = len(asked(life))
        await life.send()
        # What was under way together has left already; nothing follows it.
        refused = len(asked(life)) - before
        assert 1 <= refused <= RATE
        life.api.faults.clear()
        calls = asked(life)
        await life.go(seconds - 1)
        life.api.say(ANA, text="report")
        await life.go()
        life.api.press(ANA, "Report a problem")
        await life.go()
        assert asked(life) == calls
    async with driven(tmp_path, before=life, rate=RATE) as life:
        await life.send()
        assert asked(life) == calls, "a restart does not remember"
        await life.go(1)
        for _second in range(10):
            await life.go(1)
        assert all(life.api.texts(chat) for chat in CROWD)
        assert "What is the problem?" in life.api.texts(ANA)
        assert life.count("select count(*) from outbox where state in ('owed', 'sending')") == 0
        assert life.count("select count(*) from outbox where state != 'sent'") == 0
        await check_silently(life, ANA)


async def test_another_process_keeps_it_too(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await crowd(life)
        until = life.clock[0] + budget.BURST * 35
        await life.house.database.write(budget.pause, BOT, until, life.clock[0])
        await life.send()
        await life.go(34)
        assert asked(life) == []
        await life.go(1)
        assert asked(life)


async def test_replies_leave_first_afterwards(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await life.start(ANA)
        life.clock[0] += budget.BURST * 60
        await crowd(life)
        deny(life, 35)
        await life.send()
        life.api.faults.clear()
        life.clock[0] += budget.BURST * 35
        assert await for_many(life) == 0
        for _second in range(5):
            await life.go(1)
        assert await for_many(life) > 0


async def test_a_wait_for_one_chat_is_no_other_chats(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await life.start(ANA, BETO)
        # All of a second's budget went into the start.
        await life.go(1)
        life.api.misbehave("sendMessage", lambda: too_many(35), chat=ANA)
        await life.press(ANA, "Report a problem")
        calls = [call for call in life.api.calls if call.chat == ANA]
        await life.say(BETO, "help")
        assert life.api.texts(BETO)[-1] == "How can we help?"
        await life.say(ANA, "help")
        await life.go(34)
        assert [call for call in life.api.calls if call.chat == ANA] == calls
        await life.go(2)
        assert "What is the problem?" in life.api.texts(ANA)


async def test_no_more_leaves_than_the_rate_allows(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await crowd(life)
        heard = []
        for _second in range(4):
            await life.go(1)
            heard.append(len([call for call in asked(life) if call == "sendMessage"]))
        assert heard[0] <= RATE * 2
        assert heard[-1] >= len(CROWD)


async def test_what_takes_several_requests_draws_as_many(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        await life.start(ANA)
        await life.go(60)
        life.api.calls.clear()
        await life.press(ANA, "Report a problem", "Something else")
        await life.say(ANA, "lamp out")
        # Beside the question came the keyboard with its button.
        assert "Send my location" in str(life.api.messages[-2].markup)
        await life.send()
        made = sum(call.chat is not None for call in life.api.calls)
        [kept] = life.house.database.write_now(budget.read_budgets).values()
        drawn = (kept.tat - life.clock[0]).total_seconds() * RATE
        assert drawn == pytest.approx(made, abs=0.01)


def call(life: Driven) -> None:
    """Whoever reads it must know the bot's name, which each process asks for once."""
    life.api.say(GROUP, text="/help@baraza_tests_bot", kind="supergroup")


async def test_who_calls_in_a_group_meanwhile_is_heard_by_a_new_process(tmp_path: Path) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        until = life.clock[0] + budget.BURST * 35
        await life.house.database.write(budget.pause, BOT, until, life.clock[0])
    async with driven(tmp_path, before=life, rate=RATE) as life:
        call(life)
        await life.go(34)
        assert life.count("select count(*) from stuck_update") == 0
        assert not life.api.texts(GROUP)
        await life.go(1)
        assert len(life.api.texts(GROUP)) == 1


@pytest.mark.parametrize("how", [server_error, html_error, lambda: too_many(9), "reset"])
async def test_a_call_in_a_group_waits_until_the_bots_name_can_be_asked_for(
    tmp_path: Path, how: Odd | str
) -> None:
    async with driven(tmp_path, rate=RATE) as life:
        life.api.faults = [Fault("getMe", how, times=2 * TRIES)]
        call(life)
        for _time in range(2 * TRIES):
            with pytest.raises(Away):
                await life.take()
        await life.go()
        assert life.count("select count(*) from stuck_update") == 0
        assert len(life.api.texts(GROUP)) == 1


@pytest.mark.parametrize("known", [False, True])
async def test_a_wait_that_cannot_be_kept_now_ends_no_polling(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    async with driven(tmp_path) as life:
        await life.start(ANA)

        def away(*_given: object) -> None:
            raise Busy("away")

        monkeypatch.setattr(budget, "pause", away)
        deny(life, 35)
        for _press in range(1 + known):
            life.api.press(ANA, "Report a problem")
            await life.take()
        assert life.house.pauses.bot_seconds(BOT) > 0
        life.api.faults.clear()
        monkeypatch.undo()
        await life.go(36)
        assert "What is the problem?" in life.api.texts(ANA)
        assert life.house.database.write_now(budget.read_budgets)[BOT].paused_until is not None
