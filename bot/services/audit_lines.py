"""What organisers did is kept, a line each."""

from __future__ import annotations

from bot.domain.outside import Outside
from storage import audit
from storage.database import Connection


def note(
    connection: Connection, outside: Outside, actor: str, action: str, subject: str, detail: str
) -> None:
    """Leave an audit line."""
    audit.note(
        connection,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        now=outside.clock(),
    )
