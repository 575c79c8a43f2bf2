"""Ideas of residents: states with their allowed changes, commands, facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from bot.domain.facts import FactOf, Fresh
from bot.domain.messages import Message, Verbatim, _
from bot.domain.places import Spot
from bot.domain.reports import Told
from bot.domain.residents import OpenFlow


class IdeaStatus(Enum):
    """Where an idea stands. The value is what is stored and shown to staff."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    MERGED = "merged"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in progress"
    DONE = "done"
    WITHDRAWN = "withdrawn"


_ENDED = (IdeaStatus.MERGED, IdeaStatus.DECLINED, IdeaStatus.WITHDRAWN)
_TAKEN_UP = (IdeaStatus.ACCEPTED, IdeaStatus.IN_PROGRESS, IdeaStatus.DONE)

IDEA_CHANGES: Mapping[IdeaStatus, tuple[IdeaStatus, ...]] = {
    IdeaStatus.SUBMITTED: (IdeaStatus.PUBLISHED, *_ENDED),
    IdeaStatus.PUBLISHED: (*_TAKEN_UP, *_ENDED),
    IdeaStatus.ACCEPTED: (IdeaStatus.IN_PROGRESS, IdeaStatus.DONE, *_ENDED),
    IdeaStatus.IN_PROGRESS: (IdeaStatus.ACCEPTED, IdeaStatus.DONE, *_ENDED),
    IdeaStatus.DONE: (IdeaStatus.IN_PROGRESS,),
    IdeaStatus.DECLINED: (IdeaStatus.PUBLISHED, IdeaStatus.WITHDRAWN),
    IdeaStatus.MERGED: (),
    IdeaStatus.WITHDRAWN: (),
}
"""The one table of what may follow what. A state may always be set again with a message of its
own."""

SHOWN = frozenset({IdeaStatus.PUBLISHED, *_TAKEN_UP})
"""What other residents may read. Each was published by an organiser."""

IDEA_LABELS: Mapping[IdeaStatus, Message] = {
    IdeaStatus.SUBMITTED: _("with our team"),
    IdeaStatus.PUBLISHED: _("published"),
    IdeaStatus.MERGED: _("joined with another"),
    IdeaStatus.DECLINED: _("not taken up"),
    IdeaStatus.ACCEPTED: _("accepted"),
    IdeaStatus.IN_PROGRESS: _("being worked on"),
    IdeaStatus.DONE: _("done"),
    IdeaStatus.WITHDRAWN: _("taken back"),
}


def idea_may_become(now: IdeaStatus, then: IdeaStatus) -> bool:
    """Whether `now` may be changed to `then`; the same again is allowed."""
    return now is then or then in IDEA_CHANGES[now]


NEIGHBOUR = _("A neighbour")
"""Whose words these are, of somebody who did not choose to show a name."""


class Size(Enum):
    """How big an idea is: the five levels of the Agirre Lehendakaria Center's portfolio."""

    OURSELVES = "community"
    SMALL = "small"
    LARGE = "large"
    SERVICE = "service"
    RULE = "rule"


class CommentStatus(Enum):
    """Where a comment stands. Only a published one is shown."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list of ideas: `how` it is ordered, the theme or area that it is of, the seed
    of a chance order. `stored` is what stands in a conversation's arguments."""

    how: str
    of: str = ""
    page: int = 0

    @property
    def stored(self) -> list[Any]:
        return [self.how, self.of, self.page]

    @classmethod
    def read(cls, data: Any) -> Listed | None:
        """What `stored` gave; None for anything else."""
        match data:
            case [str(how), str(of), int(page)] if how in ORDERS and 0 <= page < PAGES_MOST:
                return cls(how, of, page)
            case _:
                return None


NEW, NEAR, THEME, MOST, CHANCE = "new", "near", "theme", "most", "chance"
ORDERS = (NEW, NEAR, THEME, MOST, CHANCE)
"""How ideas are listed."""

PAGES_MOST = 1000
"""Pages of one list; nobody goes farther."""

WHOLE, WORDS, BRIEF = "whole", "words", "brief"
"""How much is told of an idea before one is asked what to do: all of it; no heading, which was
told already; nothing but how many back it."""


def to_idea(code: str, part: str = BRIEF, listed: Listed | None = None) -> OpenFlow:
    """On with reading an idea."""
    return OpenFlow("one idea", [code, part, *(() if listed is None else listed.stored)])


def to_list(listed: Listed | None) -> OpenFlow:
    """On with a page of a list, or with choosing one."""
    return OpenFlow("ideas", None if listed is None else listed.stored)


