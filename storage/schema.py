"""The tables' revision: brought up to date at start, in order, one process at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from storage import standing_views
from storage.errors import OldSchema
from storage.tables import Base

HEAD = "0030"
"""The newest migration. A test holds it against the folder."""

UPGRADE_LOCK = 227_292
"""The advisory lock of whoever upgrades on PostgreSQL: `baraza` on a telephone's keys."""

QUEUE = "pgqueuer"
"""The task engine's table, which is made and changed by its library."""

_FOLDER = Path(__file__).parent / "migrations"


def revision(connection: Connection) -> str | None:
    """The revision the tables are at; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("select version_num from alembic_version"))
    return None if found is None else str(found)


def upgrade(connection: Connection, to: str = HEAD) -> bool:
    """Bring the tables up to date within this transaction. Whether there was anything to do.

    A second process that starts waits for the first, and then finds it done. Raises `OldSchema`
    when the database is newer than this program.
    """
    if connection.dialect.name == "postgresql":
        # On SQLite the writer's `BEGIN IMMEDIATE` is the lock.
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({UPGRADE_LOCK})")
    now = revision(connection)
    if now == to:
        changed = _upgrade_queue(connection)
        return standing_views.refresh(connection) or changed
    refuse_newer(now)
    # A view that reads a table in the middle of being rebuilt would stop the migration.
    standing_views.drop_all(connection)
    if connection.dialect.name == "postgresql":
        # What was read in batches stays open until the transaction ends, and no table that is
        # open can be altered: a restore has compared every row by now.
        connection.exec_driver_sql("close all")
    # Alembic takes a third of a second to import, and most starts have nothing to do.
    from alembic import command
    from alembic.config import Config

    # Interpolation off: a folder's name may hold a percent sign.
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if to == HEAD:
        _upgrade_queue(connection)
        standing_views.refresh(connection)
    return True


def _upgrade_queue(connection: Connection) -> bool:
    """The task engine's own tables, on a server. Whether there was anything to do."""
    if connection.dialect.name != "postgresql":
        return False
    # Not at the head: a town in a file needs none of it.
    from storage import pgqueuer_rows

    return pgqueuer_rows.upgrade(connection)


def require(connection: Connection) -> None:
    """Raises `OldSchema` when the tables are not as this program wants them."""
    now = revision(connection)
    refuse_newer(now)
    if now != HEAD:
        raise OldSchema(
            f"the database is at {now or 'nothing'}, this program wants {HEAD}: baraza db upgrade"
        )
    if connection.dialect.name == "postgresql" and not inspect(connection).has_table(QUEUE):
        raise OldSchema("the tables for later work are not there yet: baraza db upgrade")


def refuse_newer(now: str | None) -> None:
    """Raises `OldSchema` for a revision that only a newer program knows."""
    if now is not None and now > HEAD:
        raise OldSchema(
            f"the database is at {now}, newer than this program ({HEAD}): install the newer one"
        )


def problems(connection: Connection) -> list[str]:
    """What is damaged in the file, by SQLite's own check; empty for a whole one. A server checks
    its files by itself."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
    return [] if list(found) == ["ok"] else [str(item) for item in found]


def differences(connection: Connection) -> list[str]:
    """Where tables and views are not as this program declares them, in words; empty where all is
    well. Only for a database at `HEAD`."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _parents: kind != "table" or _is_ours(name),
        },
    )
    found = [_in_words(item) for item in compare_metadata(context, Base.metadata)]
    return found + [
        f"the view {name} is not as this program makes it"
        for name in standing_views.outdated(connection)
    ]


def _in_words(found: Any) -> str:
    """A difference as Alembic gives it: a tuple, or a list of them for one column."""
    match found:
        case ("add_table", table):
            return f"the table {table.name} is missing"
        case ("add_column", _schema, table, column):
            return f"the column {table}.{column.name} is missing"
        case ("remove_column", _schema, table, column):
            return f"the column {table}.{column.name} is one too many"
        case [(_kind, _schema, table, column, *_more), *_others]:
            return f"the column {table}.{column} is of another kind"
        case ("add_index" | "add_constraint" | "add_fk", part):
            return f"the rule {part.name} is missing"
        case ("remove_index" | "remove_constraint" | "remove_fk", part):
            return f"the rule {part.name} is one too many"
        case _:
            return str(found)


def _is_ours(table: str | None) -> bool:
    """Tables of others in the same database, such as a task engine's, are their own matter."""
    return table in Base.metadata.tables
