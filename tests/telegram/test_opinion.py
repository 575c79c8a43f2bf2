"""The second opinion finds what it is there for, and agrees with what is right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram.api import BotApi
from tests.telegram.calls import Call
from tests.telegram.opinion import differences
from tests.telegram.state import Message

KEYBOARD: dict[str, Any] = {"inline_keyboard": [[{"text": "A", "callback_data": "x"}]]}


def sent(**more: Any) -> dict[str, Any]:
    api = BotApi()
    api.say(5, text="hello")
    message = Message(9, 5, "a", KEYBOARD["inline_keyboard"])
    return {**api.message_json(message), **more}


async def test_what_is_right_is_read_alike() -> None:
    given = {"chat_id": 5, "text": "a", "reply_markup": KEYBOARD}
    assert await differences(Call("sendMessage", given, {}), sent()) == []
    commands = [{"command": "report", "description": "Report"}]
    given = {"commands": commands, "language_code": "es"}
    assert await differences(Call("setMyCommands", given, {}), True) == []


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"colour": "red"}, "'colour'"),
        ({"entities": [{"type": "bold", "offset": 0, "length": 1, "wide": 1}]}, "'wide'"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "A", "data": "x"}]]}}, "'data'"),
    ],
)
async def test_a_field_that_the_other_library_does_not_know_is_told(
    more: dict[str, Any], where: str
) -> None:
    call = Call("sendMessage", {"chat_id": 5, "text": "a"}, {})
    assert any(where in line for line in await differences(call, sent(**more)))


async def test_a_call_that_the_other_library_would_make_otherwise_is_told() -> None:
    # Telegram takes bare words for a button; both libraries write it out.
    given = {"chat_id": 5, "text": "a", "reply_markup": {"keyboard": [["A"]]}}
    [difference] = await differences(Call("sendMessage", given, {}), sent())
    assert "reply_markup.keyboard" in difference
