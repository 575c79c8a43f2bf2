"""How a table is declared: a class whose annotations are its columns, as `name: Mapped[str]`.

SQLAlchemy's own declarations bring its mapper of objects, which no statement here uses; loading it
and mapping our tables took a third of the time that a command needs. A column is read from the
class as it is: `select(Report.code)`, and the class stands for its table: `insert(Report)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    text,
)
from sqlalchemy.types import TypeEngine

from storage.columns import Utc

T = TypeVar("T")

TYPES: dict[str, TypeEngine[Any]] = {
    "str": String(),
    "int": BigInteger(),
    "bool": Boolean(),
    "float": Double(),
    "bytes": LargeBinary(),
    "date": Date(),
    "datetime": Utc(),
}
"""What an annotation, as it is written, is stored as; `| None` behind it allows NULL."""


class Mapped(Generic[T]):
    """What a declaration says of a column. Read from the class, it is the column itself."""

    if TYPE_CHECKING:

        def __get__(self, instance: None, owner: type[Any]) -> Column[T]: ...


class Given:
    """What a column is given beside its name and type, in the words of `Column`."""

    __slots__ = ("args", "kwargs")

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.args = args
        self.kwargs = kwargs


def mapped_column(*args: Any, **kwargs: Any) -> Any:
    """Says more of a column than its annotation does: a type of its own, keys, defaults."""
    return Given(args, kwargs)


class PartialIndex(Index):
    """An index of the rows that `where` (SQL that both databases read) holds for.

    Naming an option of the server's dialect loads all of it, drivers and all; so the server's is
    given only once somebody asks for it.
    """

    def __init__(self, name: str, *columns: str, where: str) -> None:
        super().__init__(name, *columns, sqlite_where=text(where))
        self.__dict__["dialect_options"] = _Options(self.dialect_options, where)


class _Options(dict[str, Any]):
    """An index's options by dialect, where any other's but SQLite's are made when asked for."""

    def __init__(self, known: dict[str, Any], where: str) -> None:
        super().__init__(known)
        self._known = known
        self._where = where

    def __missing__(self, dialect: str) -> Any:
        options = self._known[dialect]
        options["where"] = text(self._where)
        self[dialect] = options
        return options


class Declared:
    """A class with a `__tablename__` below this one is a table. Raises `TypeError` for an
    annotation that is no column."""

    __tablename__: ClassVar[str]
    __table__: ClassVar[Table]
    metadata: ClassVar[MetaData]

    def __init_subclass__(cls) -> None:
        if "__tablename__" not in cls.__dict__:
            return
        columns = [
            _column(name, str(annotation), cls.__dict__.get(name))
            for name, annotation in cls.__annotations__.items()
        ]
        more = cls.__dict__.get("__table_args__", ())
        parts = (more,) if isinstance(more, dict) else more
        items = [part for part in parts if not isinstance(part, dict)]
        options = {key: it for part in parts if isinstance(part, dict) for key, it in part.items()}
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *items, **options)
        for column in columns:
            setattr(cls, column.name, column)

    @classmethod
    def __clause_element__(cls) -> Table:
        """SQLAlchemy's protocol for what stands for something in a statement."""
        return cls.__table__


def _column(name: str, annotation: str, given: Any) -> Column[Any]:
    if not annotation.startswith("Mapped[") or not isinstance(given, Given | None):
        raise TypeError(f"{name}: {annotation} is no column")
    python, _, none = annotation[len("Mapped[") : -1].partition(" | ")
    args = given.args if given else ()
    kwargs = given.kwargs if given else {}
    own = bool(args) and isinstance(args[0], TypeEngine)
    kind = args[0] if own else TYPES.get(python)
    if kind is None or none not in {"", "None"}:
        raise TypeError(f"{name}: {annotation} is no column")
    return Column(name, kind, *args[own:], nullable=none == "None", **kwargs)
