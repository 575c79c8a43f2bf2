"""Rows of photos and voice notes; the files stand in the media store under their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.tables import Media


def add_media(connection: Connection, **values: Any) -> None:
    connection.execute(insert(Media).values(**values))


def attach_media(
    connection: Connection, refs: Sequence[str], resident_id: str, report_id: str
) -> int:
    """Give a draft's photos and voice to a report. How many were the resident's to give."""
    if not refs:
        return 0
    result = connection.execute(
        update(Media)
        .where(Media.id.in_(refs), Media.resident_id == resident_id)
        .values(report_id=report_id, conversation_id=None)
    )
    return result.rowcount


def drop_draft_media(connection: Connection, conversation_id: str) -> None:
    """What a draft held and no report took; the files go with the next sweep."""
    connection.execute(delete(Media).where(Media.conversation_id == conversation_id))


def drop_unfiled_media(connection: Connection, ref: str) -> None:
    """A file that no question wanted; one that a report took just now stays."""
    connection.execute(delete(Media).where(Media.id == ref, Media.report_id.is_(None)))


def media_of(connection: Connection, report_id: str) -> list[tuple[str, str, str]]:
    """Kind, name in the store and type, in the order they came."""
    rows = connection.execute(
        select(Media.kind, Media.name, Media.type)
        .where(Media.report_id == report_id)
        .order_by(Media.id)
    )
    return [(kind, name, type) for kind, name, type in rows]


def media_names(connection: Connection) -> frozenset[str]:
    """Every file that somebody still refers to."""
    return frozenset(connection.scalars(select(Media.name).distinct()))


def read_names(connection: Connection, at_once: int = 1000) -> Iterator[str]:
    """The same in their order, in constant memory."""
    names = connection.execute(
        select(Media.name).distinct().order_by(Media.name),
        execution_options={"stream_results": True, "yield_per": at_once},
    )
    for batch in names.partitions(at_once):
        yield from (name for (name,) in batch)


def count_names(connection: Connection) -> int:
    return connection.scalar(select(func.count(Media.name.distinct()))) or 0
