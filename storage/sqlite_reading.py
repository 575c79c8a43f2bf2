"""How a SQLite file is read inside the event loop.

Apart from the writing, since SQLAlchemy's asyncio brings its mapper with it: a command, which has
no event loop, does not pay for that.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def reading_engine(path: Path) -> AsyncEngine:
    """Read-only connections of aiosqlite; each read sees one moment of the file."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true",
        hide_parameters=True,
        connect_args={"isolation_level": None},
    )

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine
