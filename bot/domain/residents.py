"""Residents: what they can decide about themselves, as commands and facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.domain.facts import FactOf
from bot.domain.reports import Status

PRE_CONSENT_HOURS = 24
"""What came before consent is erased after so long without an answer, and on No at once."""

PRIVATE_OPEN = timedelta(hours=1)
"""So long a conversation stands at something private at most: others use the same phone."""


@dataclass(frozen=True, slots=True)
class UseLanguage:
    """From now on, whatever the channel's guess is."""

    language: str


@dataclass(frozen=True, slots=True)
class StateAge:
    """Of age or not, as the resident says; asked once, when a flow first needs it."""

    adult: bool


@dataclass(frozen=True, slots=True)
class Agree:
    """Consent was given to this version of the text."""

    version: str


@dataclass(frozen=True, slots=True)
class Decline:
    """Consent was refused, or withdrawn before anything was kept: erase the row."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase address and words; keep counts."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Hand this resident everything that is kept of them, as a file."""


@dataclass(frozen=True, slots=True)
class AskPerson:
    """A person of the team is wanted; `words` may be empty."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class OpenFlow:
    """Go on with another flow. `args` are keys, as stored."""

    flow: str
    args: Any = None


@dataclass(frozen=True, slots=True)
class OfAge(FactOf[bool | None]):
    """What the resident stated of their age; None until they were asked."""

    def subject(self) -> Any:
        return "of age"

    def encode(self, value: bool | None) -> Any:
        return value

    def decode(self, data: Any) -> bool | None:
        if data is not None and not isinstance(data, bool):
            raise ValueError("not a stored statement of age")
        return data


@dataclass(frozen=True, slots=True)
class OfAgeNow(OfAge):
    """The same at every replay: it may be stated elsewhere while a draft waits."""

    def decode(self, data: Any) -> bool | None:
        raise ValueError("looked up anew")


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report that the resident filed or backed, as their list shows it."""

    code: str
    category: str
    status: Status
    day: date
    filed: bool
    """False: backed, and so not theirs to take back."""


@dataclass(frozen=True, slots=True)
class OwnReports(FactOf[tuple[OwnReport, ...]]):
    """The newest first, at most ten."""

    def subject(self) -> Any:
        return "own reports"

    def encode(self, value: tuple[OwnReport, ...]) -> Any:
        return [
            [own.code, own.category, own.status.value, own.day.isoformat(), own.filed]
            for own in value
        ]

    def decode(self, data: Any) -> tuple[OwnReport, ...]:
        return tuple(
            OwnReport(code, category, Status(status), date.fromisoformat(day), bool(filed))
            for code, category, status, day, filed in data
        )
