"""Which places and words others read of reports and ideas, where a country hides some."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, bindparam, select, update

from storage.statements import table_of
from storage.tables import Idea, Report


def put_areas(connection: Connection, country: str, shown: Mapping[str, str]) -> None:
    """Keep what others read of each area of a country: a coarser one, '' for none. An area that
    is not named is read as it is."""
    for model in (Report, Idea):
        table = table_of(model)
        columns = table.c
        here = columns.country == country
        connection.execute(
            update(table)
            .where(here, columns.shown_area.is_not(None), columns.area.not_in(list(shown)))
            .values(shown_area=None)
        )
        if shown:
            connection.execute(
                update(table)
                .where(
                    here,
                    columns.area == bindparam("at"),
                    columns.shown_area.is_distinct_from(bindparam("coarser")),
                )
                .values(shown_area=bindparam("coarser")),
                [{"at": area, "coarser": coarser} for area, coarser in shown.items()],
            )


def put_texts(connection: Connection, country: str, shown: Callable[[str], str] | None) -> None:
    """Keep what others read of the words that were told in a country, where it differs. None
    where nothing is masked: then no words are read for it."""
    for model in (Report, Idea):
        columns = table_of(model).c
        if shown is None:
            connection.execute(
                update(table_of(model))
                .where(columns.country == country, columns.shown_text.is_not(None))
                .values(shown_text=None)
            )
            continue
        found = connection.execute(
            select(columns.id, columns.text, columns.shown_text).where(
                columns.country == country, columns.text != ""
            )
        )
        changed = [
            {"row": id, "said": None if said == text else said}
            for id, text, before in found
            if (said := shown(text)) != (text if before is None else before)
        ]
        if changed:
            connection.execute(
                update(table_of(model))
                .where(columns.id == bindparam("row"))
                .values(shown_text=bindparam("said")),
                changed,
            )
