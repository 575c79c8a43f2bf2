"""A Telegram update as an `Inbound`. Files are fetched by who calls; here they are only named."""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.types import CallbackQuery, Message, Update

from bot.domain.inbound import Command, Input, Location, Text, Unusable
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


def read_update(update: Update) -> Said | None:
    """What a person said in a private chat; None for everything that needs no answer."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    message = update.message
    if message is None or message.chat.type != "private" or message.from_user is None:
        return None
    if message.from_user.is_bot:
        return None
    language = message.from_user.language_code or ""
    return Said(message.chat.id, language, _message(message))


def _press(query: CallbackQuery) -> Said | None:
    if query.message is None or query.message.chat.type != "private":
        return None
    press = read_data(query.data or "")
    what: Input = press if press is not None else Command("repeat")
    return Said(query.message.chat.id, query.from_user.language_code or "", what, query.id)


def _message(message: Message) -> Input | ToFetch:
    album, caption = message.media_group_id or "", message.caption or ""
    if message.text is not None:
        return _text(message.text)
    if message.location is not None:
        return Location(message.location.latitude, message.location.longitude)
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return ToFetch(largest.file_id, largest.file_size or 0, "image/jpeg", album, caption)
    if message.voice is not None:
        voice = message.voice
        kind = voice.mime_type or "audio/ogg"
        return ToFetch(voice.file_id, voice.file_size or 0, kind, album, caption)
    if message.document is not None:
        document = message.document
        kind = document.mime_type or ""
        if kind.startswith("image/"):
            return ToFetch(document.file_id, document.file_size or 0, kind, album, caption)
        return Unusable("document")
    if message.video is not None or message.video_note is not None:
        return Unusable("video")
    return Unusable(str(message.content_type))


def _text(words: str) -> Input:
    """A command such as `/start payload` or `/report@TheBot`, or words."""
    if not words.startswith("/"):
        return Text(words)
    first, _space, payload = words[1:].partition(" ")
    name = first.partition("@")[0].lower()
    return Command(name, payload.strip()) if name else Text(words)