@dataclass(frozen=True, slots=True)
class ProposeIdea:
    """End of the idea flow: a resident sends an idea."""

    theme: str
    told: Told
    spot: Spot
    size: str
    gives: tuple[str, ...] = ()
    """What they could give: keys such as `time`; empty for nothing or not said."""
    photos: tuple[str, ...] = ()
    name: str = ""
    """Shown with the idea; empty where it is not to be."""


@dataclass(frozen=True, slots=True)
class SupportIdea:
    """A resident stands behind an idea, or not any more; wants its news, or not any more.

    None leaves it as it is. Who backs gets the news with it, and who ends that ends both.
    """

    code: str
    backs: bool | None = None
    follows: bool | None = None
    words: str = ""
    """Told for an idea of their own; they go to the team as a comment."""
    listed: Listed | None = None
    """The list that they came from, to go back to."""


@dataclass(frozen=True, slots=True)
class CommentIdea:
    """A resident says something about an idea."""

    code: str
    words: str
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class WithdrawIdea:
    """A resident takes an idea of their own back."""

    code: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A published idea in a list: its words are cut by who shows them."""

    code: str
    theme: str
    area: str
    text: str
    backers: int


@dataclass(frozen=True, slots=True)
class SimilarIdeas(FactOf[tuple[str, ...]]):
    """Codes of published ideas of the theme that say nearly the same, the likest first."""

    theme: str
    text: str

    def subject(self) -> Any:
        return ["ideas like", self.theme, self.text]

    def encode(self, value: tuple[str, ...]) -> Any:
        return list(value)

    def decode(self, data: Any) -> tuple[str, ...]:
        return tuple(str(code) for code in data)


@dataclass(frozen=True, slots=True)
class Briefs(Fresh[tuple[Brief, ...]]):
    """What others may read of these ideas; of one that is not shown any more nothing."""

    codes: tuple[str, ...]

    def subject(self) -> Any:
        return ["ideas by code", *self.codes]


@dataclass(frozen=True, slots=True)
class Page:
    """The codes of some ideas of a list, and whether more come."""

    codes: tuple[str, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class IdeasOf(FactOf[Page]):
    """A page of published ideas."""

    listed: Listed

    def subject(self) -> Any:
        return ["ideas", *self.listed.stored]

    def encode(self, value: Page) -> Any:
        return [list(value.codes), value.more]

    def decode(self, data: Any) -> Page:
        codes, more = data
        return Page(tuple(str(code) for code in codes), bool(more))


class Chance(FactOf[str]):
    """A seed drawn once, so that a chance order stays the same from page to page."""

    __slots__ = ()

    def subject(self) -> Any:
        return "chance"

    def encode(self, value: str) -> Any:
        return value

    def decode(self, data: Any) -> str:
        if not isinstance(data, str):
            raise ValueError("not a seed")
        return data


@dataclass(frozen=True, slots=True)
class Read:
    """An idea as one resident may read it."""

    code: str
    theme: str
    area: str
    status: IdeaStatus
    text: str
    language: str
    name: str
    """Empty unless its author chose to show it."""
    backers: int
    comments: int
    """Published ones."""
    own: bool
    backs: bool
    follows: bool
    photos: tuple[str, ...] = ()
    """Names in the media store of those that an organiser found fit for others."""


@dataclass(frozen=True, slots=True)
class TheIdea(Fresh["Read | None"]):
    """An idea by its code: one's own, or a published one; None for any other."""

    code: str

    def subject(self) -> Any:
        return ["idea", self.code]


@dataclass(frozen=True, slots=True)
class Comment:
    """A published comment, in its author's words."""

    day: date
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Comments:
    """Some published comments, the newest first, and whether older ones come."""

    comments: tuple[Comment, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class CommentsOn(Fresh[Comments]):
    """A page of the published comments on a published idea."""

    code: str
    page: int

    def subject(self) -> Any:
        return ["comments", self.code, self.page]


@dataclass(frozen=True, slots=True)
class OwnIdea:
    """An idea that the resident proposed, backed or follows, as their list shows it."""

    code: str
    theme: str
    status: IdeaStatus


@dataclass(frozen=True, slots=True)
class OwnIdeas(FactOf[tuple[OwnIdea, ...]]):
    """The newest first, at most ten."""

    def subject(self) -> Any:
        return "own ideas"

    def encode(self, value: tuple[OwnIdea, ...]) -> Any:
        return [[own.code, own.theme, own.status.value] for own in value]

    def decode(self, data: Any) -> tuple[OwnIdea, ...]:
        return tuple(OwnIdea(code, theme, IdeaStatus(status)) for code, theme, status in data)


def joined(code: str, other: str) -> Message:
    """Why somebody who named an idea meets another one."""
    line = _("{code} is about the same as {other}, so both go on as {other}.")
    return line(code=Verbatim(code), other=Verbatim(other))
