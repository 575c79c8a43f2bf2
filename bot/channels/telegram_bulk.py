"""Announcements on Telegram, through python-telegram-bot without a rate limiter of its own: the
bot's budget in the database is the only one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.ext import ExtBot

from bot.channels.telegram_request import Failing, LeanRequest, NotReached, Throttled
from bot.domain.announcements import NO_MORE
from bot.domain.operations import Announce, GivenUp, Receipt, RetryAt, Sent, Tried, Unknown
from bot.i18n import Speech
from bot.telegram_text import Part, fit, keys_of, parts_of

FAILING_SECONDS = 3.0
"""So long nothing is asked after a failure of the line or of Telegram; it doubles with each."""

FAILING_MOST = 300.0
TOKEN_SECONDS = 60.0
"""So long after the token was refused: an operator must see to it."""


class Pauses(Protocol):
    """How long the bot or a chat must be silent, since Telegram said so.

    It is not told whom an announcement goes to: each chat gets it once, so that a wait is the
    bot's unless the chat was busy otherwise, and to remember a million chats would cost more than
    to send to them.
    """

    def bot_seconds(self, bot: str) -> float: ...

    def chat_seconds(self, bot: str, address: str) -> float: ...

    async def told(self, bot: str, address: str | None, seconds: float) -> bool: ...


class TelegramBulk:
    """Sends to the chats of one bot, `name`. `picture` gives a file of the media store, and
    `pages` is the public address of the country's pages, '' for none."""

    def __init__(
        self,
        name: str,
        token: str,
        api: str,
        speech: Speech,
        pauses: Pauses,
        picture: Callable[[str], Awaitable[bytes | None]],
        clock: Callable[[], datetime],
        pages: str = "",
        request: LeanRequest | None = None,
    ) -> None:
        """`request` is the line to the Bot API, where it is not to be the ordinary one."""
        self._name = name
        self._request = request or LeanRequest()
        self._bot: ExtBot[None] = ExtBot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._speech = speech
        self._pauses = pauses
        self._picture = picture
        self._clock = clock
        self._pages = pages
        self._files: dict[str, str] = {}
        """What Telegram calls a picture that it has, by the picture's name."""
        self._uploading = asyncio.Lock()
        self._keyboards: dict[tuple[Announce, str], _Keyboard] = {}
        self._silent_until: datetime | None = None
        self._failures = 0

    async def close(self) -> None:
        """Whatever still waits for an answer hears that none will come."""
        await self._request.shutdown()

    def silent_seconds(self) -> float:
        """How long nothing may be asked."""
        own = 0.0
        if self._silent_until is not None:
            own = max(0.0, (self._silent_until - self._clock()).total_seconds())
        return max(own, self._pauses.bot_seconds(self._name))

    async def send(self, address: str, operation: Announce, language: str, part: int) -> Tried:
        """Send a copy from its message number `part` on."""
        if (left := self._pauses.chat_seconds(self._name, address)) > 0:
            return Tried(RetryAt(left, "retry_after"), part)
        version = operation.content.within(language)
        parts = parts_of(operation.content, version, self._pages)
        while part < len(parts):
            last = part == len(parts) - 1
            markup = self._keyboard(operation, version.language) if last else None
            try:
                gone = await self._one(int(address), parts[part], markup)
            except TelegramError as error:
                return Tried(await self._read(error, address), part)
            if gone:
                return Tried(GivenUp("picture gone"), part)
            self._failures = 0
            part += 1
        return Tried(Sent(), part)

    async def _one(self, chat: int, part: Part, markup: InlineKeyboardMarkup | None) -> bool:
        """Send one message. Whether there is none, since its picture is gone."""
        if not part.picture:
            await self._bot.send_message(chat, fit(part.text), reply_markup=markup)
            return False
        if part.picture in self._files:
            file = self._files[part.picture]
            await self._bot.send_photo(chat, file, caption=part.text, reply_markup=markup)
            return False
        async with self._uploading:
            # Whoever waited finds it there; it is uploaded once for all.
            file = self._files.get(part.picture, "")
            if not file:
                return await self._upload(chat, part, markup)
        await self._bot.send_photo(chat, file, caption=part.text, reply_markup=markup)
        return False

    async def _upload(self, chat: int, part: Part, markup: InlineKeyboardMarkup | None) -> bool:
        data = await self._picture(part.picture)
        if data is None:
            return True
        sent = await self._bot.send_photo(
            chat,
            InputFile(data, filename="picture.jpg"),
            caption=part.text,
            reply_markup=markup,
        )
        if len(self._files) >= PICTURES_MOST:
            self._files.clear()
        self._files[part.picture] = sent.photo[-1].file_id
        return False

    def _keyboard(self, operation: Announce, language: str) -> InlineKeyboardMarkup:
        """Made once for each language: it is the same for all who read it."""
        known = self._keyboards.get((operation, language))
        if known is not None:
            return known
        content, button = operation.content, operation.button
        labels = [NO_MORE] if button is None else [NO_MORE, button.label]
        stop, *opens = self._speech.texts(labels, language)
        label = f"{button.emoji} {opens[0]}".strip() if button else ""
        keys = keys_of(content, content.within(language), label, f"🔕 {stop}")
        made = _Keyboard(
            [
                [
                    InlineKeyboardButton(
                        key.text, callback_data=key.data or None, url=key.url or None
                    )
                ]
                for key in keys
            ]
        )
        if len(self._keyboards) >= KEYBOARDS_MOST:
            self._keyboards.clear()
        self._keyboards[operation, language] = made
        return made

    async def _read(self, error: TelegramError, address: str) -> Receipt:
        """What became of a message that Telegram did not simply take. Permanent cases first."""
        match error:
            case Throttled(seconds=seconds):
                whole = await self._pauses.told(self._name, address, seconds)
                return RetryAt(0.0 if whole else seconds, "retry_after")
            case ChatMigrated():
                return GivenUp("moved")
            case Forbidden():
                return GivenUp("deactivated" if "deactivated" in error.message else "blocked")
            case InvalidToken():
                self._be_silent(TOKEN_SECONDS)
                return RetryAt(TOKEN_SECONDS, "token refused")
            case BadRequest() if "chat not found" in error.message.lower():
                return GivenUp("chat not found")
            case BadRequest():
                return GivenUp("rejected")
            case NotReached() | Failing():
                seconds = self._fail()
                reached = isinstance(error, Failing)
                return RetryAt(seconds, "telegram failing" if reached else "not reached")
            case _:
                self._fail()
                return Unknown()

    def _fail(self) -> float:
        seconds = min(FAILING_MOST, FAILING_SECONDS * (1 << min(self._failures, 20)))
        # Those that were under way together fail together, and count once.
        if self.silent_seconds() <= 0:
            self._failures += 1
            self._be_silent(seconds)
        return seconds

    def _be_silent(self, seconds: float) -> None:
        self._silent_until = self._clock() + timedelta(seconds=seconds)


class _Keyboard(InlineKeyboardMarkup):
    """One that many messages have: it is put into plain values once."""

    __slots__ = ("_plain",)

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        known: dict[str, Any] | None = getattr(self, "_plain", None)
        if known is None or not recursive:
            known = super().to_dict(recursive)
            if recursive:
                self._plain = known
        return known


KEYBOARDS_MOST = 100
"""Keyboards that are kept: announcements under way times languages."""

PICTURES_MOST = 100
"""Pictures whose names are kept: of the announcements under way. Another is uploaded again."""
