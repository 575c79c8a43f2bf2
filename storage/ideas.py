"""Ideas, their changes, and who stands behind them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.ideas import SHOWN, IdeaStatus
from bot.domain.places import Point
from storage.reports import point_of
from storage.spans import Span, within_any
from storage.statements import add_once, table_of
from storage.tables import Idea, IdeaUpdate, Supporter


@dataclass(frozen=True, slots=True)
class IdeaRow:
    """An idea as staff and services see it; `resident_id` is None once forgotten."""

    id: str
    code: str
    country: str
    resident_id: str | None
    theme: str
    status: IdeaStatus
    status_at: datetime
    area: str
    point: Point | None
    text: str
    size: str
    gives: str
    name: str
    language: str
    channel: str
    backers: int
    published_at: datetime | None
    merged_into: str | None
    cleared_at: datetime | None
    created_at: datetime
    demo: bool

    @property
    def shown(self) -> bool:
        """Whether other residents may read it."""
        return self.status in SHOWN and not self.left

    @property
    def left(self) -> bool:
        """Published, and its author was forgotten before anybody took it up: nothing is left of it
        that somebody could read, and nothing becomes of it."""
        return self.resident_id is None and self.status is IdeaStatus.PUBLISHED


_ROW: Any = select(
    Idea.id,
    Idea.code,
    Idea.country,
    Idea.resident_id,
    Idea.theme,
    Idea.status,
    Idea.status_at,
    Idea.area,
    Idea.lat,
    Idea.lon,
    Idea.text,
    Idea.size,
    Idea.gives,
    Idea.name,
    Idea.language,
    Idea.channel,
    Idea.backers,
    Idea.published_at,
    Idea.merged_into,
    Idea.cleared_at,
    Idea.created_at,
    Idea.demo,
)

_HELD = _ROW.with_for_update(key_share=True)

_IS_LISTED = and_(
    Idea.status.in_([status.value for status in IdeaStatus if status in SHOWN]), Idea.text != ""
)
"""One whose words are erased is nothing to choose from a list."""


def _row(values: Sequence[Any]) -> IdeaRow:
    id, code, country, resident, theme, status, status_at, area, lat, lon, *rest = values
    point = point_of(lat, lon)
    return IdeaRow(
        id, code, country, resident, theme, IdeaStatus(status), status_at, area, point, *rest
    )


def find_idea(connection: Connection, code: str) -> IdeaRow | None:
    return _one(connection, _ROW.where(Idea.code == code))


def find_idea_by_id(connection: Connection, id: str) -> IdeaRow | None:
    return _one(connection, _ROW.where(Idea.id == id))


def hold_idea(connection: Connection, code: str) -> IdeaRow | None:
    """An idea that this transaction is going to change: nobody else changes it meanwhile."""
    return _one(connection, _HELD.where(Idea.code == code))


def _one(connection: Connection, wanted: Select[*tuple[Any, ...]]) -> IdeaRow | None:
    row = connection.execute(wanted).one_or_none()
    return None if row is None else _row(row)


def set_cleared(connection: Connection, id: str, at: datetime | None) -> None:
    """Photos are fit for others since then; None for no longer."""
    connection.execute(update(Idea).where(Idea.id == id).values(cleared_at=at))


def list_ideas(
    connection: Connection,
    *,
    spans: Sequence[Span] = (),
    statuses: Sequence[IdeaStatus] = (),
    theme: str | None = None,
    areas: Sequence[str] = (),
    most: int = 50,
) -> list[IdeaRow]:
    """The newest first, whether shown or not; nothing given leaves nothing out."""
    wanted = _ROW.order_by(Idea.created_at.desc(), Idea.id.desc()).limit(most)
    if spans:
        wanted = wanted.where(within_any(spans, Idea.country, Idea.created_at))
    if statuses:
        wanted = wanted.where(Idea.status.in_([status.value for status in statuses]))
    if theme is not None:
        wanted = wanted.where(Idea.theme == theme)
    if areas:
        wanted = wanted.where(Idea.area.in_(areas))
    return [_row(row) for row in connection.execute(wanted)]


def shown_ideas(
    connection: Connection,
    country: str,
    *,
    theme: str | None = None,
    areas: Sequence[str] = (),
    most_backed: bool = False,
    offset: int = 0,
    most: int,
) -> list[IdeaRow]:
    """Published ideas of a country that have words: the newest first, or those that most people
    stand behind."""
    conditions: list[ColumnElement[bool]] = [Idea.country == country, _IS_LISTED]
    if theme is not None:
        conditions.append(Idea.theme == theme)
    if areas:
        conditions.append(Idea.area.in_(areas))
    order = [Idea.published_at.desc(), Idea.id.desc()]
    if most_backed:
        order.insert(0, Idea.backers.desc())
    wanted = _ROW.where(*conditions).order_by(*order).offset(offset).limit(most)
    return [_row(row) for row in connection.execute(wanted)]


def shown_ids(connection: Connection, country: str) -> list[str]:
    """The ids of all published ideas of a country that have words."""
    return list(connection.scalars(select(Idea.id).where(Idea.country == country, _IS_LISTED)))


def ideas_by_id(connection: Connection, ids: Sequence[str]) -> list[IdeaRow]:
    """In the order of their ids; what is gone is left out."""
    found = {row.id: row for row in map(_row, connection.execute(_ROW.where(Idea.id.in_(ids))))}
    return [found[id] for id in ids if id in found]


def add_idea(connection: Connection, **values: Any) -> None:
    """Store a new idea under a code that was taken for it."""
    connection.execute(insert(Idea).values(**values))


def set_status(
    connection: Connection,
    row: IdeaRow,
    *,
    status: IdeaStatus,
    actor: str,
    now: datetime,
    message: str = "",
    told: int = 0,
    merged_into: str | None = None,
) -> None:
    """Change the state and keep the change with its time."""
    published = row.published_at
    if published is None and status is IdeaStatus.PUBLISHED:
        published = now
    connection.execute(
        update(Idea)
        .where(Idea.id == row.id)
        .values(
            status=status.value, status_at=now, merged_into=merged_into, published_at=published
        )
    )
    add_update(connection, row.id, status, actor, now, message, told)


def add_update(
    connection: Connection,
    idea_id: str,
    status: IdeaStatus,
    actor: str,
    now: datetime,
    message: str = "",
    told: int = 0,
) -> None:
    connection.execute(
        insert(IdeaUpdate).values(
            idea_id=idea_id, at=now, actor=actor, status=status.value, message=message, told=told
        )
    )


@dataclass(frozen=True, slots=True)
class IdeaUpdateRow:
    at: datetime
    actor: str
    status: IdeaStatus
    messages: Mapping[str, str]
    """Organisers' own words by language."""
    told: int


def updates_of(connection: Connection, idea_id: str) -> list[IdeaUpdateRow]:
    """An idea's changes, oldest first."""
    rows = connection.execute(
        select(
            IdeaUpdate.at,
            IdeaUpdate.actor,
            IdeaUpdate.status,
            IdeaUpdate.message,
            IdeaUpdate.told,
        )
        .where(IdeaUpdate.idea_id == idea_id)
        .order_by(IdeaUpdate.id)
    )
    return [
        IdeaUpdateRow(at, actor, IdeaStatus(status), json.loads(message or "{}"), told)
        for at, actor, status, message, told in rows
    ]


def set_text(
    connection: Connection, idea_id: str, text: str, shown_text: str | None = None
) -> None:
    """The words of an idea that was spoken, written down, and what others read in their place."""
    connection.execute(
        update(Idea).where(Idea.id == idea_id).values(text=text, shown_text=shown_text)
    )


def own_ideas(connection: Connection, resident_id: str, most: int) -> list[IdeaRow]:
    """What a resident proposed, stands behind or follows: the newest first."""
    wanted = (
        _ROW.outerjoin(
            Supporter, and_(Supporter.idea_id == Idea.id, Supporter.resident_id == resident_id)
        )
        .where(or_(Idea.resident_id == resident_id, Supporter.resident_id.is_not(None)))
        .order_by(Idea.created_at.desc(), Idea.id.desc())
        .limit(most)
    )
    return [_row(row) for row in connection.execute(wanted)]


