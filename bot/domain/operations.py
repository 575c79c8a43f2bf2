"""What is owed to a channel: operations, with texts still lazy, as stored in the outbox."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from bot.domain.announcements import Content, dump_content, load_content
from bot.domain.messages import (
    PLAIN_MOST,
    Label,
    Message,
    Name,
    Value,
    dump,
    load,
    load_message,
    plain,
)


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to press. `key` comes back in a `Press`; the label is at most 24 characters."""

    key: str
    label: Label
    emoji: str = ""
    description: Message | None = None
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """One line. A fleeting one is gone once there is a question that is not fleeting itself."""

    line: Message
    fleeting: bool = False
    lock: str = ""
    """The name of a key that is destroyed one day: what has one is sealed with it wherever it is
    kept, and leaves a history once its question is followed by another."""
    link: str = ""
    """A page that has more of it, below the country's, for a channel that has such pages."""


@dataclass(frozen=True, slots=True)
class Say:
    """Somebody's own words, as they are: language and words, the best first.

    Who reads none of these languages gets the first, with its language named. `who` says whose
    they are; None is the team.
    """

    versions: tuple[tuple[str, str], ...]
    who: Label | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """A picture, by its name in the media store, with the line that stands under it."""

    picture: str
    line: Label
    lock: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """What the resident just said or pressed, for a channel that shows its own history.

    Owed by the turn itself, so that it stands once, in order, and only where it may.
    `media` are kind and name in the media store. A press has its button's `label` for words.
    """

    words: str = ""
    label: Label | None = None
    media: tuple[tuple[str, str], ...] = ()
    fleeting: bool = False
    lock: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a question stands in a chat that keeps its messages, and whether a keyboard in place
    of the letters came up with it."""

    conversation: str
    serial: int
    ref: str
    """What the channel calls the message; '' where only the keyboard came up so far."""
    keyboard: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One question on the table of a conversation. Where it comes to stand, the buttons of those
    before it are put out."""

    conversation: str
    serial: int
    line: Message
    buttons: tuple[Button, ...] = ()
    controls: tuple[Button, ...] = ()
    """Skip, back, cancel and the like: shown apart, and never numbered."""
    wants: tuple[str, ...] = ()
    """`text`, `voice`, `photo`, `location`, `number`, `date`: what else would be an answer."""
    summary: tuple[tuple[Message, Value], ...] = ()
    fleeting: bool = False
    lock: str = ""
    before: tuple[Shown, ...] = ()
    """Where it and older ones of its conversation stand, as known when it is sent: those whose
    buttons are not put out yet, or whose keyboard is not down."""


@dataclass(frozen=True, slots=True)
class PutOut:
    """The question `serial` of a conversation is answered or gone: its buttons are put out."""

    conversation: str
    serial: int
    before: tuple[Shown, ...] = ()
    """As in `Ask`."""


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that is kept of the resident, as a file, made when it is fetched or sent."""


@dataclass(frozen=True, slots=True)
class Wipe:
    """Everything that this address can still see is to be gone."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A line to a group, with a button that leads to a chat of one's own."""

    line: Message
    label: Message


@dataclass(frozen=True, slots=True)
class InTopic:
    """An operation for one part (`topic`) of a chat that has several."""

    topic: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Locked:
    """An operation with a `lock`, as it is owed: sealed with that key, and opened to be sent."""

    lock: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Announce:
    """An announcement: its words as they are, in the receiver's language. The button's key says
    what it opens."""

    content: Content
    button: Button | None = None
    asked: bool = False
    """The receiver asked for it, and is offered no end of the news."""


Operation = Tell | Say | Show | Echo | Ask | PutOut | OwnData | Wipe | Invite | InTopic | Announce
"""What a channel is handed."""


def lock_of(operation: Operation) -> str:
    """The key that an operation is to be sealed with; '' for none."""
    match operation:
        case InTopic(operation=inner):
            return lock_of(inner)
        case Tell(lock=lock) | Show(lock=lock) | Echo(lock=lock) | Ask(lock=lock):
            return lock
        case _:
            return ""


def with_lock(operation: Operation, lock: str) -> Operation:
    """The operation, to be sealed with a key, as far as it says anything."""
    match operation:
        case InTopic(topic, inner):
            return InTopic(topic, with_lock(inner, lock))
        case Tell() | Show() | Echo() | Ask():
            return replace(operation, lock=lock)
        case _:
            return operation


def with_shown(operation: Operation, shown: Sequence[Shown]) -> Operation:
    """The operation, told where the questions that it is about stand in its chat."""
    match operation:
        case InTopic(topic, inner):
            return InTopic(topic, with_shown(inner, shown))
        case Ask(conversation, serial) | PutOut(conversation, serial):
            before = tuple(
                one for one in shown if one.conversation == conversation and one.serial <= serial
            )
            return replace(operation, before=before) if before else operation
        case _:
            return operation


@dataclass(frozen=True, slots=True)
class Off:
    """The buttons of a question and of older ones are off; with `lowered` the keyboards that
    came up with them are down as well."""

    conversation: str
    serial: int
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel has it; `ref` is what the channel calls it, and `now` what is different in the
    chat since."""

    ref: str = ""
    now: tuple[Shown | Off, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """The first of its two messages stands there, with what that changed in the chat: kept before
    the second one is sent, so that a death in between repeats neither."""

    now: tuple[Shown | Off, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """It will never arrive; `reason` is a code such as `blocked`."""

    reason: str


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Not now; after `seconds`."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have arrived."""


