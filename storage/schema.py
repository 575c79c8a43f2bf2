"""The tables' revision: brought up to date at start, in order, one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import OldSchema
from storage.views import VIEWS

HEAD = "0008"
"""The newest migration. A test holds it against the folder."""

_FOLDER = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str | None:
    """The revision the tables are at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("select version_num from alembic_version"))
    return None if found is None else str(found)


def upgrade(connection: Connection, to: str = HEAD) -> bool:
    """Bring the tables up to date within this transaction. Whether there was anything to do.

    The writer's `BEGIN IMMEDIATE` is the lock: a second process waits and then finds it done.
    Raises `OldSchema` when the database is newer than this program.
    """
    now = revision(connection)
    if now == to:
        return _refresh_views(connection)
    if now is not None and now > HEAD:
        raise OldSchema(
            f"the database is at {now}, newer than this program ({HEAD}): install the newer one"
        )
    # A view that reads a table in the middle of being rebuilt would stop the migration.
    for name in _views(connection):
        connection.exec_driver_sql(f"DROP VIEW {name}")
    # Alembic takes a third of a second to import, and most starts have nothing to do.
    from alembic import command
    from alembic.config import Config

    # Interpolation off: a folder's name may hold a percent sign.
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if to == HEAD:
        _refresh_views(connection)
    return True


def _views(connection: Connection) -> dict[str, str]:
    """The open views that the database has, by name, with the statement that made each."""
    found = connection.exec_driver_sql(
        "select name, sql from sqlite_master where type = 'view' and substr(name, 1, 5) = 'open_'"
    )
    return {str(name): str(sql) for name, sql in found}


def _refresh_views(connection: Connection) -> bool:
    """Make the open views anew where they are not as this program has them. Whether any was.

    They hold no data, so they need no migration: the database keeps each one's statement.
    """
    wanted = {view.name: view.create for view in VIEWS}
    found = _views(connection)
    if found == wanted:
        return False
    for name in found:
        connection.exec_driver_sql(f"DROP VIEW {name}")
    for statement in wanted.values():
        connection.exec_driver_sql(statement)
    return True


def problems(connection: Connection) -> list[str]:
    """What is damaged in the file, by SQLite's own check; empty for a whole one."""
    found = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    return [] if list(found) == ["ok"] else [str(item) for item in found]
