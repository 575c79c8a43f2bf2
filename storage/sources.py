"""Which message of a resident became part of which report or idea, for when it is edited later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.media import Home
from storage.statements import add_all_once
from storage.tables import Idea, Report, Source


@dataclass(frozen=True, slots=True)
class Found:
    """What a message became. `addition_id` holds its changed words, once there are any."""

    home: Home
    code: str
    addition_id: str | None


def add_sources(
    connection: Connection, resident_id: str, refs: Sequence[str], home: Home, now: datetime
) -> None:
    values = {
        "resident_id": resident_id,
        "report_id": home.report_id,
        "idea_id": home.idea_id,
        "comment": home.comment,
        "at": now,
    }
    add_all_once(connection, Source, [{**values, "ref": ref} for ref in dict.fromkeys(refs)])


def find_source(connection: Connection, resident_id: str, ref: str) -> Found | None:
    row = connection.execute(
        select(
            Source.report_id,
            Source.idea_id,
            Source.comment,
            func.coalesce(Report.code, Idea.code),
            Source.addition_id,
        )
        .outerjoin(Report, Report.id == Source.report_id)
        .outerjoin(Idea, Idea.id == Source.idea_id)
        .where(Source.resident_id == resident_id, Source.ref == ref)
    ).one_or_none()
    if row is None:
        return None
    report_id, idea_id, comment, code, addition_id = row
    return Found(Home(report_id, idea_id, comment), code, addition_id)


def set_addition(connection: Connection, resident_id: str, ref: str, addition_id: str) -> None:
    connection.execute(
        update(Source)
        .where(Source.resident_id == resident_id, Source.ref == ref)
        .values(addition_id=addition_id)
    )
