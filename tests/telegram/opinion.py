"""A second opinion: python-telegram-bot reads what we send, and would have sent it alike.

aiogram makes our calls and its models read them here; a mistake that both share would pass. So
every message goes through the other library as well: its parser must read back just what stands
there, and its own request for the same call must hold the same parameters.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import telegram
from telegram.request import BaseRequest, RequestData

from tests.telegram.calls import Call

REBUILT = frozenset(
    {
        "sendMessage", "sendLocation", "sendChatAction", "editMessageText", "editMessageCaption",
        "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery", "setMyCommands",
        "setMyName", "setMyDescription", "setMyShortDescription",
    }
)  # fmt: skip
"""Methods without files, whose request the other library makes for itself as well."""

READERS: dict[str, Any] = {
    "entities": telegram.MessageEntity,
    "caption_entities": telegram.MessageEntity,
    "commands": telegram.BotCommand,
    "link_preview_options": telegram.LinkPreviewOptions,
    "reply_parameters": telegram.ReplyParameters,
}


PASSING = frozenset({"message_id", "id", "chat_id", "date", "edit_date", "callback_query_id"})
"""Fields that say which, and not what: only their kinds are compared with what was read before."""

_agreed: set[str] = set()
"""What both have read alike. The same words and buttons come hundreds of times in the tests."""


async def differences(call: Call, result: Any) -> list[str]:
    """What the other library reads or would write otherwise, a line each."""
    said = json.dumps([call.method, _lasting(call.given), _lasting(result)], default=repr)
    if said in _agreed:
        return []
    found = await _look(call, result)
    if not found:
        _agreed.add(said)
    return found


def _lasting(value: Any) -> Any:
    """Without numbers that another message with the same content has otherwise."""
    if isinstance(value, dict):
        return {
            name: type(item).__name__ if name in PASSING else _lasting(item)
            for name, item in value.items()
        }
    return [_lasting(item) for item in value] if isinstance(value, list) else value


async def _look(call: Call, result: Any) -> list[str]:
    shown = result if isinstance(result, list) else [result]
    found = []
    for message in shown:
        if isinstance(message, dict) and "message_id" in message:
            read = telegram.Message.de_json(message, None)
            where = f"{call.method}: the message"
            found += _compare(where, _bare(message), _bare(read.to_dict()))
            found += [f"{where}: there is no field {name!r}" for name in _unknown(read)]
    if call.method in REBUILT:
        theirs = _bare(await _their_request(call))
        found += _compare(call.method, _bare(call.given), theirs)
    return found


def _unknown(value: Any) -> list[str]:
    """Fields that the other library does not know, anywhere inside."""
    if isinstance(value, telegram.TelegramObject):
        inside = [getattr(value, name, None) for name in value.to_dict(recursive=False)]
        return [*value.api_kwargs, *(name for item in inside for name in _unknown(item))]
    if isinstance(value, list | tuple):
        return [name for item in value for name in _unknown(item)]
    return []


class _Kept(BaseRequest):
    """Takes requests down instead of sending them."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None:
        """There is nothing to open."""

    async def shutdown(self) -> None:
        """There is nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        self.last = {} if request_data is None else dict(request_data.parameters)
        message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
        is_message = re.search(r"/(?:send(?!ChatAction)|edit)\w+$", url)
        return 200, json.dumps({"ok": True, "result": message if is_message else True}).encode()


@cache
def _their_bot() -> tuple[telegram.Bot, _Kept]:
    kept = _Kept()
    return telegram.Bot("1:a", request=kept, get_updates_request=_Kept()), kept


async def _their_request(call: Call) -> dict[str, Any]:
    bot, kept = _their_bot()
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", call.method).lower()
    given = {name: _read(name, value) for name, value in call.given.items()}
    await getattr(bot, name)(**given)
    return kept.last


def _read(name: str, value: Any) -> Any:
    """A parameter as the other library wants it."""
    if name == "reply_markup":
        kind = next(
            kind
            for field, kind in (
                ("inline_keyboard", telegram.InlineKeyboardMarkup),
                ("keyboard", telegram.ReplyKeyboardMarkup),
                ("remove_keyboard", telegram.ReplyKeyboardRemove),
                ("force_reply", telegram.ForceReply),
            )
            if field in value
        )
        return kind.de_json(value, None)
    reader = READERS.get(name)
    if reader is None:
        return value
    if isinstance(value, list):
        return [reader.de_json(item, None) for item in value]
    return reader.de_json(value, None)


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
        return [
            line
            for name in sorted(set(ours) | set(theirs))
            for line in _compare(f"{where}.{name}", ours.get(name), theirs.get(name))
        ]
    return [f"{where}: we say {ours!r}, python-telegram-bot reads {theirs!r}"]
