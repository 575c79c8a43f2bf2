"""What residents said about ideas, as it came; shown once an organiser published it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bot.domain.ideas import CommentStatus
from storage.countries import Countries
from storage.tables import Idea, IdeaComment


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as staff see it; `resident_id` is None once forgotten, and so are the words."""

    id: str
    idea_id: str
    code: str
    """The idea's."""
    number: int
    resident_id: str | None
    text: str
    language: str
    status: CommentStatus
    status_at: datetime
    published_at: datetime | None
    """When it was first published."""
    created_at: datetime


_ROW: Any = select(
    IdeaComment.id,
    IdeaComment.idea_id,
    Idea.code,
    IdeaComment.number,
    IdeaComment.resident_id,
    IdeaComment.text,
    IdeaComment.language,
    IdeaComment.status,
    IdeaComment.status_at,
    IdeaComment.published_at,
    IdeaComment.created_at,
).join(Idea, Idea.id == IdeaComment.idea_id)


def _row(values: Sequence[Any]) -> CommentRow:
    id, idea_id, code, number, resident, text, language, status, *times = values
    return CommentRow(
        id, idea_id, code, number, resident, text, language, CommentStatus(status), *times
    )


def add_comment(connection: Connection, *, idea_id: str, **values: Any) -> int:
    """Store a comment under the next number of its idea, which this transaction holds."""
    last = connection.scalar(
        select(func.max(IdeaComment.number)).where(IdeaComment.idea_id == idea_id)
    )
    number = (last or 0) + 1
    connection.execute(insert(IdeaComment).values(idea_id=idea_id, number=number, **values))
    return number


def find_comment(connection: Connection, idea_id: str, number: int) -> CommentRow | None:
    """Only for an idea that this transaction holds, where the comment is to be changed."""
    row = connection.execute(
        _ROW.where(IdeaComment.idea_id == idea_id, IdeaComment.number == number)
    ).one_or_none()
    return None if row is None else _row(row)


def comments_of(connection: Connection, idea_id: str) -> list[CommentRow]:
    """All on one idea, the oldest first."""
    wanted = _ROW.where(IdeaComment.idea_id == idea_id).order_by(IdeaComment.number)
    return [_row(row) for row in connection.execute(wanted)]


def list_comments(
    connection: Connection, *, countries: Countries, status: CommentStatus | None, most: int
) -> list[CommentRow]:
    """Of whole countries, the oldest first: what has waited longest stands on top."""
    wanted = _ROW.where(Idea.country.in_(countries)).order_by(IdeaComment.created_at).limit(most)
    if status is not None:
        wanted = wanted.where(IdeaComment.status == status.value)
    return [_row(row) for row in connection.execute(wanted)]


def published_comments(
    connection: Connection, idea_id: str, offset: int, most: int
) -> list[CommentRow]:
    """The newest first, by when they were published."""
    wanted = (
        _ROW.where(_is_published(idea_id))
        .where(IdeaComment.text != "")
        .order_by(IdeaComment.published_at.desc(), IdeaComment.number.desc())
        .offset(offset)
        .limit(most)
    )
    return [_row(row) for row in connection.execute(wanted)]


def count_published(connection: Connection, idea_id: str) -> int:
    return (
        connection.scalar(
            select(func.count())
            .select_from(IdeaComment)
            .where(_is_published(idea_id), IdeaComment.text != "")
        )
        or 0
    )


def _is_published(idea_id: str) -> Any:
    return (IdeaComment.idea_id == idea_id) & (IdeaComment.status == CommentStatus.PUBLISHED.value)


def set_comment_status(
    connection: Connection, comment: CommentRow, status: CommentStatus, now: datetime
) -> None:
    published = comment.published_at
    if published is None and status is CommentStatus.PUBLISHED:
        published = now
    connection.execute(
        update(IdeaComment)
        .where(IdeaComment.id == comment.id)
        .values(status=status.value, status_at=now, published_at=published)
    )
