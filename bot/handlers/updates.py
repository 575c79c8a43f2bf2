"""A Telegram update as an `Inbound`. Files are fetched by who calls; here they are only named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.enums import ChatType
from aiogram.enums import ContentType as Kind
from aiogram.types import CallbackQuery, Message, PhotoSize, Update

from bot.domain.inbound import Command, Edit, Input, Location, Text, Unusable
from bot.handlers.kinds import REFUSED, SERVICE
from bot.telegram_text import read_data

FILE_MOST = 20 * 1024 * 1024
"""Bytes of a file that a bot may fetch (Bot API, `getFile`)."""


@dataclass(frozen=True, slots=True)
class ToFetch:
    """A photo or voice note that stands at Telegram still."""

    file_id: str
    size: int
    type: str
    album: str
    caption: str


@dataclass(frozen=True, slots=True)
class Said:
    """Who said what. `query` is the press to answer; `chat` where the answers go."""

    chat: int
    language: str
    what: Input | ToFetch
    query: str = ""
    ref: str = ""
    """The message's own number in its chat; a press has none."""


def read_update(update: Update) -> Said | None:
    """What a person said in a private chat; None for everything that needs no answer."""
    match update:
        case Update(message=Message() as message):
            return _said(message)
        case Update(edited_message=Message() as message):
            return _edited(message)
        case Update(callback_query=CallbackQuery() as query):
            return _press(query)
        case _:
            return None


def _said(message: Message) -> Said | None:
    return _by_person(message, _message(message))


def _edited(message: Message) -> Said | None:
    """Changed words. What moves by itself, as a live location does, is no edit of anybody's."""
    if message.content_type in {Kind.LOCATION, Kind.VENUE} | SERVICE:
        return None
    return _by_person(message, Edit(message.text or message.caption or ""))


def _by_person(message: Message, what: Input | ToFetch | None) -> Said | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot or what is None:
        return None
    language = sender.language_code or ""
    return Said(message.chat.id, language, what, ref=str(message.message_id))


def _press(query: CallbackQuery) -> Said | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    press = read_data(query.data or "")
    what: Input = press if press is not None else Command("repeat")
    return Said(query.message.chat.id, query.from_user.language_code or "", what, query.id)


def _message(message: Message) -> Input | ToFetch | None:
    """What a message says; None for what Telegram says by itself about the chat."""
    album, caption = message.media_group_id or "", message.caption or ""
    match message.content_type:
        case Kind.TEXT:
            return _text(message.text or "")
        case Kind.LOCATION | Kind.VENUE if message.location is not None:
            # A live location comes once as a message and then as edits: the first one counts.
            return Location(message.location.latitude, message.location.longitude)
        case Kind.PHOTO if message.photo:
            return _largest(message.photo, album, caption)
        case Kind.LIVE_PHOTO if message.live_photo is not None and message.live_photo.photo:
            return _largest(message.live_photo.photo, album, caption)
        case Kind.VOICE if message.voice is not None:
            voice = message.voice
            kind = voice.mime_type or "audio/ogg"
            return ToFetch(voice.file_id, voice.file_size or 0, kind, album, caption)
        case Kind.DOCUMENT if message.document is not None:
            document = message.document
            kind = document.mime_type or ""
            if kind.startswith("image/"):
                return ToFetch(document.file_id, document.file_size or 0, kind, album, caption)
            return Unusable("document")
        case kind if kind in SERVICE:
            return None
        case kind:
            return Unusable(REFUSED.get(kind, REFUSED[Kind.UNKNOWN]))


def _largest(sizes: Sequence[PhotoSize], album: str, caption: str) -> ToFetch:
    largest = max(sizes, key=lambda size: size.width * size.height)
    return ToFetch(largest.file_id, largest.file_size or 0, "image/jpeg", album, caption)


def _text(words: str) -> Input:
    """A command such as `/start payload` or `/report@TheBot`, or words."""
    if not words.startswith("/"):
        return Text(words)
    first, _space, payload = words[1:].partition(" ")
    name = first.partition("@")[0].lower()
    return Command(name, payload.strip()) if name else Text(words)
