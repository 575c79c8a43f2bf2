"""A Telegram update as what somebody said. Files are only named; they are fetched later."""

from __future__ import annotations

from dataclasses import dataclass

from aiogram.enums import ChatMemberStatus, ChatType, MessageEntityType
from aiogram.enums import ContentType as Kind
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update
from aiogram.types import Contact as Card

from bot.domain.inbound import (
    Away,
    Back,
    Called,
    Command,
    Contact,
    Edit,
    Event,
    Input,
    Location,
    Moved,
    Text,
    Unusable,
)
from bot.handlers.attachments import read_file
from bot.handlers.kinds import FILES, REFUSED, SERVICE
from bot.telegram_text import read_data

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
OUTSIDE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})

ANONYMOUS_ADMIN = 1087968824
"""`@GroupAnonymousBot` stands for a group's hidden administrators (Bot API, `Message`)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who said what. `query` is the press to answer; `chat` where the answers go."""

    chat: int
    language: str
    what: Input | Event
    query: str = ""
    ref: str = ""
    """The message's own number in its chat; a press has none."""
    group: bool = False
    topic: str = ""


def in_group(update: Update) -> bool:
    """Whether it takes the bot's own name to read this update."""
    return update.message is not None and update.message.chat.type in GROUPS


def read_update(update: Update, username: str = "") -> Said | None:
    """What a person said or did; None for everything that needs no answer.

    In groups that is only what was said to the bot, whose `username` is needed there.
    """
    match update:
        case Update(message=Message() as message) if message.chat.type in GROUPS:
            return read_group(message, username)
        case Update(message=Message() as message):
            return _by_person(message, _message(message))
        case Update(edited_message=Message() as message):
            return _edited(message)
        case Update(callback_query=CallbackQuery() as query):
            return _press(query)
        case Update(my_chat_member=ChatMemberUpdated() as change):
            return _member(change)
        case _:
            return None


def _member(change: ChatMemberUpdated) -> Said | None:
    """The bot was blocked or unblocked, put into a group or taken out."""
    group = change.chat.type in GROUPS
    if not group and change.chat.type != ChatType.PRIVATE:
        return None
    gone = change.new_chat_member.status in OUTSIDE
    if gone == (change.old_chat_member.status in OUTSIDE):
        return None  # only its rights have changed
    language = change.from_user.language_code or ""
    return Said(change.chat.id, language, Away() if gone else Back(), group=group)


def read_group(message: Message, username: str) -> Said | None:
    """A call to the bot in a group, or that the group has another id; else None."""
    match message:
        case Message(migrate_to_chat_id=int(new)):
            return Said(message.chat.id, "", Moved(str(new)), group=True)
        case Message(migrate_from_chat_id=int(old)):
            return Said(old, "", Moved(str(message.chat.id)), group=True)
    sender = message.from_user
    if sender is None or message.is_automatic_forward:
        return None
    if sender.is_bot and sender.id != ANONYMOUS_ADMIN:
        return None
    if not _called(message, username):
        return None
    return Said(
        message.chat.id, sender.language_code or "", Called(), group=True, topic=_topic(message)
    )


def _called(message: Message, username: str) -> bool:
    """Whether somebody speaks to the bot: by a command, its name, or in reply to it."""
    ours = username.casefold()
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None:
        by = answered.from_user
        if (
            by.is_bot
            and (by.username or "").casefold() == ours
            and not answered.forum_topic_created
        ):
            return True
    words = message.text or message.caption or ""
    for entity in message.entities or message.caption_entities or ():
        part = entity.extract_from(words)
        if entity.type == MessageEntityType.MENTION and part[1:].casefold() == ours:
            return True
        if entity.type == MessageEntityType.BOT_COMMAND:
            _command, _at, other = part.partition("@")
            if not other or other.casefold() == ours:
                return True
    return False


def _topic(message: Message) -> str:
    """Replies in ordinary groups have a thread too, which nothing can be sent to."""
    thread = message.message_thread_id
    return str(thread) if message.is_topic_message and thread is not None else ""


def _edited(message: Message) -> Said | None:
    """Changed words. What moves by itself, as a live location does, is no edit of anybody's."""
    if message.content_type in {Kind.LOCATION, Kind.VENUE} | SERVICE:
        return None
    return _by_person(message, Edit(message.text or message.caption or ""))


def _by_person(message: Message, what: Input | None) -> Said | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot or what is None:
        return None
    language = sender.language_code or ""
    return Said(
        message.chat.id, language, what, ref=str(message.message_id), topic=_topic(message)
    )


def _press(query: CallbackQuery) -> Said | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    press = read_data(query.data or "")
    what: Input = press if press is not None else Command("repeat")
    # A message that is too old comes along as no more than its place.
    topic = _topic(query.message) if isinstance(query.message, Message) else ""
    language = query.from_user.language_code or ""
    return Said(query.message.chat.id, language, what, query.id, topic=topic)


def _message(message: Message) -> Input | None:
    """What a message says; None for what Telegram says by itself about the chat."""
    match message.content_type:
        case Kind.TEXT:
            return _text(message.text or "")
        case Kind.LOCATION | Kind.VENUE if message.location is not None:
            # A live location comes once as a message and then as edits: the first one counts.
            return Location(message.location.latitude, message.location.longitude)
        case Kind.CONTACT if message.contact is not None:
            return _contact(message, message.contact)
        case kind if kind in FILES:
            return read_file(message)
        case kind if kind in SERVICE:
            return None
        case kind:
            return Unusable(REFUSED.get(kind, REFUSED[Kind.UNKNOWN]))


def _contact(message: Message, card: Card) -> Contact:
    """A number, where it is the sender's own: Telegram says whose it is, as far as it knows."""
    if message.from_user is None or card.user_id != message.from_user.id:
        return Contact("")
    number = card.phone_number.strip()
    # Telegram's own numbers are international, and come with a plus or without.
    return Contact(number if number.startswith(("+", "0")) else f"+{number}")


def _text(words: str) -> Input:
    """A command such as `/start payload` or `/report@TheBot`, or words."""
    if not words.startswith("/"):
        return Text(words)
    first, _space, payload = words[1:].partition(" ")
    name = first.partition("@")[0].lower()
    return Command(name, payload.strip()) if name else Text(words)
