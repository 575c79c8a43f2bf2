"""What a PostgreSQL server must be like for a town to stand on it."""

from __future__ import annotations

from sqlalchemy import Connection

VERSION_LEAST = 13
"""The first with `pg_current_xact_id`, by which an unanswered commit is looked up."""


def server_problems(connection: Connection) -> list[str]:
    """In words; empty where all is well."""
    version = int(connection.exec_driver_sql("show server_version_num").scalar_one()) // 10_000
    encoding = str(connection.exec_driver_sql("show server_encoding").scalar_one())
    problems = []
    if version < VERSION_LEAST:
        problems.append(f"PostgreSQL {version} is too old: it takes {VERSION_LEAST} or newer")
    if encoding != "UTF8":
        problems.append(
            f"its encoding is {encoding}: make one with encoding 'UTF8' template template0"
        )
    return problems
