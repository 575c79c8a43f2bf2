"""Tables are declared by annotations alone, and what is no column is refused."""

from __future__ import annotations

from types import new_class

import pytest
from sqlalchemy import insert, select

from storage.tables import Base, Outbox, Report
from storage.tables.declared import Declared


def test_a_class_stands_for_its_table_and_its_attributes_for_columns() -> None:
    assert str(select(Report.code)) == "SELECT report.code \nFROM report"
    assert str(insert(Report).values(id="1", code="A")).startswith("INSERT INTO report (id, code")
    assert Report.code is Base.metadata.tables["report"].c.code


@pytest.mark.parametrize("annotation", ["str", "Mapped[complex]", "Mapped[str | int]"])
def test_an_annotation_that_is_no_column_is_refused(annotation: str) -> None:
    names = {
        "__tablename__": "ghost",
        "metadata": Base.metadata,
        "__annotations__": {"name": annotation},
    }
    with pytest.raises(TypeError, match="is no column"):
        new_class("Ghost", (Declared,), exec_body=lambda body: body.update(names))
    assert "ghost" not in Base.metadata.tables


def test_an_index_of_some_rows_says_so_on_both_databases() -> None:
    (index,) = [item for item in Outbox.__table__.indexes if item.name == "ix_outbox_open"]
    for dialect in ("sqlite", "postgresql"):
        assert str(index.dialect_options[dialect]["where"]) == "state IN ('owed', 'sending')"
