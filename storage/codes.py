"""Which code is whose: one row each, so that no code is ever two things."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select

from storage.statements import add_once
from storage.tables import Code

REPORT, IDEA, VOTE = "report", "idea", "vote"
"""Kinds, as stored."""


def take(connection: Connection, code: str, country: str, kind: str) -> bool:
    """Give a code to something of this kind. False when it is taken."""
    return add_once(connection, Code, code=code, country=country, kind=kind)


def give_back(connection: Connection, code: str) -> None:
    """What was to have this code did not come to be."""
    connection.execute(delete(Code).where(Code.code == code))


def kind_of(connection: Connection, code: str) -> str | None:
    return connection.scalar(select(Code.kind).where(Code.code == code))


def count(connection: Connection, country: str) -> int:
    counted = select(func.count()).select_from(Code).where(Code.country == country)
    return connection.scalar(counted) or 0
