"""Residents who said the same as a report, and who is told its news."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    and_,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)

from storage.reports import ReportRow
from storage.statements import add_once, table_of
from storage.tables import Backer, Report


def add_backer(
    connection: Connection, report_id: str, resident_id: str, now: datetime, quiet: bool = False
) -> bool:
    """Whether the resident is a new one; counted once however often they say it."""
    added = add_once(
        connection, Backer, report_id=report_id, resident_id=resident_id, at=now, quiet=quiet
    )
    if added:
        _count(connection, report_id, 1)
    return added


def _count(connection: Connection, report_id: str, more: int) -> None:
    """So many more people told of it."""
    connection.execute(
        update(Report).where(Report.id == report_id).values(affected=Report.affected + more)
    )


def join_backers(connection: Connection, old: ReportRow, new: ReportRow, now: datetime) -> None:
    """Who filed or backed the one report backs the other as well, as quietly. Only for a report
    that this transaction holds."""
    if old.resident_id not in {None, new.resident_id}:
        add_backer(connection, new.id, old.resident_id, now, old.quiet)
    before, there = table_of(Backer).alias("before"), table_of(Backer).alias("there")
    rows = select(
        literal(new.id), before.c.resident_id, literal(now, Backer.at.type), before.c.quiet
    ).where(
        before.c.report_id == old.id,
        before.c.resident_id != (new.resident_id or ""),
        ~exists().where(there.c.report_id == new.id, there.c.resident_id == before.c.resident_id),
    )
    names = ["report_id", "resident_id", "at", "quiet"]
    many = connection.execute(insert(Backer).from_select(names, rows)).rowcount
    _count(connection, new.id, many)


def set_quiet(connection: Connection, report: ReportRow, resident_id: str, quiet: bool) -> None:
    """Whether somebody who filed or backed a report wants no news of it: their last word."""
    table = Report if resident_id == report.resident_id else Backer
    its = (
        Report.id == report.id
        if table is Report
        else and_(Backer.report_id == report.id, Backer.resident_id == resident_id)
    )
    connection.execute(update(table).where(its).values(quiet=quiet))


def people_of(connection: Connection, report: ReportRow) -> list[str]:
    """Who filed it and who backed it, each once."""
    backers = connection.scalars(select(Backer.resident_id).where(Backer.report_id == report.id))
    return list({*backers, *filter(None, [report.resident_id])})


def audience_of(report: ReportRow, but: str | None = None) -> CompoundSelect[Any]:
    """Selects the ids of the residents who are told its news, each once, `but` for one of them."""
    filed = select(Report.resident_id).where(
        Report.id == report.id,
        Report.resident_id.is_not(None),
        Report.resident_id != (but or ""),
        Report.quiet.is_(False),
    )
    backed = select(Backer.resident_id).where(
        Backer.report_id == report.id,
        Backer.resident_id.not_in([report.resident_id or "", but or ""]),
        Backer.quiet.is_(False),
    )
    return union_all(filed, backed)