def support_of(connection: Connection, idea_id: str, resident_id: str) -> tuple[bool, bool]:
    """Whether a resident backs an idea, and whether they get its news."""
    row = connection.execute(
        select(Supporter.backs, Supporter.follows).where(
            Supporter.idea_id == idea_id, Supporter.resident_id == resident_id
        )
    ).one_or_none()
    return (False, False) if row is None else (row[0], row[1])


def put_support(
    connection: Connection,
    idea_id: str,
    resident_id: str,
    backs: bool,
    follows: bool,
    now: datetime,
) -> None:
    """Keep whether a resident backs an idea and gets its news; each backer is counted once.

    Only for an idea that this transaction holds.
    """
    before, _follows = support_of(connection, idea_id, resident_id)
    this = and_(Supporter.idea_id == idea_id, Supporter.resident_id == resident_id)
    kept = {"backs": backs, "follows": follows, "at": now}
    if not (backs or follows):
        connection.execute(delete(Supporter).where(this))
    elif not add_once(connection, Supporter, idea_id=idea_id, resident_id=resident_id, **kept):
        connection.execute(update(Supporter).where(this).values(**kept))
    if backs is not before:
        more = 1 if backs else -1
        connection.execute(
            update(Idea).where(Idea.id == idea_id).values(backers=Idea.backers + more)
        )


def move_support(connection: Connection, old: IdeaRow, new: IdeaRow, now: datetime) -> None:
    """Who proposed, backed or followed the one idea stands the same way behind the other from now
    on, each counted once. Only for ideas that this transaction holds."""
    if old.resident_id not in {None, new.resident_id}:
        put_support(connection, new.id, old.resident_id, True, True, now)
    before, there = table_of(Supporter).alias("before"), table_of(Supporter).alias("there")
    moved = and_(before.c.idea_id == old.id, before.c.resident_id != (new.resident_id or ""))
    same = and_(moved, before.c.resident_id == Supporter.resident_id)
    is_there = exists().where(
        there.c.idea_id == new.id, there.c.resident_id == before.c.resident_id
    )
    backed = is_there.where(there.c.backs)
    more = select(func.count()).select_from(before).where(moved, before.c.backs, ~backed)
    connection.execute(
        update(Idea)
        .where(Idea.id == new.id)
        .values(backers=Idea.backers + (connection.scalar(more) or 0))
    )
    connection.execute(
        update(Supporter)
        .where(Supporter.idea_id == new.id, exists().where(same))
        .values(
            backs=or_(Supporter.backs, exists().where(same, before.c.backs)),
            follows=or_(Supporter.follows, exists().where(same, before.c.follows)),
            at=now,
        )
    )
    rows = select(
        literal(new.id),
        before.c.resident_id,
        before.c.backs,
        before.c.follows,
        literal(now, Supporter.at.type),
    ).where(moved, ~is_there)
    names = ["idea_id", "resident_id", "backs", "follows", "at"]
    connection.execute(insert(Supporter).from_select(names, rows))
    connection.execute(delete(Supporter).where(Supporter.idea_id == old.id))


def audience_of(idea: IdeaRow, but: str | None = None) -> CompoundSelect[Any]:
    """Selects the ids of the residents who are told its news, each once: its author and who wants
    it, `but` for one of them."""
    author = select(Idea.resident_id).where(
        Idea.id == idea.id, Idea.resident_id.is_not(None), Idea.resident_id != (but or "")
    )
    followers = select(Supporter.resident_id).where(
        Supporter.idea_id == idea.id,
        Supporter.follows,
        Supporter.resident_id.not_in([idea.resident_id or "", but or ""]),
    )
    return union_all(author, followers)


def people_of(connection: Connection, idea: IdeaRow) -> list[str]:
    """Who proposed it, and whoever stands behind it."""
    supporters = connection.scalars(
        select(Supporter.resident_id).where(Supporter.idea_id == idea.id)
    )
    return list({*supporters, *filter(None, [idea.resident_id])})
