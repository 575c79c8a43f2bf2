"""The same backups on a server: from there, to there, and across."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot import app, duties
from bot.services.residents import CLEAN_FILES
from bot.work.backup.errors import Interrupted, NotEmpty, NotWritten
from bot.work.backup.sealed import SealedWriter
from bot.work.backup.writing import write_town
from storage import facts, pgqueuer_rows, schema, table_rows, tasks
from storage.errors import Away, Busy, OtherEpoch
from storage.later import Kick
from storage.postgres import PostgresDatabase
from storage.residents import NOTE_ERASED
from tests.cli.backups import (
    NAME,
    PHOTO,
    fill,
    make,
    make_older,
    records,
    restore,
    restored,
    work,
)
from tests.cli.conftest import Shell
from tests.postgres import cluster

CHANGED = {"meta", "audit"}
"""A backup and a restore leave a line and a fact of their own."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDatabase]:
    """A database without tables, which commands use once `use_server` says so."""
    name = cluster().create()
    database = PostgresDatabase(cluster().url(name), lambda connection, kicks: None)
    yield database
    database.close_now()


def use_server(server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARAZA_DATABASE_URL", cluster().text_url(server.url.database))


def same(left: dict[str, list[bytes]], right: dict[str, list[bytes]]) -> None:
    assert left.keys() == right.keys()
    for name in left.keys() - CHANGED:
        assert left[name] == right[name], name


def test_a_town_moves_to_a_server_and_back(
    shell: Shell, tmp_path: Path, server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shell)
    before = shell.read(records)
    numbers = shell.read(table_rows.read_numbers)
    file = make(shell, tmp_path / "backups")

    use_server(server, monkeypatch)
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "beside"))
    shell.told("restore", str(file))
    assert "how_many" in shell.told("query", "select count(*) how_many from open_reports")
    there = server.write_now(records)
    same(there, before)
    assert before["media"]
    assert (tmp_path / "beside" / "media" / NAME[:2] / NAME).read_bytes() == PHOTO
    given = server.write_now(table_rows.read_numbers)
    assert {name: given[name] for name in numbers.keys() - CHANGED} == {
        name: numbers[name] for name in numbers.keys() - CHANGED
    }
    assert server.write_now(facts.restored) is not None
    with pytest.raises(NotEmpty, match=f"in {server.url.database} at "):
        shell.run("restore", str(file))

    again = make(shell, tmp_path / "more")
    assert "from postgresql" in shell.told("restore", str(again), "--check")
    monkeypatch.delenv("BARAZA_DATABASE_URL")
    other = restored(tmp_path)
    restore(other, again)
    same(other.read(records), before)


def test_a_backup_of_older_tables_is_brought_up_to_date_on_a_server(
    shell: Shell, tmp_path: Path, server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shell)
    reports = shell.read(records)["report"]
    file = make_older(shell, tmp_path / "backups", monkeypatch)
    use_server(server, monkeypatch)
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "beside"))
    shell.told("restore", str(file))
    assert server.write_now(schema.revision) == schema.HEAD
    assert server.write_now(records)["report"] == reports


def test_later_work_of_a_server_is_in_its_backup(
    shell: Shell, tmp_path: Path, server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has no other ledger is not lost: here, that somebody was erased."""
    use_server(server, monkeypatch)
    shell.told("db", "upgrade")
    kicks = [Kick(NOTE_ERASED, "who left"), Kick(CLEAN_FILES, dedupe=CLEAN_FILES), Kick("held")]
    server.write_now(pgqueuer_rows.put_tasks, kicks)
    cluster().sql(
        server.url.database, "update pgqueuer set status = 'failed' where entrypoint = 'held'"
    )
    file = make(shell, tmp_path / "backups")

    monkeypatch.delenv("BARAZA_DATABASE_URL")
    other = restored(tmp_path)
    restore(other, file)
    kept = [(row.name, row.held) for row in other.read(tasks.list_tasks)]
    assert sorted(kept) == [(CLEAN_FILES, False), ("held", True), (NOTE_ERASED, False)]
    monkeypatch.setenv("BARAZA_DATA", str(other.data))
    work(other)
    assert [row.name for row in other.read(tasks.list_tasks)] == ["held"]
    for house in other.house():
        noted = house.erased.lines()
        assert house.erased.erased(["who left", "who stayed"], noted) == ["who left"]


async def test_a_backup_of_a_server_is_one_moment(
    shell: Shell, tmp_path: Path, server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is committed while it is read is not in it, in whichever table."""
    fill(shell)
    file = await asyncio.to_thread(make, shell, tmp_path / "backups")
    use_server(server, monkeypatch)
    monkeypatch.setenv("BARAZA_DATA", str(tmp_path / "beside"))
    await asyncio.to_thread(shell.told, "restore", str(file))
    before = await asyncio.to_thread(server.write_now, records)

    written: list[bool] = []

    def progress(_done: int, _of: int) -> None:
        """In the middle of the reading: somebody else writes to a table that comes later."""
        if not written:
            written.append(True)
            cluster().sql(
                server.url.database,
                "insert into audit (at, actor, action, subject, detail) "
                "values (now(), 'other', 'meanwhile', '', '')",
            )

    house = app.build(app.read_environment())
    with (tmp_path / "file").open("wb") as stream:
        manifest = await house.database.read(
            write_town,
            SealedWriter(stream, house.keys, house.outside.random),
            house.store,
            made_at=house.outside.clock(),
            program="of the tests",
            erased=0,
            progress=progress,
        )
    await house.database.close()
    house.executor.shutdown()
    assert written
    assert manifest.tables["audit"].rows == len(before["audit"])


def test_a_backup_that_begins_again_is_refused(shell: Shell, tmp_path: Path) -> None:
    fill(shell)
    for house in shell.house():
        with (tmp_path / "file").open("wb") as stream:
            out = SealedWriter(stream, house.keys, house.outside.random)
            out.write(b"begun")
            with pytest.raises(Interrupted):
                house.database.write_now(
                    write_town,
                    out,
                    house.store,
                    made_at=house.outside.clock(),
                    program="of the tests",
                    erased=0,
                )


async def test_a_process_whose_database_was_restored_ends_with_its_reason(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(shell.report, "ana")
    monkeypatch.setattr(duties, "DUE_SECONDS", 0.01)
    house = app.build(app.read_environment())
    known = asyncio.Event()
    restored_of = facts.restored
    away = iter((Away(), Busy()))

    def look(connection: Connection) -> facts.Restored | None:
        """Asked once it has read the epoch that it goes by, which it waits for."""
        for error in away:
            raise error
        known.set()
        return restored_of(connection)

    monkeypatch.setattr(facts, "restored", look)
    watching = asyncio.create_task(duties.watch_epoch(house.database))
    await asyncio.wait_for(known.wait(), 20)
    assert not watching.done()
    await house.database.write(facts.begin_epoch, "new", house.outside.clock())
    with pytest.raises(OtherEpoch):
        await asyncio.wait_for(watching, 20)
    await house.database.close()
    house.executor.shutdown()


def test_a_full_disk_is_told_as_what_it_is(
    shell: Shell, server: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not as a database that went away, for which it would be tried again."""
    use_server(server, monkeypatch)
    shell.told("db", "upgrade")
    house = app.build(app.read_environment())
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(NotWritten, match="No space"):
        house.database.write_now(
            write_town,
            SealedWriter(full, house.keys, house.outside.random),
            house.store,
            made_at=house.outside.clock(),
            program="of the tests",
            erased=0,
        )
    house.database.close_now()
    house.executor.shutdown()
