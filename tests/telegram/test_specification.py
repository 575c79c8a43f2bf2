"""aiogram's methods, this server and our own calls, held against the written specification."""

from __future__ import annotations

from typing import Any

from aiogram.types import Update

from bot.handlers.kinds import KINDS
from tests.telegram.api import METHODS
from tests.telegram.calls import known_methods, parameters_of
from tests.telegram.specification import need_specification, wrong_call


def test_the_methods_of_both_are_the_same() -> None:
    specification = need_specification()
    missing = [name for name in specification["methods"] if name.lower() not in known_methods()]
    assert missing == []


def test_their_parameters_are_the_same_and_the_same_ones_are_required() -> None:
    """aiogram may know more: what is newer than the specification, and what was taken back."""
    specification = need_specification()
    for name, described in specification["methods"].items():
        ours = parameters_of(name)
        theirs = {field["name"]: field["required"] for field in described.get("fields", [])}
        assert theirs.keys() - ours.keys() == set(), name
        assert {key: ours[key].required for key in theirs} == theirs, name


def test_this_server_answers_methods_that_there_are() -> None:
    specification = need_specification()
    known = {name.lower() for name in specification["methods"]}
    assert METHODS, "the server knows no method"
    assert METHODS.keys() - known == set()


def test_the_kinds_that_we_ask_for_are_kinds_of_updates() -> None:
    specification = need_specification()
    fields = {field["name"] for field in specification["types"]["Update"]["fields"]}
    assert set(KINDS) <= fields
    assert set(KINDS) <= set(Update.model_fields)


def test_a_wrong_call_is_seen() -> None:
    specification = need_specification()
    button: dict[str, Any] = {"text": "A", "callback_data": "x"}
    markup = {"inline_keyboard": [[button]]}
    right = {"chat_id": 5, "text": "a", "reply_markup": markup}
    assert wrong_call(specification, "sendMessage", right) == []
    wrong = {"text": 5, "colour": 1, "reply_markup": {"inline_keyboard": [[{"data": "x"}]]}}
    where = "sendMessage.reply_markup.inline_keyboard[0][0]"
    assert wrong_call(specification, "sendMessage", wrong) == [
        "sendMessage: there is no colour",
        "sendMessage: chat_id is missing",
        "sendMessage.text is no String",
        f"{where}: there is no data",
        f"{where}: text is missing",
    ]
    assert wrong_call(specification, "sendLetter", {}) == ["there is no method sendLetter"]
