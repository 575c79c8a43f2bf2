"""What Telegram accepts: button data in bytes, texts in UTF-16 units. No Telegram library."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.announcements import CAPTION_UNITS, OPEN, STOP, Content, Version
from bot.domain.inbound import Press, cut, utf16_units

TEXT_MOST = 4096
"""UTF-16 units of one message (Bot API, `sendMessage`)."""

DATA_MOST = 64
"""Bytes of a button's data (Bot API, `InlineKeyboardButton`)."""


class Unfit(ValueError):
    """Telegram would never take it, however often it is sent."""


def write_data(press: Press) -> str:
    """A press as button data. Raises `Unfit` where it has over 64 bytes."""
    data = f"{press.conversation}:{press.serial}:{press.key}"
    if len(data.encode()) > DATA_MOST:
        raise Unfit(f"the key {press.key!r} is too long for a button")
    return data


def read_data(data: str) -> Press | None:
    """The press that `write_data` wrote; None for anything else."""
    conversation, first, rest = data.partition(":")
    serial, second, key = rest.partition(":")
    if not (conversation and first and second and key and serial.isascii() and serial.isdigit()):
        return None
    return Press(conversation, int(serial[:9]), key)


def with_page(text: str, pages: str, page: str, language: str) -> str:
    """A text with the address of its `page`, below the country's `pages`; as it is where there is
    no page, or nobody said where the pages are."""
    if not (pages and page):
        return text
    address = f"{pages}/{page}?language={language}"
    return f"{cut(text, TEXT_MOST - utf16_units(address) - 1)}\n{address}"


def fit(text: str) -> str:
    """A text that Telegram takes: cut at a word, and never empty."""
    return cut(text, TEXT_MOST).strip() or "…"


@dataclass(frozen=True, slots=True)
class Part:
    """One message of an announcement. The last one has its buttons."""

    text: str
    picture: str = ""
    """The picture's name in the media store, for a message that is one."""


def parts_of(content: Content, version: Version, pages: str = "") -> tuple[Part, ...]:
    """An announcement as messages: a text that is too long for a caption stands beside its
    picture, which then has for words what it shows. `pages` is the address of the country's."""
    text = with_page(version.text, pages, content.page, version.language)
    if not version.picture:
        return (Part(text),)
    if utf16_units(text) <= CAPTION_UNITS:
        return (Part(text, version.picture),)
    return Part(version.alt, version.picture), Part(text)


@dataclass(frozen=True, slots=True)
class Key:
    """A button under an announcement: `data` comes back, or `url` is opened."""

    text: str
    data: str = ""
    url: str = ""


def keys_of(content: Content, version: Version, opens: str, stop: str) -> tuple[Key, ...]:
    """The buttons of an announcement, one a row; `opens` and `stop` are their labels, '' for
    none."""
    keys = []
    if content.opens:
        keys.append(Key(opens, data=write_data(Press(OPEN, 0, content.opens))))
    if content.link is not None:
        keys.append(Key(version.label, url=content.link.url))
    if stop:
        keys.append(Key(stop, data=write_data(Press(OPEN, 0, STOP))))
    return tuple(keys)
