"""Fetches a file from Telegram: its path is asked for, then its bytes are read, up to a limit."""

from __future__ import annotations

import logging

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiohttp import ClientError

from bot.domain.files import NOT_FETCHED, Fetched, Fetching, Lost, NotYet
from bot.domain.operations import RetryAt
from bot.handlers.errors import read_error
from bot.handlers.paced import HeldBack

logger = logging.getLogger(__name__)

CHUNK_SECONDS = 30
"""So long the download may take in all; the caller has a limit of its own."""

_PAGES = (b"<!doctype html", b"<html")
"""A proxy's page of words where a file should be."""


async def fetch_file(bot: Bot, file_id: str, most: int) -> Fetching:
    """At most `most` bytes of a file, whole, or why not. Never raises for what Telegram does."""
    try:
        found = await bot.get_file(file_id)
    except (TelegramAPIError, ClientDecodeError) as error:
        return _read(error)
    if (found.file_size or 0) > most:
        return Lost("too_large")
    if not found.file_path:
        return NotYet("no path")
    url = bot.session.api.file_url(bot.token, found.file_path)
    data = bytearray()
    try:
        stream = bot.session.stream_content(url, timeout=CHUNK_SECONDS)
        async for chunk in stream:
            data += chunk
            if len(data) > most:
                await stream.aclose()
                return Lost("too_large")
    except (TimeoutError, ClientError, TelegramAPIError, OSError) as error:
        # Its text has the address, and so the token.
        return NotYet(type(error).__name__)
    if found.file_size is not None and len(data) != found.file_size:
        return NotYet("cut")
    if bytes(data[:64]).lstrip().lower().startswith(_PAGES):
        return NotYet("odd answer")
    return Fetched(bytes(data))


def _read(error: Exception) -> Fetching:
    """What `getFile` refused. What it refuses for the file's sake it refuses always."""
    if isinstance(error, HeldBack):
        return NotYet("retry_after", error.seconds)
    if isinstance(error, TelegramBadRequest):
        return Lost("too_large" if "too big" in error.message else NOT_FETCHED)
    match read_error(error):
        case RetryAt(seconds, reason):
            return NotYet(reason, seconds if reason == "retry_after" else 0.0)
        case _:
            return NotYet(type(error).__name__)
