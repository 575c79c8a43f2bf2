"""Keyboards as Telegram takes them: the one under a message, and the one in place of letters."""

from __future__ import annotations

import re
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, ReplyLimit

from bot.domain.inbound import utf16_units
from tests.telegram.refusals import bad

Markup = dict[str, Any]

DATA_MOST = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
"""Bytes, not signs: a popular server for tests does not look, and its users paid for it."""

ROW_MOST = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
BUTTONS_MOST = int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)

INLINE_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
REPLY_ACTIONS = (
    "request_contact", "request_location", "request_poll", "request_users", "request_chat",
    "request_managed_bot", "web_app",
)  # fmt: skip


def check_markup(markup: Markup | None, *, private: bool = True) -> None:
    """Raises `Refusal` for a keyboard that Telegram would not take."""
    if markup is None:
        return
    if "inline_keyboard" in markup:
        _check_rows(markup["inline_keyboard"], _check_inline_button, "inline keyboard")
    elif "keyboard" in markup:
        if not any(markup["keyboard"]):
            raise bad("reply keyboard must contain at least one button")
        _check_rows(markup["keyboard"], lambda b: _check_reply_button(b, private), "keyboard")
        _check_placeholder(markup)
    elif "force_reply" in markup:
        _check_placeholder(markup)
    elif markup.get("remove_keyboard") is not True:
        raise bad("object expected as reply markup")


def _check_rows(rows: list[list[Markup]], check: Any, what: str) -> None:
    for row in rows:
        # Telegram drops an empty row without a word; that it came is a slip of ours.
        if not row:
            raise bad(f"there is an empty row in the {what}")
        if len(row) > ROW_MOST:
            raise bad("REPLY_MARKUP_TOO_LONG")
        for button in row:
            check(button)
    if sum(map(len, rows)) > BUTTONS_MOST:
        raise bad("REPLY_MARKUP_TOO_LONG")


def _check_inline_button(button: Markup) -> None:
    if not str(button.get("text", "")).strip():
        raise bad('can\'t parse inline keyboard button: field "text" must be non-empty')
    actions = [name for name in INLINE_ACTIONS if button.get(name) not in (None, "", False)]
    if not actions:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action must be used")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= DATA_MOST:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not re.match(r"(https?|tg)://[^\s/]+", url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _check_reply_button(button: Markup, private: bool) -> None:
    if not str(button.get("text", "")).strip():
        raise bad('can\'t parse keyboard button: field "text" must be non-empty')
    actions = [name for name in REPLY_ACTIONS if button.get(name) not in (None, False)]
    if len(actions) > 1:
        raise bad("can't parse keyboard button: at most one action can be used")
    if actions and not private and actions[0] in {"request_contact", "request_location"}:
        kind = actions[0].removeprefix("request_")
        raise bad(f"{kind} can be requested in private chats only")


def _check_placeholder(markup: Markup) -> None:
    said = markup.get("input_field_placeholder")
    if said is not None and not 1 <= utf16_units(said) <= int(
        ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER
    ):
        raise bad("input field placeholder is too long")
