"""Which files rows refer to, whatever they are of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, union

from storage.tables import AnnouncedPicture, Announcement, Media, VoteOption

_NAMED = (Media.name, Announcement.picture, AnnouncedPicture.name, VoteOption.picture)
_NAMES = union(*(select(column).where(column != "") for column in _NAMED)).subquery("names")
"""Every file that a row refers to, once."""


def media_names(connection: Connection, *among: str) -> frozenset[str]:
    """Every file that somebody still refers to, `among` these where some are named."""
    if not among:
        return frozenset(connection.scalars(select(_NAMES.c.name)))
    # In each table by its index: a condition on all of them together looks through all.
    found = [select(column).where(column.in_(among)) for column in _NAMED]
    return frozenset(connection.scalars(union(*found)))


def read_names(connection: Connection, at_once: int = 1000) -> Iterator[str]:
    """The same in their order, in constant memory."""
    names = connection.execute(
        select(_NAMES.c.name).order_by(_NAMES.c.name),
        execution_options={"stream_results": True, "yield_per": at_once},
    )
    for batch in names.partitions(at_once):
        yield from (name for (name,) in batch)


def count_names(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(_NAMES)) or 0
