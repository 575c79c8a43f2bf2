"""Days that somebody asks for, as moments: a day begins at another one in each country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """What a country received between two moments; `until` is not included. None: no bound."""

    country: str
    since: datetime | None = None
    until: datetime | None = None
