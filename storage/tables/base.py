"""What all tables share: how values are stored, and how constraints are named."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

from storage.tables.declared import Declared

# Numbers are never used twice, not even once the highest rows are erased (AUTOINCREMENT): an
# operation's number stands in the web inbox long after its row is gone.
Number = BigInteger().with_variant(Integer(), "sqlite")
"""A running number: only INTEGER counts by itself on SQLite, and 32 bits are too few elsewhere."""


class Base(Declared):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
