"""Dangers that are known before their report is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.countries import Countries
from storage.statements import Prepared, insert_into, table_of
from storage.tables import Alert, Report


def add_alert(connection: Connection, **values: Any) -> None:
    insert_into(Alert).run(connection, values)


def settle_alerts(
    connection: Connection, conversation_id: str, state: str, report_id: str | None
) -> None:
    """The alerts of a draft: taken over by its report, or left without one."""
    _SETTLE.run(connection, {"draft": conversation_id, "became": state, "report": report_id})


_SETTLE = Prepared(
    update(table_of(Alert))
    .where(Alert.conversation_id == bindparam("draft"), Alert.state == "being told")
    .values(state=bindparam("became"), report_id=bindparam("report"), conversation_id=None)
)


@dataclass(frozen=True, slots=True)
class AlertRow:
    at: datetime
    country: str
    category: str
    area: str
    state: str
    code: str | None


def recent_alerts(
    connection: Connection, now: datetime, within: timedelta, countries: Countries
) -> list[AlertRow]:
    """Alerts of late, the newest first, with the code of the report that took each over; no
    country given leaves none out."""
    wanted = (
        select(Alert.at, Alert.country, Alert.category, Alert.area, Alert.state, Report.code)
        .outerjoin(Report, Report.id == Alert.report_id)
        .where(Alert.at >= now - within)
        .order_by(Alert.at.desc())
    )
    if countries:
        wanted = wanted.where(Alert.country.in_(countries))
    return [AlertRow(*row) for row in connection.execute(wanted)]
