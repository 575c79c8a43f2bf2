"""The two calls that every turn makes, as the Bot API has them in JSON.

aiogram's methods are made and checked field by field, which costs more than a call's way over the
line; the tests' Bot API reads each of these by aiogram's model of its method.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Key(msgspec.Struct, omit_defaults=True):
    """A button under a message (`InlineKeyboardButton`): `callback_data` comes back, or `url` is
    opened."""

    text: str
    callback_data: str | None = None
    url: str | None = None


class Keys(msgspec.Struct):
    """Buttons in rows (`InlineKeyboardMarkup`)."""

    inline_keyboard: list[list[Key]]


class ShareKey(msgspec.Struct, omit_defaults=True):
    """A button that sends where somebody is, or their number (`KeyboardButton`)."""

    text: str
    request_location: bool = False
    request_contact: bool = False


class ShareKeys(msgspec.Struct):
    """Buttons in place of the letters (`ReplyKeyboardMarkup`)."""

    keyboard: list[list[ShareKey]]
    resize_keyboard: bool = True
    one_time_keyboard: bool = True


class NoKeys(msgspec.Struct):
    """Takes those away (`ReplyKeyboardRemove`)."""

    remove_keyboard: bool = True


Keyboard = Keys | ShareKeys | NoKeys


class SendText(msgspec.Struct, omit_defaults=True):
    """`sendMessage` of plain text."""

    api_method: ClassVar[str] = "sendMessage"

    chat_id: int
    text: str
    message_thread_id: int | None = None
    reply_markup: Keyboard | None = None


class TakeButtons(msgspec.Struct):
    """`editMessageReplyMarkup` to none."""

    api_method: ClassVar[str] = "editMessageReplyMarkup"

    chat_id: int
    message_id: int


Call = SendText | TakeButtons
"""Of each the answer is the message that stands in the chat then."""
