"""Rows of photos and voice notes; the files stand in the media store under their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.files import FAILED, KEPT, REFUSED, TOO_MANY, WAITING
from storage import later
from storage.columns import Utc
from storage.later import kick
from storage.statements import Prepared, table_of
from storage.tables import Media

FETCH = later.FETCH

LEASE = timedelta(seconds=90)
"""What is being fetched may be taken by another after so long. Longer than any fetching lasts."""


def add_media(connection: Connection, **values: Any) -> None:
    """Add a file's row; one that is `waiting` is fetched once this is committed."""
    connection.execute(insert(Media).values(**values))
    if values.get("state") == WAITING:
        kick(connection, FETCH, dedupe=FETCH)


@dataclass(frozen=True, slots=True)
class Home:
    """What files and words belong to once they are sent: a report or an idea, by its id. Words may
    be a comment on the idea, by its number."""

    report_id: str | None = None
    idea_id: str | None = None
    comment: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {
            "report_id": self.report_id,
            "idea_id": self.idea_id,
            "conversation_id": None,
        }


def attach_media(connection: Connection, refs: Sequence[str], resident_id: str, home: Home) -> int:
    """Give a draft's photos and voice to what it became. How many were the resident's to give."""
    if not refs:
        return 0
    result = connection.execute(
        update(Media)
        .where(Media.id.in_(refs), Media.resident_id == resident_id)
        .values(home.values)
    )
    return result.rowcount


def reword_draft(connection: Connection, conversation_id: str, old: str, new: str) -> None:
    """Put other words under a draft's files that stand under them as `old`."""
    rows = connection.execute(
        select(Media.id, Media.caption).where(Media.conversation_id == conversation_id)
    )
    ids = [row.id for row in rows if old and row.caption.strip() == old.strip()]
    if ids:
        connection.execute(update(Media).where(Media.id.in_(ids)).values(caption=new))


def attach_unkept(connection: Connection, conversation_id: str, home: Home) -> None:
    """Note on what a draft became what was sent with it and could not be kept."""
    _ATTACH_UNKEPT.run(
        connection, {"draft": conversation_id, "report": home.report_id, "idea": home.idea_id}
    )


_ATTACH_UNKEPT = Prepared(
    update(table_of(Media))
    .where(
        Media.conversation_id == bindparam("draft"),
        or_(Media.state == REFUSED, Media.state == FAILED),
    )
    .values(report_id=bindparam("report"), idea_id=bindparam("idea"), conversation_id=None)
)


def drop_draft_media(connection: Connection, conversation_id: str) -> None:
    """What a draft held and no report took; the files go with the next sweep."""
    _DROP_DRAFT.run(connection, {"draft": conversation_id})


_DROP_DRAFT = Prepared(delete(table_of(Media)).where(Media.conversation_id == bindparam("draft")))


def move_draft_media(connection: Connection, conversation_id: str, to: str) -> None:
    """What one draft holds is another's from now on."""
    connection.execute(
        update(Media).where(Media.conversation_id == conversation_id).values(conversation_id=to)
    )


def drop_unfiled_media(connection: Connection, ref: str) -> None:
    """A file that no question wanted; one that was sent just now stays."""
    connection.execute(
        delete(Media).where(Media.id == ref, Media.report_id.is_(None), Media.idea_id.is_(None))
    )


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a report. `name` is empty unless it is kept; `reason` is why it is not."""

    kind: str
    name: str
    type: str
    state: str
    reason: str
    caption: str


def media_of(connection: Connection, home: Home) -> list[Filed]:
    """What was sent with a report or an idea: each person's together, in the order they were sent,
    however late they arrived."""
    rows = connection.execute(
        select(
            Media.resident_id,
            Media.kind,
            Media.name,
            Media.type,
            Media.state,
            Media.reason,
            Media.caption,
        )
        .where(_of(home))
        .order_by(Media.resident_id, Media.position, Media.id)
    )
    return [
        Filed(kind, name, type, state, reason or "", caption)
        for _resident, kind, name, type, state, reason, caption in rows
    ]


def kept_photos(connection: Connection, home: Home, until: datetime) -> list[str]:
    """The names of the photos that came up to a moment, in the order they were sent."""
    return list(
        connection.scalars(
            select(Media.name)
            .where(
                _of(home), Media.kind == "photo", Media.state == KEPT, Media.created_at <= until
            )
            .order_by(Media.position, Media.id)
        )
    )


NEWS = "news"
"""The kind of a picture that organisers sent with the news of a report: nobody told with it."""


def news_photo(connection: Connection, report_id: str, since: datetime) -> str | None:
    """The newest picture that went out with a report's news, from a moment on; by its name."""
    name: str | None = connection.scalar(
        select(Media.name)
        .where(Media.report_id == report_id, Media.kind == NEWS, Media.created_at >= since)
        .order_by(Media.created_at.desc(), Media.id.desc())
        .limit(1)
    )
    return name


def _of(home: Home) -> ColumnElement[bool]:
    if home.idea_id is not None:
        return Media.idea_id == home.idea_id
    return Media.report_id == home.report_id