Receipt = Sent | GivenUp | RetryAt | Unknown
Step = Receipt | Begun
"""What one try of a reply came to."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try to send something that takes several messages; `part` is how many of
    them stand there by now."""

    receipt: Receipt
    part: int = 0


def dump_operation(operation: Operation | Locked) -> Any:
    """An operation as JSON that `load_operation` reads back, but for its lock: what has one is
    stored as `Locked`."""
    match operation:
        case Locked(lock, sealed):
            return ["locked", lock, b64encode(sealed).decode()]
        case Tell(line, fleeting, link=link):
            return ["tell", dump(line), fleeting, *([link] if link else [])]
        case Say(versions, who):
            said = [list(pair) for pair in versions]
            return ["say", said] if who is None else ["say", said, dump(who)]
        case Show(picture, line):
            return ["show", picture, dump(line)]
        case Echo(words, label, media, fleeting):
            named = None if label is None else dump(label)
            return ["echo", words, named, [list(pair) for pair in media], fleeting]
        case PutOut():
            return ["put out", operation.conversation, operation.serial]
        case OwnData():
            return ["own data"]
        case Wipe():
            return ["wipe"]
        case Invite(line, label):
            return ["invite", dump(line), dump(label)]
        case InTopic(topic, inner):
            return ["in topic", topic, dump_operation(inner)]
        case Announce(content, button, asked):
            pressed = None if button is None else _dump_button(button)
            return ["announce", dump_content(content), pressed, *([True] if asked else [])]
        case Ask():
            return [
                "ask",
                operation.conversation,
                operation.serial,
                dump(operation.line),
                [_dump_button(button) for button in operation.buttons],
                [_dump_button(button) for button in operation.controls],
                list(operation.wants),
                [[dump(label), dump(value)] for label, value in operation.summary],
                operation.fleeting,
            ]


def load_owed(data: Any) -> Operation | Locked:
    """Read back what `dump_operation` wrote. Raises `ValueError` for anything else."""
    match data:
        case ["locked", str(lock), str(sealed)]:
            return Locked(lock, b64decode(sealed, validate=True))
        case _:
            return load_operation(data)


def load_operation(data: Any) -> Operation:
    """`load_owed` for what has no lock."""
    try:
        return _load(data)
    except TypeError:  # something stands where a pair or a list should
        raise ValueError("not a stored operation") from None


def _load(data: Any) -> Operation:
    match data:
        # Most of what is owed is questions.
        case ["ask", *_]:
            return _load_ask(data)
        case ["tell", line, bool(fleeting), *link]:
            return Tell(load_message(line), fleeting, link=str(link[0]) if link else "")
        case ["say", list(versions), *who]:
            said = tuple((str(language), str(words)) for language, words in versions)
            return Say(said, _load_label(who[0]) if who else None)
        case ["show", str(picture), line]:
            return Show(picture, _load_label(line))
        case ["echo", str(words), label, list(media), bool(fleeting)]:
            named = None if label is None else _load_label(label)
            return Echo(words, named, tuple((kind, name) for kind, name in media), fleeting)
        case ["put out", str(conversation), int(serial)]:
            return PutOut(conversation, serial)
        case ["own data"]:
            return OwnData()
        case ["wipe"]:
            return Wipe()
        case ["invite", line, label]:
            return Invite(load_message(line), load_message(label))
        case ["in topic", str(topic), inner]:
            return InTopic(topic, load_operation(inner))
        case ["announce", content, button, *asked]:
            pressed = None if button is None else _load_button(button)
            return Announce(load_content(content), pressed, asked == [True])
        case _:
            raise ValueError("not a stored operation")


def _load_ask(data: list[Any]) -> Ask:
    conversation, serial, line, buttons, controls, wants, summary, fleeting = data[1:]
    if not (isinstance(conversation, str) and isinstance(serial, int) and isinstance(wants, list)):
        raise ValueError("not a stored question")
    return Ask(
        conversation,
        serial,
        load_message(line),
        tuple([_load_button(button) for button in buttons]),
        tuple([_load_button(button) for button in controls]),
        tuple(wants),
        tuple([(load_message(label), load(value)) for label, value in summary]),
        bool(fleeting),
    )


def _dump_button(button: Button) -> Any:
    description = None if button.description is None else dump(button.description)
    return [button.key, dump(button.label), button.emoji, description, button.ticked]


def _load_button(data: Any) -> Button:
    match data:
        case [key, ["message", source, "", None, []], emoji, None, ticked]:
            return _plain_button(key, source, emoji, ticked)
        case [key, label, emoji, description, ticked] if isinstance(key, str):
            about = None if description is None else load_message(description)
            return Button(key, _load_label(label), str(emoji), about, bool(ticked))
        case _:
            raise ValueError("not a stored button")


@lru_cache(PLAIN_MOST)
def _plain_button(key: str, source: str, emoji: str, ticked: bool) -> Button:
    if not all(isinstance(part, str) for part in (key, source, emoji)):
        raise ValueError("not a stored button")
    return Button(key, plain(source), emoji, None, bool(ticked))


def _load_label(data: Any) -> Label:
    label = load(data)
    if not isinstance(label, Message | Name):
        raise ValueError("not a stored label")
    return label
