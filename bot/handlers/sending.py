"""Operations as Telegram's methods, in order, each with its receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramMigrateToChat,
    TelegramNetworkError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup

from bot.domain.announcements import CAPTION_UNITS
from bot.domain.inbound import cut
from bot.domain.operations import (
    Announce,
    Ask,
    Begun,
    Echo,
    GivenUp,
    InTopic,
    Invite,
    Off,
    Operation,
    OwnData,
    PutOut,
    Receipt,
    RetryAt,
    Say,
    Sent,
    Show,
    Shown,
    Step,
    Tell,
    Unknown,
    Wipe,
)
from bot.handlers.calls import Keyboard, Keys, SendText, TakeButtons
from bot.handlers.errors import read_error
from bot.handlers.paced import PacedBot
from bot.handlers.rendering import Rendering
from bot.handlers.session import NotReached
from bot.i18n import Speech
from bot.telegram_text import Unfit, fit

__all__ = ["TelegramSender"]

FILES_MOST = 1000
"""Pictures whose Telegram name is remembered: options of votes, and photos of ideas."""

NO_TOPIC = ("thread not found", "TOPIC_CLOSED", "TOPIC_DELETED")
"""How Telegram says that a topic was closed or deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class _To:
    """Where something goes: `bot` is `country/telegram`, `topic` a part of the chat or ''."""

    bot: str
    address: str
    topic: str = ""
    bare: set[str] = field(default_factory=set)
    """Messages whose buttons were put out just now."""

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
        bot: PacedBot,
        speech: Speech,
        moved: Callable[[str, str, str], Awaitable[None]],
        own_data: Callable[[str, str], Awaitable[bytes | None]],
        picture: Callable[[str], Awaitable[bytes | None]] | None = None,
        pages: str = "",
    ) -> None:
        """`moved` is told that a bot's chat has another address, the old one and the new.
        `picture` gives a file of the media store by its name; `pages` is the public address of
        the country's pages, '' for none."""
        self._bot = bot
        self._speech = speech
        self._moved = moved
        self._own_data = own_data
        self._picture = picture
        self._pages = pages
        self._files: dict[str, str] = {}
        """What Telegram calls a picture that it has, by the picture's name."""
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more: what is owed stays so."""
        self._stopped = True

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Step]:
        """Send in order, up to the first message: Telegram would take it twice, so that it stands
        there is kept before more is sent. What must wait ends the list as well."""
        receipts: list[Step] = []
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
                    await self._moved(bot, to.address, new)
                    to = replace(to, address=new)
                    receipts.append(await self._one(to, operation, say))
            except (TelegramAPIError, ClientDecodeError) as error:
                receipts.append(read_error(error))
            except Unfit:
                receipts.append(GivenUp("unfit"))
            if _ends(receipts[-1]):
                break
        return receipts

    async def _one(self, to: _To, operation: Operation, say: Rendering) -> Step:
        match operation:
            case InTopic(topic, inner):
                try:
                    return await self._one(replace(to, topic=topic), inner, say)
                except TelegramBadRequest as error:
                    if not any(words in error.message for words in NO_TOPIC):
                        raise
                    # Better beside it than nowhere.
                    return await self._one(to, inner, say)
            case Tell():
                return await self._text(to, say.told(operation))
            case Say():
                return await self._text(to, say.said(operation))
            case Show(picture, line):
                shown = await self._photo(to, picture, say.say(line))
                return shown or await self._text(to, say.say(line))
            case Ask():
                return await self._ask(to, operation, say)
            case PutOut():
                await self._clear(to, operation)
                if not any(shown.keyboard for shown in operation.before):
                    return Sent(now=_off(operation))
                lowered = await self._text(to, *say.lowered())
                return replace(lowered, now=_off(operation, lowered=True))
            case Invite(line, label):
                me = await self._bot.me()
                return await self._text(to, *say.invite(line, label, me.username or ""))
            case OwnData():
                data = await self._own_data(to.bot, to.address)
                if data is None:
                    return GivenUp("nothing kept")
                file = BufferedInputFile(data, "my-data.json")
                message = await self._bot.send_document(to.chat, file, message_thread_id=to.thread)
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
            shown = await self._photo(to, part.picture, part.text, buttons)
            if shown is None:
                return GivenUp("picture gone")
            sent = shown
        return sent

    async def _photo(
        self, to: _To, picture: str, caption: str, keyboard: Keys | None = None
    ) -> Sent | None:
        """A picture with its words; None where its file is gone. It is uploaded once."""
        file: str | BufferedInputFile | None = self._files.get(picture)
        if file is None:
            data = None if self._picture is None else await self._picture(picture)
            if data is None:
                return None
            file = BufferedInputFile(data, "picture.jpg")
        message = await self._bot.send_photo(
            to.chat,
            file,
            message_thread_id=to.thread,
            caption=cut(caption, CAPTION_UNITS),
            parse_mode=None,
            reply_markup=None
            if keyboard is None
            else InlineKeyboardMarkup.model_validate(msgspec.to_builtins(keyboard)),
        )
        if message.photo:
            if len(self._files) >= FILES_MOST:
                self._files.clear()
            self._files[picture] = message.photo[-1].file_id
        return Sent(str(message.message_id))

    async def _ask(self, to: _To, ask: Ask, say: Rendering) -> Step:
        text, buttons = say.question(ask)
        # Only the newest question of a conversation keeps buttons.
        await self._clear(to, ask)
        offer = say.share(ask)
        up = [shown.serial for shown in ask.before if shown.keyboard]
        if offer is not None and ask.serial not in up:
            await self._text(to, *offer)
            # It takes the place of one that is up.
            off = _off(ask, lowered=bool(up))
            return Begun((*off, Shown(ask.conversation, ask.serial, "", True)))
        if up and offer is None:
            await self._text(to, *say.lowered())
            return Begun(_off(ask, lowered=True))
        sent = await self._text(to, text, buttons)
        off = _off(ask, lowered=bool(up))
        if buttons is None and offer is None:
            return replace(sent, now=off)
        shown = Shown(ask.conversation, ask.serial, sent.ref, offer is not None)
        return replace(sent, now=(*off, shown))

    async def _clear(self, to: _To, about: Ask | PutOut) -> None:
        """Take the buttons off; a message that is gone or bare already is as good."""
        for shown in about.before:
            if not shown.ref or shown.ref in to.bare:
                continue
            try:
                await self._bot.call(TakeButtons(to.chat, int(shown.ref)))
            except TelegramNetworkError as error:
                # To ask for it again does no harm: no message hangs on the answer.
                raise NotReached(error.method, "buttons") from None
            except TelegramBadRequest as error:
                if not isinstance(read_error(error), Sent):
                    raise
            to.bare.add(shown.ref)

    async def _text(self, to: _To, text: str, keyboard: Keyboard | None = None) -> Sent:
        number = await self._bot.call(SendText(to.chat, fit(text), to.thread, keyboard))
        return Sent(str(number))


def _off(about: Ask | PutOut, *, lowered: bool = False) -> tuple[Off, ...]:
    """What to keep of buttons that were put out: nothing where there were none."""
    return (Off(about.conversation, about.serial, lowered),) if about.before else ()


def _ends(receipt: Step) -> bool:
    """Whether nothing more is tried for now: a message stands there, or must wait, or may have
    arrived."""
    match receipt:
        case Sent(ref):
            return ref != ""
        case Begun() | RetryAt() | Unknown():
            return True
        case GivenUp():
            return False
