"""What tables looked like when their rows were written down, so that they can be read later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from storage.columns import Utc

_TYPES: dict[str, Any] = {
    "str": Text(),
    "int": BigInteger(),
    "float": Float(),
    "bool": Boolean(),
    "bytes": LargeBinary(),
    "date": Date(),
    "datetime": Utc(),
}


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """`kind` is the Python type's name."""

    name: str
    kind: str
    nullable: bool
    key: bool


@dataclass(frozen=True, slots=True)
class TableShape:
    name: str
    columns: tuple[ColumnShape, ...]


def shape_of(table: Table) -> TableShape:
    return TableShape(
        str(table.name),
        tuple(
            ColumnShape(
                str(column.name),
                "datetime" if isinstance(column.type, Utc) else column.type.python_type.__name__,
                bool(column.nullable),
                column.primary_key,
            )
            for column in table.columns
        ),
    )


def table_from(shape: TableShape) -> Table:
    """A table for reading and writing rows, not for making it. Raises `KeyError` for a kind that
    no column has."""
    return Table(
        shape.name,
        MetaData(),
        *(
            Column(
                column.name,
                _TYPES[column.kind],
                nullable=column.nullable,
                primary_key=column.key,
                autoincrement=False,
            )
            for column in shape.columns
        ),
    )
