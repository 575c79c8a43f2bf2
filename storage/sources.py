"""Which message of a resident became part of which report, for when it is edited later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.statements import add_once
from storage.tables import Report, Source


@dataclass(frozen=True, slots=True)
class Found:
    """What a message became. `addition_id` holds its changed words, once there are any."""

    report_id: str
    code: str
    addition_id: str | None


def add_sources(
    connection: Connection, resident_id: str, refs: Sequence[str], report_id: str, now: datetime
) -> None:
    for ref in dict.fromkeys(refs):
        add_once(connection, Source, resident_id=resident_id, ref=ref, report_id=report_id, at=now)


def find_source(connection: Connection, resident_id: str, ref: str) -> Found | None:
    row = connection.execute(
        select(Source.report_id, Report.code, Source.addition_id)
        .join(Report, Report.id == Source.report_id)
        .where(Source.resident_id == resident_id, Source.ref == ref)
    ).one_or_none()
    return None if row is None else Found(*row)


def set_addition(connection: Connection, resident_id: str, ref: str, addition_id: str) -> None:
    connection.execute(
        update(Source)
        .where(Source.resident_id == resident_id, Source.ref == ref)
        .values(addition_id=addition_id)
    )
