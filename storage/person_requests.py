"""Requests for a person of the team to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from storage.countries import Countries
from storage.statements import add_once
from storage.tables import PersonRequest


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Somebody who waits for a person."""

    code: str
    country: str
    resident_id: str | None
    words: str
    language: str
    at: datetime
    answered_at: datetime | None
    answered_by: str | None


def add(connection: Connection, **values: Any) -> bool:
    """Store a request. False when its code is taken."""
    return add_once(connection, PersonRequest, **values)


def waiting(connection: Connection, countries: Countries = ()) -> list[RequestRow]:
    """Requests that nobody answered yet, the oldest first; no country given leaves none out."""
    wanted = _REQUEST.where(PersonRequest.answered_at.is_(None)).order_by(PersonRequest.at)
    if countries:
        wanted = wanted.where(PersonRequest.country.in_(countries))
    return [RequestRow(*row) for row in connection.execute(wanted)]


def find(connection: Connection, code: str) -> RequestRow | None:
    row = connection.execute(_REQUEST.where(PersonRequest.code == code)).one_or_none()
    return None if row is None else RequestRow(*row)


_REQUEST = select(
    PersonRequest.code,
    PersonRequest.country,
    PersonRequest.resident_id,
    PersonRequest.words,
    PersonRequest.language,
    PersonRequest.at,
    PersonRequest.answered_at,
    PersonRequest.answered_by,
)


def hold(connection: Connection, code: str) -> RequestRow | None:
    """A request that this transaction is going to answer: nobody else answers it meanwhile."""
    held = _REQUEST.where(PersonRequest.code == code).with_for_update(key_share=True)
    row = connection.execute(held).one_or_none()
    return None if row is None else RequestRow(*row)


def mark_answered(connection: Connection, code: str, actor: str, now: datetime) -> None:
    connection.execute(
        update(PersonRequest)
        .where(PersonRequest.code == code)
        .values(answered_at=now, answered_by=actor)
    )
