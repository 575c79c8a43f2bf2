"""What is prepared does on both databases what SQLAlchemy would have done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from storage.database import Connection, Database
from storage.statements import Prepared, table_of
from storage.tables import Resident
from tests.houses import open_house
from tests.postgres import ENGINES

NOW = datetime(2026, 11, 29, 20, 15, 7, 4, tzinfo=UTC)
ADD = Prepared(insert(table_of(Resident)))
FIND = Prepared(
    select(
        Resident.id, Resident.demo, Resident.created_at, Resident.stopped_at.is_not(None)
    ).where(Resident.id == bindparam("resident"))
)
STOP = Prepared(
    update(table_of(Resident))
    .where(Resident.id == bindparam("resident"))
    .values(stopped_at=bindparam("at"), language="sw")
)


@pytest.fixture(params=ENGINES)
async def database(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    async with open_house(tmp_path, request.param) as house:
        yield house.database


def row(id: str) -> dict[str, object]:
    return {
        "id": id,
        "country": "kenya",
        "language": "en",
        "channel": "web",
        "created_at": NOW,
        "pilot": True,
    }


def found(connection: Connection, id: str) -> list[tuple[object, ...]]:
    return [tuple(each) for each in FIND.rows(connection, {"resident": id})]


async def test_types_defaults_and_counts_are_those_of_the_declaration(database: Database) -> None:
    def go(connection: Connection) -> None:
        assert ADD.run(connection, row("a")) == 1
        assert found(connection, "a") == [("a", False, NOW, False)]
        assert STOP.run(connection, {"resident": "a", "at": NOW}) == 1
        assert STOP.run(connection, {"resident": "nobody", "at": NOW}) == 0
        assert found(connection, "a") == [("a", False, NOW, True)]
        assert found(connection, "nobody") == []
        language = select(Resident.language).where(Resident.id == "a")
        assert connection.scalar(language) == "sw"

    await database.write(go)


async def test_several_values_are_one_execution(database: Database) -> None:
    def go(connection: Connection) -> None:
        ADD.run_many(connection, [row("a"), row("b"), row("c")])
        STOP.run_many(connection, [{"resident": id, "at": NOW} for id in ("a", "c")])
        stopped = select(Resident.id).where(Resident.stopped_at == NOW).order_by(Resident.id)
        assert connection.scalars(stopped).all() == ["a", "c"]

    await database.write(go)


async def test_an_error_is_told_as_sqlalchemy_tells_it_and_undoes_its_own_write(
    database: Database,
) -> None:
    def go(connection: Connection) -> None:
        ADD.run(connection, row("a"))
        ADD.run(connection, row("a"))

    with pytest.raises(IntegrityError) as told:
        await database.write(go)
    assert "kenya" not in str(told.value)
    assert await database.read(found, "a") == []


async def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises((ValueError, StatementError), match="zone"):
        await database.write(
            lambda connection: ADD.run(
                connection, {**row("a"), "created_at": NOW.replace(tzinfo=None)}
            )
        )


async def test_a_list_that_grows_is_not_prepared(database: Database) -> None:
    many = Prepared(
        delete(table_of(Resident)).where(Resident.id.in_(bindparam("ids", expanding=True)))
    )

    def go(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            with pytest.raises(TypeError, match="list that grows"):
                many.run(connection, {"ids": ["a"]})

    await database.write(go)
