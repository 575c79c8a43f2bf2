"""What is owed to a channel: operations, with texts still lazy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.announcements import Content
from bot.domain.messages import (
    Label,
    Message,
    Value,
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
    """What else would be an answer: `text`, `voice`, `photo`, `location`, `contact`, `number`,
    `date`."""
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
    """The operation, to be sealed with a key ('' for none), as far as it says anything."""
    if not lock:
        return operation
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
