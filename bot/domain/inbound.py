"""What comes in: one update of a channel, as a value that names no channel's library."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_WORDS = 4096
"""UTF-16 units of one text that are read; a channel may take less, never more."""

MAX_JOINED = 3 * MAX_WORDS
"""UTF-16 units that are read of a text that came in pieces."""

MAX_MARKS = 30
"""Marks on one sign, as in Unicode's stream-safe format (UAX #15): no script needs more, and to
put them in order takes quadratic time."""


@dataclass(frozen=True, slots=True)
class Text:
    """Typed words. A channel that knows which question they answer says so (`serial`)."""

    words: str
    conversation: str = ""
    serial: int | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A button, with the conversation and the question (`serial`) it stood under."""

    conversation: str
    serial: int
    key: str


@dataclass(frozen=True, slots=True)
class Location:
    """Degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number that somebody shared. '' for anybody's but their own, which goes no
    further than the channel."""

    number: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or a voice note.

    `kind` is `photo` or `voice`, `ref` its row (set by the turn); of one that is not taken its
    `caption` alone goes on, without a kind. Either it is cleaned and in the
    media store already, under `name`, its content hash; or `name` is empty and it stands at the
    channel still, which calls it `file` (personal, like an address). `position` orders the files
    of one chat, whenever they arrive; `size` is in bytes, 0 where the channel did not say.
    """

    kind: str
    name: str
    type: str
    size: int
    seconds: float | None = None
    ref: str = ""
    album: str = ""
    caption: str = ""
    file: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Album:
    """Photos that were sent as one, in the order of their messages."""

    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something came that cannot be taken; `reason` is a code such as `too_large` or `video`.

    `kind` says what sort of file it was, and is empty for what was none.
    """

    reason: str
    kind: str = ""
    album: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Somebody changed the words of an earlier message, which `Inbound.ref` names."""

    words: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command word of the channel, without its slash; `payload` is what follows it."""

    name: str
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody in a group spoke to the bot."""


@dataclass(frozen=True, slots=True)
class Away:
    """The chat cannot be written to any more: the bot was blocked, or taken out of a group."""


@dataclass(frozen=True, slots=True)
class Back:
    """The chat can be written to again: the bot was unblocked, or put into a group."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A group goes by another address from now on."""

    to: str


Input = Text | Press | Location | Contact | Attachment | Unusable | Edit | Command
"""What a resident says."""


def words_of(said: Input) -> str:
    """What somebody typed, whatever it came with; '' for what has no words of theirs."""
    match said:
        case Text(words) | Edit(words):
            return words
        case Attachment() | Unusable():
            return said.caption
        case Command():
            return said.payload
        case _:
            return ""


Event = Called | Away | Back | Moved
"""What happens to a chat, or in a group."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update. `(bot, update)` is unique: the same one again changes nothing."""

    bot: str
    """The country's key and the channel, such as `uruguay/web`."""
    country: str
    channel: str
    address: str
    """What the channel calls this person: sealed and hashed before it is stored."""
    update: str
    input: Input | Event
    language: str = ""
    """The channel's guess of the language, as it came."""
    ref: str = ""
    """What the channel calls the message, so that a later `Edit` of it finds what it became."""
    group: bool = False
    """Said in a group, where no conversation is held and nobody becomes a resident."""
    topic: str = ""
    """The part of the chat that it was said in, and is answered in."""
    in_pieces: bool = False
    """The channel hands an album, and a text longer than it takes, over as several updates."""
    echo: bool = False
    """The channel shows its own history, and needs what the resident said for it."""


def clean_text(raw: str) -> str:
    """Text as every database takes it: NFC, no NUL, no lone surrogates or non-characters.

    PostgreSQL refuses NUL and surrogates that SQLite stores; XML refuses the non-characters.
    Other control signs but tab and line feed become U+FFFD. Marks over `MAX_MARKS` are left out.
    """
    if raw.isascii() and raw.isprintable():
        return raw
    whole = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    kept = [
        sign
        if sign in "\n\t" or not _unfit(sign)
        else ("\n" if sign in "\r\u2028\u2029\x0b\x0c\x85" else "\N{REPLACEMENT CHARACTER}")
        for sign in whole.replace("\x00", "").replace("\r\n", "\n")
    ]
    return unicodedata.normalize("NFC", "".join(_few_marks(kept)))


def _few_marks(signs: Iterable[str]) -> Iterator[str]:
    marks = 0
    for sign in signs:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MAX_MARKS:
            yield sign


def _unfit(sign: str) -> bool:
    code = ord(sign)
    return (
        unicodedata.category(sign) in {"Cc", "Zl", "Zp"}
        or (code & 0xFFFE) == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
    )


def utf16_units(text: str) -> int:
    """Length as Telegram, SMS and JavaScript count it."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def cut(text: str, most: int) -> str:
    """At most `most` UTF-16 units, cut at a word where one ends in the last third, with `…`."""
    if 2 * len(text) <= most or utf16_units(text) <= most:
        return text
    kept, used = [], 1
    for sign in text:
        used += 2 if ord(sign) > 0xFFFF else 1
        if used > most:
            break
        kept.append(sign)
    short = "".join(kept)
    space = short.rfind(" ")
    if space > len(short) * 2 // 3:
        short = short[:space]
    return short.rstrip() + "…"
