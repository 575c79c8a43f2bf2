"""Files in the media store that anything refers to, by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select, union

from storage.tables import AnnouncedPicture, Announcement, Media, VoteOption

_NAMES = union(
    select(Media.name).where(Media.name != ""),
    select(Announcement.picture).where(Announcement.picture != ""),
    select(AnnouncedPicture.name),
    select(VoteOption.picture).where(VoteOption.picture != ""),
).subquery("names")
"""Every file that a row refers to, once."""


def media_names(connection: Connection, among: Sequence[str] | None = None) -> frozenset[str]:
    """Every file that somebody still refers to, or those `among` these."""
    wanted = select(_NAMES.c.name)
    if among is not None:
        wanted = wanted.where(_NAMES.c.name.in_(among))
    return frozenset(connection.scalars(wanted))


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
