"""How SQLite means to find what a function asks for."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from storage.statements import driver_of


def planned(connection: Connection, look: Callable[[Connection], object]) -> list[list[str]]:
    """How SQLite answers each query of a function."""
    asked: list[str] = []
    raw = driver_of(connection)
    raw.set_trace_callback(asked.append)
    look(connection)
    raw.set_trace_callback(None)
    selects = [sql for sql in asked if sql.lower().startswith(("select", "update"))]
    assert selects
    return [
        [str(line[3]) for line in connection.exec_driver_sql(f"explain query plan {sql}")]
        for sql in selects
    ]