@dataclass(frozen=True, slots=True)
class AlbumRows:
    """What came of an album before, and where it went."""

    refs: tuple[str, ...] = ()
    conversation_id: str | None = None
    home: Home | None = None
    late: bool = False
    too_many: bool = False


def album_rows(connection: Connection, resident_id: str, album: str) -> AlbumRows:
    """Nothing for what is of no album."""
    if not album:
        return AlbumRows()
    rows = connection.execute(
        select(
            Media.id,
            Media.conversation_id,
            Media.report_id,
            Media.idea_id,
            Media.late,
            Media.reason,
        )
        .where(Media.resident_id == resident_id, Media.album == album)
        .order_by(Media.id)
    ).all()
    return AlbumRows(
        tuple(row.id for row in rows),
        next((row.conversation_id for row in rows if row.conversation_id is not None), None),
        next(
            (
                Home(row.report_id, row.idea_id)
                for row in rows
                if row.report_id is not None or row.idea_id is not None
            ),
            None,
        ),
        any(row.late for row in rows),
        any(row.reason == TOO_MANY for row in rows),
    )


def mark_late(connection: Connection, refs: Sequence[str]) -> None:
    connection.execute(update(Media).where(Media.id.in_(refs)).values(late=True))


def count_photos(connection: Connection, home: Home, resident_id: str) -> int:
    """Photos of a report or an idea that are kept, or are to be, of one person."""
    return (
        connection.scalar(
            select(func.count())
            .select_from(Media)
            .where(
                _of(home),
                Media.resident_id == resident_id,
                Media.kind == "photo",
                Media.state.in_((WAITING, KEPT)),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file to be fetched. `file` is sealed; `attempts` counts this one."""

    id: str
    resident_id: str | None
    conversation_id: str | None
    report_id: str | None
    idea_id: str | None
    kind: str
    type: str
    bot: str
    file: bytes
    key_id: str
    attempts: int
    created_at: datetime

    @property
    def home(self) -> Home | None:
        """What it was sent with; None for a draft's."""
        if self.report_id is None and self.idea_id is None:
            return None
        return Home(self.report_id, self.idea_id)


_WAITING = select(
    Media.id,
    Media.resident_id,
    Media.conversation_id,
    Media.report_id,
    Media.idea_id,
    Media.kind,
    Media.type,
    Media.bot,
    Media.file,
    Media.key_id,
    Media.attempts,
    Media.created_at,
).where(Media.state == WAITING)


def take_due(connection: Connection, now: datetime) -> Waiting | None:
    """Take the file that has waited longest, under a lease; None when none is due."""
    found = _DUE.rows(connection, {"now": now})
    if not found:
        return None
    row = _waiting(found[0])
    taken = replace(row, attempts=row.attempts + 1)
    values = {"row": taken.id, "due_at": now + LEASE, "attempts": taken.attempts}
    _LEASE.run(connection, values)
    return taken


_DUE = Prepared(
    _WAITING.where(Media.due_at <= bindparam("now", type_=Utc()))
    .order_by(Media.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_LEASE = Prepared(
    update(table_of(Media))
    .where(Media.id == bindparam("row"))
    .values(due_at=bindparam("due_at"), attempts=bindparam("attempts"), reason=None)
)


def find_waiting(connection: Connection, id: str) -> Waiting | None:
    """The file as long as it is waited for."""
    row = connection.execute(_WAITING.where(Media.id == id).with_for_update()).one_or_none()
    return None if row is None else _waiting(row)


def _waiting(row: Sequence[Any]) -> Waiting:
    return Waiting(*row)


def keep(
    connection: Connection, id: str, *, name: str, type: str, size: int, seconds: float | None
) -> None:
    """The file is in the store."""
    _settle(connection, id, state=KEPT, name=name, type=type, size=size, seconds=seconds)


def give_up(connection: Connection, id: str, state: str, reason: str) -> None:
    """`REFUSED` or `FAILED`, and why."""
    _settle(connection, id, state=state, reason=reason)


def _settle(connection: Connection, id: str, **values: Any) -> None:
    """What the channel calls it is erased with that."""
    connection.execute(
        update(Media)
        .where(Media.id == id)
        .values(file=None, key_id=None, bot="", due_at=None, **values)
    )


def put_off(connection: Connection, id: str, due_at: datetime, reason: str) -> None:
    """Try again then."""
    connection.execute(
        update(Media)
        .where(Media.id == id, Media.state == WAITING)
        .values(due_at=due_at, reason=reason)
    )


def release_all(connection: Connection, now: datetime) -> None:
    """What a process was fetching when it died is due. Only where no other process fetches."""
    _RELEASE_ALL.run(connection, {"due_at": now})


# What was put off says why, and keeps its time.
_RELEASE_ALL = Prepared(
    update(table_of(Media))
    .where(Media.state == WAITING, Media.reason.is_(None))
    .values(due_at=bindparam("due_at"))
)


def next_due(connection: Connection) -> datetime | None:
    """When the next file is to be fetched; None when none waits."""
    due: datetime | None = _NEXT_DUE.scalar(connection, {})
    return due


# The index begins with all those that wait for nothing.
_NEXT_DUE = Prepared(
    select(func.min(Media.due_at)).where(Media.state == WAITING, Media.due_at.is_not(None))
)
