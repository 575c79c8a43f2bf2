"""Which countries something is kept of, whether they are served now or not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from storage.tables import Announcement, Idea, Interaction, PersonRequest, Report, Resident, Vote

Countries = list[str] | tuple[str, ...]
"""Countries by their names. Not any sequence: one name alone would be one of its letters."""

_COUNTRY: dict[str, Any] = {
    "announcement": Announcement.country,
    "idea": Idea.country,
    "interaction": Interaction.country,
    "report": Report.country,
    "request": PersonRequest.country,
    "resident": Resident.country,
    "vote": Vote.country,
}


def countries_of(connection: Connection, kind: str) -> list[str]:
    """In their order, by one look into an index for each. Raises `KeyError` for no such kind."""
    country = _COUNTRY[kind]
    found: list[str] = []
    wanted = select(func.min(country))
    after: str | None = connection.scalar(wanted)
    while after is not None:
        found.append(after)
        after = connection.scalar(wanted.where(country > after))
    return found
