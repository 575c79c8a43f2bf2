"""What Telegram accepts: button data in bytes, texts in UTF-16 units. No Telegram library."""

from __future__ import annotations

from bot.domain.inbound import Press, cut

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


def fit(text: str) -> str:
    """A text that Telegram takes: cut at a word, and never empty."""
    return cut(text, TEXT_MOST).strip() or "…"
