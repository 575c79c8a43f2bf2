"""Which code is whose: one row each, so that no code is ever two things."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, bindparam, delete, func, select

from storage.statements import Prepared, add_once
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


def count(connection: Connection, country: str, most: int) -> int:
    """How many codes a country has given, counted no further than `most`."""
    counted = _COUNT.rows(connection, {"given_in": country, "most": most})
    return int(counted[0][0])


_GIVEN = (
    select(Code.code)
    .where(Code.country == bindparam("given_in"))
    .limit(bindparam("most", type_=Integer()))
    .subquery()
)
_COUNT = Prepared(select(func.count()).select_from(_GIVEN))
