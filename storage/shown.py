"""Which place others read of reports and ideas, where a country hides the finer ones."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, update

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
