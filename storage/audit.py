"""What organisers and operators did, one line each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.statements import insert_into
from storage.tables import Audit


def note(
    connection: Connection,
    *,
    actor: str,
    action: str,
    subject: str,
    detail: str,
    now: datetime,
) -> None:
    """`action` as a command reads (`report update`); `detail` without words of residents."""
    values = {"at": now, "actor": actor, "action": action, "subject": subject, "detail": detail}
    insert_into(Audit).run(connection, values)


def lines(connection: Connection, most: int = 100) -> list[tuple[datetime, str, str, str, str]]:
    """When, who, what, about what, and more: the newest first."""
    rows = connection.execute(
        select(Audit.at, Audit.actor, Audit.action, Audit.subject, Audit.detail)
        .order_by(Audit.id.desc())
        .limit(most)
    )
    return [(at, actor, action, subject, detail) for at, actor, action, subject, detail in rows]
