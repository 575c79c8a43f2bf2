"""Announcements: what is said to many at once, to whom, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from bot.domain.codes import fold_code
from bot.domain.messages import Message, Verbatim, _

TEXT_UNITS = 4096
"""UTF-16 units of one language's text: what one message of Telegram holds."""

CAPTION_UNITS = 1024
"""UTF-16 units that may stand under a picture; a longer text goes out beside it."""

ALT_UNITS = 400
"""UTF-16 units of what a picture shows, for who cannot see it."""

BEST_BEFORE = timedelta(days=7)
"""So long after its start an announcement is sent; whoever was not reached then is let be."""

AGAIN_WITHIN = timedelta(days=7)
"""The same text to the same audience within so long asks to be confirmed."""

WEEK = timedelta(days=7)
"""The span of a country's weekly limit."""

JUDGED_AFTER = 200
"""Deliveries that have ended before it is judged whether too many are given up."""

GIVEN_UP_MOST = 10
"""One in so many may be given up among those; more, and the announcement pauses itself."""

CHANNELS = ("telegram", "web")
"""Ways that announcements go."""

TOOK_PART_KINDS = ("report", "idea", "vote")
"""What one can have taken part in. Storage has a query for each."""

CODE_PREFIX, CODE_LENGTH = "A", 5
"""An announcement's number is `A-` and so many signs: no country's prefix is one letter."""


class State(Enum):
    """Where an announcement stands. The value is what is stored and shown."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


CHANGES: Mapping[State, tuple[State, ...]] = {
    State.DRAFT: (State.SCHEDULED, State.CANCELLED),
    State.SCHEDULED: (State.SENDING, State.PAUSED, State.CANCELLED),
    State.SENDING: (State.PAUSED, State.DONE, State.CANCELLED),
    State.PAUSED: (State.SCHEDULED, State.SENDING, State.CANCELLED),
    State.DONE: (),
    State.CANCELLED: (),
}
"""The one table of what may follow what."""


class Delivery(Enum):
    """Where one resident's copy stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given up"
    """It will not arrive; the reason says why, such as `blocked`."""
    UNKNOWN = "unknown"
    """The answer was lost, or the process died meanwhile: it may have arrived, and is not sent
    a second time."""
    HELD = "held"
    """Not sent for the resident's sake: `stopped`, `weekly limit` or `too late`."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` is that of its file in the media store; `alt` what it shows, by language; `versions`
    the names of other files, for the languages that have one of their own."""

    name: str
    type: str
    alt: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...] = ()

    def within(self, language: str) -> str:
        """The name of the file for a language."""
        return dict(self.versions).get(language, self.name)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address, with its label by language."""

    url: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """An announcement in one language."""

    language: str
    text: str
    alt: str = ""
    label: str = ""
    """Of the link; '' where there is none."""
    picture: str = ""
    """The picture's name in the media store; '' without one."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, in every language of the country, whose first one comes first."""

    texts: tuple[tuple[str, str], ...]
    picture: Picture | None = None
    link: Link | None = None
    opens: str = ""
    """What the button opens: a flow's word (`report`), a place's key or a code; '' for none."""
    page: str = ""
    """A page of ours that has more of it, below the country's; '' for none."""

    def within(self, language: str) -> Version:
        """The whole of it in one language; in the country's first where there is no such text."""
        texts = dict(self.texts)
        spoken = language if language in texts else self.texts[0][0]
        return Version(
            spoken,
            texts[spoken],
            dict(self.picture.alt).get(spoken, "") if self.picture else "",
            dict(self.link.labels).get(spoken, "") if self.link else "",
            self.picture.within(spoken) if self.picture else "",
        )


def dump_content(content: Content) -> Any:
    """A content as JSON that `load_content` reads back."""
    picture, link = content.picture, content.link
    return [
        _dump_pairs(content.texts),
        None if picture is None else _dump_picture(picture),
        None if link is None else [link.url, _dump_pairs(link.labels)],
        content.opens,
        *([content.page] if content.page else []),
    ]


def load_content(data: Any) -> Content:
    """Read back what `dump_content` wrote. Raises `ValueError` for anything else."""
    match data:
        case [[_first, *_more] as texts, picture, link, str(opens), *page]:
            return Content(
                _load_pairs(texts),
                _load_picture(picture),
                _load_link(link),
                opens,
                str(page[0]) if page else "",
            )
        case _:
            raise ValueError("not a stored announcement")


def _dump_picture(picture: Picture) -> list[Any]:
    versions = [_dump_pairs(picture.versions)] if picture.versions else []
    return [picture.name, picture.type, _dump_pairs(picture.alt), *versions]


def _load_picture(data: Any) -> Picture | None:
    match data:
        case None:
            return None
        case [str(name), str(type), list(alt), *versions]:
            others = _load_pairs(versions[0]) if versions else ()
            return Picture(name, type, _load_pairs(alt), others)
        case _:
            raise ValueError("not a stored picture")


def _load_link(data: Any) -> Link | None:
    match data:
        case None:
            return None
        case [str(url), list(labels)]:
            return Link(url, _load_pairs(labels))
        case _:
            raise ValueError("not a stored link")


def _dump_pairs(pairs: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in pairs]


def _load_pairs(data: list[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(language), str(text)) for language, text in data)


@dataclass(frozen=True, slots=True)
class TookPart:
    """Everybody who took part in one thing (`code`), or in any of its kind ('')."""

    kind: str
    code: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.code}" if self.code else f"{self.kind}s"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is meant, among those of a country who agreed. What is empty leaves nobody out; of
    several in one line any will do; all lines count."""

    country: str
    areas: tuple[str, ...] = ()
    """Places, each with all that lies within it."""
    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    took_part: tuple[TookPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says: an announcement that is not kept yet. `picture` is the file's own name,
    '' for none; `alt` what it shows."""

    audience: Audience
    content: Content
    picture: str = ""
    alt: tuple[tuple[str, str], ...] = ()


OPEN = "open"
"""Stands for a conversation where a button of an announcement opens something."""

STOP = "stop"
"""The key of the button that says STOP."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a button opens, as its label says it."""

    label: Message
    emoji: str


OPENINGS: Mapping[str, Opening] = {
    # i18n: button
    "report": Opening(_("Report a problem"), "📣"),
    # i18n: button
    "idea": Opening(_("Propose an idea"), "💡"),
    # i18n: button
    "ideas": Opening(_("Ideas"), "💡"),
    # i18n: button
    "vote": Opening(_("Vote"), "🗳️"),
    # i18n: button
    "my": Opening(_("My things"), "📋"),
    # i18n: button
    "person": Opening(_("A person, please"), "🙋"),
}
"""Flows that a button may open, by the word that opens them. A new flow is a line here."""

# i18n: button
_OPEN_CODE = _("Open {code}")

# i18n: button
NO_MORE = _("No more news")
"""The button under every announcement that says STOP."""


def opening(opens: str, prefix: str) -> Opening:
    """How the button is labelled; `prefix` is that of the country's codes. A place opens a
    report there."""
    code = fold_code(opens, prefix)
    if code is not None:
        return Opening(_OPEN_CODE(code=Verbatim(code)), "📄")
    return OPENINGS.get(opens, OPENINGS["report"])
