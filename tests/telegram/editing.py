"""Methods that change what stands in a chat, and the answer to a press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram.constants import CallbackQueryLimit

from bot.domain.inbound import utf16_units
from tests.telegram.calls import Call
from tests.telegram.entities import TEXT_MOST, check_length, read_text
from tests.telegram.keyboards import check_markup
from tests.telegram.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad
from tests.telegram.sending import Do, check_chat, read_caption
from tests.telegram.state import BotState, Message


def _to_edit(api: BotState, call: Call) -> Message:
    # Who blocked the bot cannot be written to; what stands in their chat can still be changed.
    chat = call.chat
    found = [
        item
        for item in api.messages
        if (item.id, item.chat) == (call.given.get("message_id"), chat)
    ]
    if not found:
        raise bad("message to edit not found")
    [message] = found
    if message.id in api.frozen or (message.markup and "inline_keyboard" not in message.markup):
        # A message that brought a keyboard in place of letters can never be edited.
        raise bad("message can't be edited")
    return message


def _edited(
    api: BotState, call: Call, message: Message, words: str, entities: list[Any]
) -> dict[str, Any]:
    markup = call.given.get("reply_markup")
    check_markup(markup)
    keyboard = (markup or {}).get("inline_keyboard", [])
    if (words, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise bad(NOT_MODIFIED)
    message.text, message.entities, message.keyboard = words, entities, keyboard
    message.edited = True
    return api.message_json(message)


def _edit_text(api: BotState, call: Call) -> Any:
    words, entities = read_text(call.given)
    check_length(words, TEXT_MOST, "message text is empty", "message is too long")
    message = _to_edit(api, call)
    if message.kind != "text":
        raise bad("there is no text in the message to edit")
    return _edited(api, call, message, words, entities)


def _edit_caption(api: BotState, call: Call) -> Any:
    words, entities = read_caption(call)
    message = _to_edit(api, call)
    if message.kind == "text":
        raise bad("there is no caption in the message to edit")
    return _edited(api, call, message, words, entities)


def _edit_markup(api: BotState, call: Call) -> Any:
    message = _to_edit(api, call)
    return _edited(api, call, message, message.text, message.entities)


def _delete(api: BotState, call: Call) -> Any:
    chat = check_chat(api, call.chat)
    found = [
        item for item in api.messages if (item.id, item.chat) == (call.given["message_id"], chat)
    ]
    if not found:
        raise bad("message to delete not found")
    if found[0].id in api.frozen:
        raise bad("message can't be deleted for everyone")
    api.messages.remove(found[0])
    return True


def _answer_press(api: BotState, call: Call) -> Any:
    if utf16_units(call.given.get("text") or "") > int(
        CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    ):
        raise bad("MESSAGE_TOO_LONG")
    query = call.given["callback_query_id"]
    if query not in api.queries:
        raise bad(QUERY_TOO_OLD)
    api.queries.discard(query)
    api.answered.append(query)
    return True


EDITING: Mapping[str, Do] = {
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_press,
}
