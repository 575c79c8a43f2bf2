"""What a PostgreSQL server must be like for a town to stand on it."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from storage.tables import Base

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


def making_problems(connection: Connection) -> list[str]:
    """Why the tables of a town cannot be made there, in words; empty where they can."""
    may = "select current_user, has_schema_privilege(current_schema(), 'CREATE')"
    user, allowed = connection.exec_driver_sql(may).one()
    if not allowed:
        return [f"its user {user} may make no tables in it: ALTER DATABASE … OWNER TO {user}"]
    there = sorted(set(inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if there:
        names = ", ".join([*there[:3], *(["…"] if there[3:] else [])])
        return [f"it holds tables of something else ({names}): take an empty one"]
    return []
