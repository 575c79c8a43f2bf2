"""What an open view is: its columns, what they mean, and how each database says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Privacy(Enum):
    """How much a value can tell of a person. The value is what documents show."""

    MATTER = "of the matter"
    """Says something of the problem or of its handling, and nothing of a person."""
    COARSE = "made coarse"
    """Could point to somebody's door; given only as nearly as a neighbourhood's life needs."""
    CLEARED = "once cleared"
    """Came from a resident; empty until a person has found it fit for others."""
    PERSONAL = "personal"
    """A resident's own, and read by nobody else; never in an open view."""
    MANY = "of many"
    """Counts what people did or are, and points to none of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """`sql` gives the value from the tables, `postgres` where PostgreSQL says it differently;
    `meaning` is for the documents."""

    name: str
    sql: str
    meaning: str
    kind: str = "text"
    """`text`, `number`, `amount` (an exact decimal, as text), `moment` (UTC, ISO 8601), `day` or
    `yes or no` (1 or 0)."""
    privacy: Privacy = Privacy.MATTER
    names: str = ""
    """What its keys name, such as `category` or `status`, whose words stand elsewhere."""
    postgres: str = ""

    def in_words_of(self, dialect: str) -> str:
        """The value as a database says it. A yes is 1 on both."""
        if dialect == "sqlite":
            return self.sql
        said = self.postgres or self.sql
        return f"({said})::int" if self.kind == "yes or no" else said


@dataclass(frozen=True, slots=True)
class View:
    """A view by its public name. `source` is what follows FROM.

    `moment` is the column by which rows are told to be of a day, a moment or a day itself; None
    where they have none. `in_file` is the source for programs that open a SQLite file themselves,
    where theirs has no `local_day`.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    source: str
    moment: str | None = None
    in_file: str = ""

    @property
    def select(self) -> str:
        return self.select_on("sqlite")

    @property
    def create(self) -> str:
        """The statement that makes it in a file, as SQLite keeps it word for word."""
        return f"CREATE VIEW {self.name} AS {self._select('sqlite', self.in_file or self.source)}"

    @property
    def create_on_postgres(self) -> str:
        # A barrier: without it a condition of the asker's may look at rows that the view leaves
        # out, and tell of them in its error.
        inner = self.select_on("postgresql")
        return f"CREATE OR REPLACE VIEW {self.name} WITH (security_barrier) AS {inner}"

    def select_on(self, dialect: str) -> str:
        return self._select(dialect, self.source)

    def _select(self, dialect: str, source: str) -> str:
        columns = ", ".join(
            f"{column.in_words_of(dialect)} AS {column.name}" for column in self.columns
        )
        return f"SELECT {columns} FROM {source}"


POINT_DECIMALS = 3
"""Decimals of a degree that are shown of a point: about 100 metres."""


AREA_MEANING = "The area's key in its folder; coarser, or empty, where finer ones are hidden."


def shown_area(table: str) -> str:
    """The area as others may read it."""
    return f"nullif(coalesce({table}.shown_area, {table}.area), '')"


def shown_text(table: str) -> str:
    """The words as others than their author may read them."""
    return f"coalesce({table}.shown_text, {table}.text)"
