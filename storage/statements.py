"""Statements built once, and those that the two databases write differently.

Building a statement costs more than running it. What stands on a turn's path is built once, with
bound parameters, and executed with their values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Insert,
    Select,
    String,
    Table,
    Update,
    any_,
    bindparam,
    insert,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlalchemy.types import Float, TypeEngine

from storage.errors import Busy
from storage.tables import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any]


def table_of(kind: type[Base]) -> Table:
    """The table of a declaration."""
    return kind.__table__


class Prepared:
    """A statement of the turn's path: compiled once, and run by the driver's own means.

    SQLAlchemy's way through an execution costs several times what the database itself does for a
    statement that finds one row. Values go by name, converted by their columns' types both ways;
    errors are SQLAlchemy's. A list that grows (`expanding`) cannot be prepared.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Everything that a query finds."""
        compiled = self._for(connection, values)
        return compiled.read(_fetch(connection, compiled.sql, compiled.bind(values)))

    def scalar(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first column of the first row; None where nothing is found."""
        found = self.rows(connection, values)
        return found[0][0] if found else None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Change rows. How many."""
        compiled = self._for(connection, values)
        return _run(connection, compiled.sql, compiled.bind(values))

    def run_many(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
        """Change rows once for each of several values, which have the same names; or for none."""
        if values:
            compiled = self._for(connection, values[0])
            _run_many(connection, compiled.sql, [compiled.bind(each) for each in values])

    def _for(self, connection: Connection, values: Mapping[str, Any]) -> _Compiled:
        names = (connection.dialect.name, *values)
        compiled = self._compiled.get(names)
        if compiled is None:
            compiled = _compile(self._statement, connection.dialect, names[1:])
            self._compiled[names] = compiled
        return compiled


_FLOAT8 = 701
"""The object id of `double precision` on PostgreSQL (its `pg_type.dat`)."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    """The value of each place."""
    fixed: Mapping[str, Any]
    """What stands in the statement itself, as the driver takes it."""
    converts: tuple[tuple[int, Convert], ...]
    """The places whose given values are converted."""
    columns: tuple[tuple[int, Convert], ...]
    """The columns found that are converted."""

    def bind(self, values: Mapping[str, Any]) -> Sequence[Any]:
        picked = self.pick({**self.fixed, **values} if self.fixed else values)
        if not self.converts:
            return picked
        bound = list(picked)
        for place, convert in self.converts:
            bound[place] = convert(bound[place])
        return bound

    def read(self, found: list[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        if not self.columns or not found:
            return found
        rows = [list(row) for row in found]
        for row in rows:
            for place, convert in self.columns:
                row[place] = convert(row[place])
        return rows


def _compile(statement: Statement, dialect: Dialect, names: tuple[str, ...]) -> _Compiled:
    if isinstance(statement, Insert):
        # Nobody asks for the number that a new row gets.
        statement = statement.inline()
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        raise TypeError("only statements with values by place are prepared")
    if compiled.post_compile_params or compiled.returning_precedes_values:
        raise TypeError("a list that grows cannot be prepared")
    everything = {**compiled.construct_params(_check=False), **_defaults(compiled)}
    fixed: dict[str, Any] = {}
    converts: list[tuple[int, Convert]] = []
    for place, name in enumerate(compiled.positiontup):
        convert = _both_ways(compiled.binds[name].type, dialect)[0]
        if name not in names:
            value = everything[name]
            fixed[name] = value if convert is None else convert(value)
        elif convert is not None:
            converts.append((place, convert))
    columns = statement.selected_columns if isinstance(statement, Select) else ()
    reads = [(place, _both_ways(column.type, dialect)[1]) for place, column in enumerate(columns)]
    return _Compiled(
        str(compiled),
        _picker(compiled.positiontup),
        fixed,
        tuple(converts),
        tuple((place, convert) for place, convert in reads if convert is not None),
    )


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple([values[name] for name in names])


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    """What the declarations give to columns of a new row that nobody named."""
    given = {}
    for column in compiled.insert_prefetch:
        if not isinstance(column.default, ScalarElementColumnDefault):
            raise TypeError(f"{column} has a default that is no plain value")
        given[column.key] = column.default.arg
    return given


def _both_ways(type: TypeEngine[Any], dialect: Dialect) -> tuple[Convert | None, Convert | None]:
    kind = type.dialect_impl(dialect)
    # Only numbers look at what the driver calls their type.
    named = _FLOAT8 if isinstance(kind, Float) else None
    return kind.bind_processor(dialect), kind.result_processor(dialect, named)


def _fetch(connection: Connection, sql: str, values: Sequence[Any]) -> list[Sequence[Any]]:
    if connection.dialect.name == "postgresql":
        # Its driver takes longer to load than a command on a file does, and may not be there.
        from storage import postgres_line

        return postgres_line.fetch(connection, sql, *values)
    found: list[Sequence[Any]] = _execute(connection, sql, values).fetchall()
    return found


def _run(connection: Connection, sql: str, values: Sequence[Any]) -> int:
    if connection.dialect.name == "postgresql":
        from storage import postgres_line

        return postgres_line.run(connection, sql, *values)
    count: int = _execute(connection, sql, values).rowcount
    return count


def _run_many(connection: Connection, sql: str, values: Sequence[Sequence[Any]]) -> None:
    if connection.dialect.name == "postgresql":
        from storage import postgres_line

        postgres_line.run_many(connection, sql, values)
    else:
        _execute(connection, sql, values, many=True)


def _execute(connection: Connection, sql: str, values: Any, *, many: bool = False) -> Any:
    """SQLite's own cursor after a statement; errors are told as SQLAlchemy tells them."""
    driver = driver_of(connection)
    try:
        return driver.executemany(sql, values) if many else driver.execute(sql, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def driver_of(connection: Connection) -> Any:
    """SQLite's own connection below SQLAlchemy's; a reader's stand-in for it runs queries too."""
    driver = connection.connection.dbapi_connection
    if driver is None:
        raise Busy("the database connection is gone")
    return driver


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a text is among those of a list, which is one value: only a server takes such."""
    found: ColumnElement[bool] = column == any_(bindparam(name, type_=ARRAY(String())))
    return found


@cache
def insert_into(kind: type[Base]) -> Prepared:
    """An insert that is run with a row's values, or with a list of rows."""
    return Prepared(insert(table_of(kind)))


@cache
def _insert_once(table: Table, dialect: str) -> Prepared:
    return Prepared(_own_insert(table, dialect).on_conflict_do_nothing())


@cache
def _put(table: Table, dialect: str) -> Prepared:
    statement = _own_insert(table, dialect)
    key = table.primary_key.columns
    given = {name: value for name, value in statement.excluded.items() if name not in key}
    return Prepared(statement.on_conflict_do_update(index_elements=list(key), set_=given))


def _own_insert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    if dialect == "postgresql":
        # Its types and their drivers take longer to load than a command on a file does.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)


def put_all(connection: Connection, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert whole rows, or write over those that have their keys."""
    _put(table_of(kind), connection.dialect.name).run_many(connection, rows)


def add_all_once(
    connection: Connection, kind: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert those rows whose keys are not there."""
    _insert_once(table_of(kind), connection.dialect.name).run_many(connection, rows)


def add_once(connection: Connection, kind: type[Base], /, **values: Any) -> bool:
    """Insert a row unless one with its key is there. Whether it was added."""
    return _insert_once(table_of(kind), connection.dialect.name).run(connection, values) == 1
