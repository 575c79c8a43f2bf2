"""Days that somebody asks for, as moments: a day begins at another one in each country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, and_, or_


@dataclass(frozen=True, slots=True)
class Span:
    """What a country received between two moments; `until` is not included. None: no bound."""

    country: str
    since: datetime | None = None
    until: datetime | None = None


def within_any(
    spans: Sequence[Span],
    country: Column[str],
    at: Column[datetime],
) -> ColumnElement[bool]:
    """Whether a row is of one of the spans, of which there is at least one."""
    return or_(*(_within(span, country, at) for span in spans))


def _within(span: Span, country: Column[str], at: Column[datetime]) -> ColumnElement[bool]:
    bounds = [country == span.country]
    if span.since is not None:
        bounds.append(at >= span.since)
    if span.until is not None:
        bounds.append(at < span.until)
    return and_(*bounds)
