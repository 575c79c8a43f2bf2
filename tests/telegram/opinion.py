"""A second opinion: python-telegram-bot reads what we send, and would have sent it alike.

aiogram makes our calls and its models read them here; a mistake that both share would pass. So
every message goes through the other library as well: its parser must read back just what stands
there, and its own request for the same call must hold the same parameters.
"""

from __future__ import annotations

from typing import Any

import telegram

from tests.telegram.calls import Call

READERS: dict[str, Any] = {
    "reply_markup": telegram.InlineKeyboardMarkup,
    "link_preview_options": telegram.LinkPreviewOptions,
}


def differences(call: Call, result: Any) -> list[str]:
    """What the other library reads otherwise, a line each."""
    shown = [
        item for item in (result if isinstance(result, list) else [result]) if _is_message(item)
    ]
    found = []
    for message in shown:
        read = telegram.Message.de_json(message, None).to_dict()
        found += _compare(f"{call.method}: the message", _bare(message), _bare(read))
    return found + _markup(call)


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and "message_id" in value


def _markup(call: Call) -> list[str]:
    markup = call.given.get("reply_markup")
    if markup is None:
        return []
    if "inline_keyboard" in markup:
        read: Any = telegram.InlineKeyboardMarkup.de_json(markup, None)
    elif "keyboard" in markup:
        read = telegram.ReplyKeyboardMarkup.de_json(markup, None)
    elif "remove_keyboard" in markup:
        read = telegram.ReplyKeyboardRemove.de_json(markup, None)
    else:
        read = telegram.ForceReply.de_json(markup, None)
    return _compare(f"{call.method}: the keyboard", _bare(markup), _bare(read.to_dict()))


def _bare(value: Any) -> Any:
    """Without what stands for nothing: a field that is false, empty or null."""
    if isinstance(value, dict):
        bare = {name: _bare(item) for name, item in value.items()}
        return {name: item for name, item in bare.items() if item not in (None, False, [], {})}
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return value


def _compare(where: str, ours: Any, theirs: Any) -> list[str]:
    if ours == theirs:
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        names = sorted(set(ours) | set(theirs))
        return [
            line
            for name in names
            for line in _compare(f"{where}.{name}", ours.get(name), theirs.get(name))
        ]
    return [f"{where}: we say {ours!r}, python-telegram-bot reads {theirs!r}"]
