"""The open views as they stand in a database: made anew where they are not as we have them.

They hold no data, so they need no migration.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.errors import OldSchema
from storage.views import VIEWS

LOCAL_DAY = """
CREATE OR REPLACE FUNCTION local_day(moment timestamptz, country text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT to_char(moment AT TIME ZONE
    (nullif(current_setting('baraza.zones', true), '')::json ->> country), 'YYYY-MM-DD')
$$
"""
"""The day of a moment as its country counts days: the asker brings the countries' zones along."""


def refresh(connection: Connection) -> bool:
    """Make the open views as this program has them. Whether any was not."""
    dialect = connection.dialect.name
    stale = outdated(connection)
    if not stale:
        return False
    if dialect == "postgresql":
        connection.exec_driver_sql(LOCAL_DAY)
    wanted = {view.name: view for view in VIEWS}
    for name in stale:
        if name not in wanted:
            _drop(connection, name)
            continue
        if dialect == "sqlite":
            connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
            connection.exec_driver_sql(wanted[name].create)
        else:
            _replace(connection, name, wanted[name].create_on_postgres)
            mark = _mark(connection, name)
            connection.exec_driver_sql(f"COMMENT ON VIEW {name} IS '{mark}'")
    return True


def outdated(connection: Connection) -> list[str]:
    """Names of open views that are missing, changed, or not this program's."""
    wanted = {view.name for view in VIEWS}
    if connection.dialect.name == "sqlite":
        made = _statements(connection)
        good = {view.name for view in VIEWS if made.get(view.name) == view.create}
    else:
        made = _marks(connection)
        good = {name for name in made.keys() & wanted if made[name] == _mark(connection, name)}
    return sorted((wanted | made.keys()) - good)


def drop_all(connection: Connection) -> None:
    """Out of the way of a migration."""
    sqlite = connection.dialect.name == "sqlite"
    for name in _statements(connection) if sqlite else _marks(connection):
        _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    try:
        connection.exec_driver_sql(f"DROP VIEW {name}")
    except DBAPIError as error:
        raise OldSchema(
            f"something of yours reads the view {name}, which has to be made anew: drop yours, "
            "run baraza db upgrade, and make it again"
        ) from error


def _replace(connection: Connection, name: str, statement: str) -> None:
    """In its place, for the sake of what others made of it; else dropped first."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except DBAPIError:
        _drop(connection, name)
        connection.exec_driver_sql(statement)


def _statements(connection: Connection) -> dict[str, str]:
    """SQLite keeps each view's statement word for word."""
    found = connection.exec_driver_sql(
        "select name, sql from sqlite_master where type = 'view' and substr(name, 1, 5) = 'open_'"
    )
    return {str(name): str(sql) for name, sql in found}


def _marks(connection: Connection) -> dict[str, str]:
    """PostgreSQL keeps what it understood; what we asked for stands in the view's comment."""
    found = connection.exec_driver_sql(
        "select relname, coalesce(obj_description(oid, 'pg_class'), '') from pg_class"
        " where relkind = 'v' and relnamespace = current_schema()::regnamespace"
        " and starts_with(relname, 'open_')"
    )
    return {str(name): str(mark) for name, mark in found}


def _mark(connection: Connection, name: str) -> str:
    """Of our statement and of what PostgreSQL made of it, so that a change of either shows."""
    [statement] = [view.create_on_postgres for view in VIEWS if view.name == name]
    understood = connection.scalar(
        text("select pg_get_viewdef(cast(cast(:name as text) as regclass))"), {"name": name}
    )
    # The function is a part of the views: a new one makes them anew.
    return sha256(f"{statement}\n{LOCAL_DAY}\n{understood}".encode()).hexdigest()[:32]
