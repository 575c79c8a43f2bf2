"""Reports of local problems: statuses with their allowed changes, commands, facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from bot.domain.facts import FactOf
from bot.domain.messages import Message, _
from bot.domain.places import Point, Spot


class Status(Enum):
    """Where a report stands. The value is what is stored and shown to staff."""

    NEW = "new"
    SEEN = "seen"
    SENT_ON = "sent on"
    PLANNED = "planned"
    DONE = "done"
    NOT_OURS = "not ours"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    CLOSED_UNCONFIRMED = "closed unconfirmed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


_WORKING = (Status.SENT_ON, Status.PLANNED, Status.DONE, Status.NOT_OURS, Status.MERGED)

CHANGES: Mapping[Status, tuple[Status, ...]] = {
    Status.NEW: (Status.SEEN, *_WORKING, Status.WITHDRAWN),
    Status.SEEN: (*_WORKING, Status.WITHDRAWN),
    Status.SENT_ON: (*_WORKING, Status.WITHDRAWN),
    Status.PLANNED: (*_WORKING, Status.WITHDRAWN),
    Status.DONE: (
        Status.CONFIRMED,
        Status.REOPENED,
        Status.CLOSED_UNCONFIRMED,
        Status.MERGED,
        Status.WITHDRAWN,
    ),
    Status.NOT_OURS: (Status.SEEN, *_WORKING, Status.REOPENED, Status.WITHDRAWN),
    Status.CONFIRMED: (Status.REOPENED,),
    Status.REOPENED: (Status.SEEN, *_WORKING, Status.WITHDRAWN),
    Status.CLOSED_UNCONFIRMED: (Status.REOPENED,),
    Status.MERGED: (),
    Status.WITHDRAWN: (),
}
"""The one table of what may follow what. A status may always be set again with news of its own
(another date, another message), which `Status.PLANNED` to itself stands for."""

OPEN = frozenset(
    {
        Status.NEW,
        Status.SEEN,
        Status.SENT_ON,
        Status.PLANNED,
        Status.REOPENED,
    }
)
"""Still to be worked on: what a similar report may be, and what lists show first."""

STATUS_LABELS: Mapping[Status, Message] = {
    Status.NEW: _("received"),
    Status.SEEN: _("seen by the team"),
    Status.SENT_ON: _("sent to those in charge"),
    Status.PLANNED: _("planned"),
    Status.DONE: _("done, says the team"),
    Status.NOT_OURS: _("not the team's to do"),
    Status.CONFIRMED: _("done and confirmed"),
    Status.REOPENED: _("opened again"),
    Status.CLOSED_UNCONFIRMED: _("closed, not confirmed"),
    Status.MERGED: _("joined with another"),
    Status.WITHDRAWN: _("taken back"),
}


def may_become(now: Status, then: Status) -> bool:
    """Whether an organiser or a resident may change `now` to `then`; the same again is allowed."""
    return now is then or then in CHANGES[now]


@dataclass(frozen=True, slots=True)
class Told:
    """A story: typed words, voice notes, photos, or several of them. `voice` is a media id, and
    those of further ones are `more_voices`."""

    text: str = ""
    voice: str = ""
    photos: tuple[str, ...] = ()
    more_voices: tuple[str, ...] = ()

    @property
    def voices(self) -> tuple[str, ...]:
        return (self.voice, *self.more_voices) if self.voice else ()


@dataclass(frozen=True, slots=True)
class Answered:
    """How a resident wants to be answered: one of `ANSWERS`, and the number of a call."""

    way: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class FileReport:
    """End of the report flow: a resident sends a report."""

    category: str
    told: Told
    spot: Spot
    detail: str = ""
    """The street or what is near it, for whoever goes there."""
    photos: tuple[str, ...] = ()
    since: str = ""
    danger: str = ""
    quiet: bool = False
    """No news of it in the chat: the resident asks with its code."""
    phone: str = ""
    """Where the resident asks to be called; '' where they did not."""


@dataclass(frozen=True, slots=True)
class BackReport:
    """End of the report flow: the problem was told already; this resident says it too."""

    code: str
    told: Told = Told()
    photos: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Something dangerous is being told right now. Carries no words."""

    category: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFixed:
    """End of `Is it fixed?`: `yes`, `partly` or `no`, and what is still wrong."""

    code: str
    answer: str
    told: Told = Told()


@dataclass(frozen=True, slots=True)
class WithdrawReport:
    """A resident takes a report of their own back."""

    code: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A report that may be the same: only what was told publicly."""

    code: str
    category: str
    area: str
    day: date


@dataclass(frozen=True, slots=True)
class SimilarReport(FactOf["Twin | None"]):
    """Is there an open report that this may be?"""

    category: str
    text: str
    area: str
    point: Point | None

    def subject(self) -> Any:
        point = None if self.point is None else [self.point.lat, self.point.lon]
        return [self.category, self.text, self.area, point]

    def encode(self, value: Twin | None) -> Any:
        if value is None:
            return None
        return [value.code, value.category, value.area, value.day.isoformat()]

    def decode(self, data: Any) -> Twin | None:
        match data:
            case None:
                return None
            case [str(code), str(category), str(area), str(day)]:
                return Twin(code, category, area, date.fromisoformat(day))
            case _:
                raise ValueError("not a stored twin")
