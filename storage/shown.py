"""Which places and words others read of reports and ideas, where a country hides some."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.statements import Prepared, table_of
from storage.tables import Idea, Meta, Report

Shown = Callable[[str], str]
"""What others read in the place of an area, or of words: the same where nothing is hidden."""


@dataclass(frozen=True, slots=True)
class Change:
    """A report or an idea of which others are to read something else; None for what is told."""

    id: str
    area: str
    text: str
    shown_area: str | None
    shown_text: str | None


def differing(
    connection: Connection, kind: type[Report | Idea], country: str, area: Shown, text: Shown
) -> list[Change]:
    """Whatever is kept of a country that others are to read otherwise. Looks through all of it."""
    columns = table_of(kind).c
    rows = connection.execute(
        select(
            columns.id, columns.area, columns.text, columns.shown_area, columns.shown_text
        ).where(columns.country == country),
        execution_options={"yield_per": 1000},
    )
    found = []
    for id, at, told, *before in rows:
        there, said = area(at), text(told)
        now = [None if there == at else there, None if said == told else said]
        if now != before:
            found.append(Change(id, at, told, now[0], now[1]))
    return found


def put(connection: Connection, kind: type[Report | Idea], changes: Sequence[Change]) -> None:
    """Let others read it so. What was changed meanwhile is left to who changed it."""
    _PUT[kind].run_many(
        connection,
        [
            {
                "row": change.id,
                "there": change.area,
                "told": change.text,
                "shown_area": change.shown_area,
                "shown_text": change.shown_text,
            }
            for change in changes
        ],
    )


_PUT = {
    kind: Prepared(
        update(table_of(kind))
        .where(
            table_of(kind).c.id == bindparam("row"),
            table_of(kind).c.area == bindparam("there"),
            table_of(kind).c.text == bindparam("told"),
        )
        .values(shown_area=bindparam("shown_area"), shown_text=bindparam("shown_text"))
    )
    for kind in (Report, Idea)
}


def rules_of(connection: Connection, country: str) -> str | None:
    """The rules by which all that is kept of a country is shown; None where nobody knows."""
    return connection.scalar(select(Meta.value).where(Meta.key == _key(country)))


def note_rules(connection: Connection, country: str, rules: str) -> None:
    """By these from now on."""
    connection.execute(delete(Meta).where(Meta.key == _key(country)))
    connection.execute(insert(Meta).values(key=_key(country), value=rules))


def _key(country: str) -> str:
    return f"shown {country}"
