"""Operations as Telegram's methods, in order, each with its receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.domain.inbound import Press
from bot.domain.messages import Label, Message, Name, Value, _
from bot.domain.operations import (
    Ask,
    Button,
    Echo,
    GivenUp,
    Operation,
    OwnData,
    PutOut,
    Receipt,
    RetryAt,
    Say,
    Sent,
    Tell,
    Wipe,
)
from bot.handlers.errors import read_error
from bot.i18n import Speech
from bot.telegram_text import fit, write_data

__all__ = ["Prompts", "TelegramSender"]

_FROM_TEAM = _("From the team")
_CONTROLS_A_ROW = 2

_HERE = _("You can also send where you are now, with the button below.")
# i18n: button
_SEND_HERE = _("Send my location")
_LOWERED = _("All right.")

Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


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

    async def take_shown(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> Sequence[Shown]:
        """The messages of this question and of older ones, which are asked for once; those with
        a keyboard until it is down."""
        ...

    async def note_lowered(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> None: ...


class TelegramSender:
    """Sends to the chats of one bot. `own_data` gives a resident's file at its sending."""

    def __init__(
        self,
        bot: Bot,
        speech: Speech,
        prompts: Prompts,
        own_data: Callable[[str, str], Awaitable[bytes | None]],
    ) -> None:
        self._bot = bot
        self._speech = speech
        self._prompts = prompts
        self._own_data = own_data
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more: what is owed stays so."""
        self._stopped = True

    async def send(
        self, bot: str, address: str, owed: Sequence[tuple[str, Operation]], language: str
    ) -> Sequence[Receipt]:
        """Send in order; what must wait ends the list, and the rest is not tried."""
        receipts: list[Receipt] = []
        for _id, operation in owed:
            if self._stopped:
                return [*receipts, RetryAt(0, "stopping")]
            try:
                receipts.append(await self._one(bot, address, operation, language))
            except (TelegramAPIError, ClientDecodeError) as error:
                receipts.append(read_error(error))
            except ValueError:
                receipts.append(GivenUp("unfit"))
            if isinstance(receipts[-1], RetryAt):
                break
        return receipts

    async def _one(self, bot: str, address: str, operation: Operation, language: str) -> Receipt:
        chat = int(address)
        match operation:
            case Tell(line):
                return await self._text(chat, self._say(line, language))
            case Say(versions):
                return await self._text(chat, self._said(versions, language))
            case Ask():
                # The same question again: only its newest message keeps buttons.
                before = await self._clear(bot, address, operation.conversation, operation.serial)
                keyboard = "location" in operation.wants
                if keyboard and not any(
                    shown.keyboard and shown.serial == operation.serial for shown in before
                ):
                    await self._raise_keyboard(chat, language)
                sent = await self._text(
                    chat, self._question(operation, language), self._keyboard(operation, language)
                )
                await self._prompts.note_shown(
                    bot, address, operation.conversation, operation.serial, sent.ref, keyboard
                )
                return sent
            case PutOut(conversation, serial):
                before = await self._clear(bot, address, conversation, serial)
                if any(shown.keyboard for shown in before):
                    await self._text(
                        chat,
                        self._say(_LOWERED, language),
                        ReplyKeyboardRemove(remove_keyboard=True),
                    )
                    await self._prompts.note_lowered(bot, address, conversation, serial)
                return Sent()
            case OwnData():
                data = await self._own_data(bot, address)
                if data is None:
                    return GivenUp("nothing kept")
                file = BufferedInputFile(data, "my-data.json")
                message = await self._bot.send_document(chat, file)
                return Sent(str(message.message_id))
            case Echo() | Wipe():
                # Telegram shows what was said by itself, and a chat is its owner's to delete.
                return Sent()

    async def _raise_keyboard(self, chat: int, language: str) -> None:
        """Offer to send a point: Telegram has that button only in place of the letters, and a
        message has one keyboard, so it comes with a line of its own."""
        here = KeyboardButton(text=f"📍 {self._say(_SEND_HERE, language)}", request_location=True)
        markup = ReplyKeyboardMarkup(
            keyboard=[[here]], resize_keyboard=True, one_time_keyboard=True
        )
        await self._text(chat, self._say(_HERE, language), markup)

    async def _clear(
        self, bot: str, address: str, conversation: str, serial: int
    ) -> Sequence[Shown]:
        """Take the buttons off, and tell where they were; a message that is gone or bare already
        is as good."""
        before = await self._prompts.take_shown(bot, address, conversation, serial)
        for shown in before:
            try:
                await self._bot.edit_message_reply_markup(
                    chat_id=int(address), message_id=int(shown.ref)
                )
            except TelegramBadRequest as error:
                if not isinstance(read_error(error), Sent):
                    raise
        return before

    async def _text(self, chat: int, text: str, keyboard: Keyboard | None = None) -> Sent:
        message = await self._bot.send_message(
            chat, fit(text), parse_mode=None, reply_markup=keyboard
        )
        return Sent(str(message.message_id))

    def _say(self, label: Label, language: str) -> str:
        return self._speech.text(label, language)

    def _said(self, versions: tuple[tuple[str, str], ...], language: str) -> str:
        known = dict(versions)
        spoken = language if language in known else versions[0][0]
        who = self._say(_FROM_TEAM, language)
        name = "" if spoken == language else dict(self._speech.languages()).get(spoken, spoken)
        return f"{who} ({name}):\n{known[spoken]}" if name else f"{who}:\n{known[spoken]}"

    def _question(self, ask: Ask, language: str) -> str:
        if not ask.summary:
            return self._say(ask.line, language)
        rows = [
            f"• {self._say(name, language)}: {self._value(value, language)}"
            for name, value in ask.summary
        ]
        return "\n".join([self._say(ask.line, language), *rows])

    def _value(self, value: Value, language: str) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, Message | Name):
            return self._say(value, language)
        return self._say(Message("{value}")(value=value), language)

    def _keyboard(self, ask: Ask, language: str) -> InlineKeyboardMarkup | None:
        rows = [
            [self._button(ask, button, language, number if len(ask.buttons) > 1 else 0)]
            for number, button in enumerate(ask.buttons, start=1)
        ]
        controls = [self._button(ask, button, language, 0) for button in ask.controls]
        rows += [
            controls[at : at + _CONTROLS_A_ROW] for at in range(0, len(controls), _CONTROLS_A_ROW)
        ]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None

    def _button(
        self, ask: Ask, button: Button, language: str, number: int
    ) -> InlineKeyboardButton:
        parts = [
            f"{number}." if number else "",
            "✅" if button.ticked else button.emoji,
            self._say(button.label, language),
        ]
        data = write_data(Press(ask.conversation, ask.serial, button.key))
        return InlineKeyboardButton(text=" ".join(filter(None, parts)), callback_data=data)
