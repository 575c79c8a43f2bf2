"""Operations as Telegram's methods, in order, each with its receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramMigrateToChat,
)
from aiogram.types import BufferedInputFile

from bot.domain.operations import (
    Announce,
    Ask,
    Echo,
    GivenUp,
    InTopic,
    Invite,
    Operation,
    OwnData,
    PutOut,
    Receipt,
    RetryAt,
    Say,
    Sent,
    Tell,
    Unknown,
    Wipe,
)
from bot.handlers.errors import read_error
from bot.handlers.rendering import Keyboard, Rendering
from bot.i18n import Speech
from bot.telegram_text import Unfit, fit

__all__ = ["Prompts", "TelegramSender"]


class Shown(Protocol):
    """Where a question stands, and whether a keyboard came up with it."""

    @property
    def serial(self) -> int: ...

    @property
    def ref(self) -> str: ...

    @property
    def keyboard(self) -> bool: ...


class Prompts(Protocol):
    """Where the questions stand in a chat, so that their buttons can be put out."""

    async def note_shown(
        self, bot: str, address: str, conversation: str, serial: int, ref: str, keyboard: bool
    ) -> None: ...

    async def find_shown(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> Sequence[Shown]:
        """The messages of this question and of older ones that are not put out yet, or whose
        keyboard is not down."""
        ...

    async def note_put_out(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> None: ...

    async def note_lowered(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> None: ...

    async def note_moved(self, bot: str, address: str, new: str) -> None:
        """Telegram calls this group so from now on."""
        ...


@dataclass(frozen=True, slots=True)
class _To:
    """Where something goes: `bot` is `country/telegram`, `topic` a part of the chat or ''."""

    bot: str
    address: str
    topic: str = ""

    @property
    def chat(self) -> int:
        return int(self.address)

    @property
    def thread(self) -> int | None:
        return int(self.topic) if self.topic else None


class TelegramSender:
    """Sends to the chats of one bot. `own_data` gives a resident's file at its sending."""

    def __init__(
        self,
        bot: Bot,
        speech: Speech,
        prompts: Prompts,
        own_data: Callable[[str, str], Awaitable[bytes | None]],
        picture: Callable[[str], Awaitable[bytes | None]] | None = None,
        pages: str = "",
    ) -> None:
        """`picture` gives a file of the media store by its name; `pages` is the public address of
        the country's pages, '' for none."""
        self._bot = bot
        self._speech = speech
        self._prompts = prompts
        self._own_data = own_data
        self._picture = picture
        self._pages = pages
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more: what is owed stays so."""
        self._stopped = True

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        """Send in order, up to the first message: Telegram would take it twice, so that it stands
        there is kept before more is sent. What must wait ends the list as well."""
        receipts: list[Receipt] = []
        say = Rendering(self._speech, language, self._pages)
        to = _To(bot, address)
        for _id, operation in owed:
            if self._stopped:
                return [*receipts, RetryAt(0, "stopping")]
            try:
                try:
                    receipts.append(await self._one(to, operation, say))
                except TelegramMigrateToChat as moved:
                    # The group became a supergroup while nobody told us: its old id is dead.
                    new = str(moved.migrate_to_chat_id)
                    await self._prompts.note_moved(bot, to.address, new)
                    to = replace(to, address=new)
                    receipts.append(await self._one(to, operation, say))
            except (TelegramAPIError, ClientDecodeError) as error:
                receipts.append(read_error(error))
            except Unfit:
                receipts.append(GivenUp("unfit"))
            if _ends(receipts[-1]):
                break
        return receipts

    async def _one(self, to: _To, operation: Operation, say: Rendering) -> Receipt:
        match operation:
            case InTopic(topic, inner):
                return await self._one(replace(to, topic=topic), inner, say)
            case Tell():
                return await self._text(to, say.told(operation))
            case Say():
                return await self._text(to, say.said(operation))
            case Ask():
                return await self._ask(to, operation, say)
            case PutOut(conversation, serial):
                before = await self._clear(to, conversation, serial)
                if not any(shown.keyboard for shown in before):
                    return Sent()
                lowered = await self._text(to, *say.lowered())
                await self._prompts.note_lowered(to.bot, to.address, conversation, serial)
                return lowered
            case Invite(line, label):
                me = await self._bot.me()
                return await self._text(to, *say.invite(line, label, me.username or ""))
            case OwnData():
                data = await self._own_data(to.bot, to.address)
                if data is None:
                    return GivenUp("nothing kept")
                file = BufferedInputFile(data, "my-data.json")
                message = await self._bot.send_document(to.chat, file)
                return Sent(str(message.message_id))
            case Announce():
                return await self._announce(to, operation, say)
            case Echo() | Wipe():
                # Telegram shows what was said by itself, and a chat is its owner's to delete.
                return Sent()

    async def _announce(self, to: _To, announce: Announce, say: Rendering) -> Receipt:
        """To one person who tries it out; what goes to all goes another way."""
        parts, keyboard = say.announced(announce)
        sent = Sent()
        for part in parts:
            buttons = keyboard if part is parts[-1] else None
            if not part.picture:
                sent = await self._text(to, part.text, buttons)
                continue
            data = None if self._picture is None else await self._picture(part.picture)
            if data is None:
                return GivenUp("picture gone")
            message = await self._bot.send_photo(
                to.chat,
                BufferedInputFile(data, "picture.jpg"),
                caption=part.text,
                parse_mode=None,
                reply_markup=buttons,
            )
            sent = Sent(str(message.message_id))
        return sent

    async def _ask(self, to: _To, ask: Ask, say: Rendering) -> Receipt:
        text, buttons = say.question(ask)
        # The same question again: only its newest message keeps buttons.
        before = await self._clear(to, ask.conversation, ask.serial)
        keyboard = "location" in ask.wants
        if keyboard and not any(shown.keyboard and shown.serial == ask.serial for shown in before):
            await self._text(to, *say.here())
        sent = await self._text(to, text, buttons)
        await self._prompts.note_shown(
            to.bot, to.address, ask.conversation, ask.serial, sent.ref, keyboard
        )
        return sent

    async def _clear(self, to: _To, conversation: str, serial: int) -> Sequence[Shown]:
        """Take the buttons off, and tell where they were; a message that is gone or bare already
        is as good."""
        before = await self._prompts.find_shown(to.bot, to.address, conversation, serial)
        for shown in before:
            try:
                await self._bot.edit_message_reply_markup(
                    chat_id=to.chat, message_id=int(shown.ref)
                )
            except TelegramBadRequest as error:
                if not isinstance(read_error(error), Sent):
                    raise
        if before:
            # Only now: who dies before it puts them out again, and who dies after has done it.
            await self._prompts.note_put_out(to.bot, to.address, conversation, serial)
        return before

    async def _text(self, to: _To, text: str, keyboard: Keyboard | None = None) -> Sent:
        try:
            message = await self._bot.send_message(
                to.chat,
                fit(text),
                message_thread_id=to.thread,
                parse_mode=None,
                reply_markup=keyboard,
            )
        except TelegramBadRequest as error:
            if not to.topic or "thread not found" not in error.message:
                raise
            # The topic was closed or deleted meanwhile: better beside it than nowhere.
            return await self._text(replace(to, topic=""), text, keyboard)
        return Sent(str(message.message_id))


def _ends(receipt: Receipt) -> bool:
    """Whether nothing more is tried for now: a message stands there, or must wait, or may have
    arrived."""
    match receipt:
        case Sent(ref):
            return ref != ""
        case RetryAt() | Unknown():
            return True
        case GivenUp():
            return False
