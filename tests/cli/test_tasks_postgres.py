"""Later work on a server, as the operator sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from storage import pgqueuer_rows
from storage.errors import OldSchema
from storage.later import Kick
from storage.postgres import PostgresDatabase
from tests.cli.conftest import Shell
from tests.postgres import cluster, empty_town, migrated

OLDER = """
    drop table pgqueuer, pgqueuer_log, pgqueuer_statistics, pgqueuer_schedules;
    drop function fn_pgqueuer_changed; drop type pgqueuer_status
"""
"""What a release without the engine had not made."""


def over(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDatabase]:
    monkeypatch.setenv("BARAZA_DATABASE_URL", cluster().text_url(name))
    database = PostgresDatabase(
        cluster().url(name), lambda connection, kicks: pgqueuer_rows.put_tasks(connection, kicks)
    )
    yield database
    database.close_now()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDatabase]:
    """An empty town that commands use."""
    yield from over(empty_town(), monkeypatch)


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresDatabase]:
    """A town at the newest revision, without the engine's tables."""
    name = cluster().create(migrated())
    cluster().sql(name, OLDER)
    yield from over(name, monkeypatch)


def fail(connection: Connection) -> int:
    """A task that was held; its number."""
    pgqueuer_rows.put_tasks(connection, [Kick("broke", "args", dedupe="key")])
    number = connection.scalar(
        text("update pgqueuer set status = 'failed', attempts = 7 returning id")
    )
    record = json.dumps({"exception_message": "LookupError"})
    connection.execute(
        text(
            "insert into pgqueuer_log (job_id, status, entrypoint, priority, traceback) "
            "values (:id, 'failed', 'broke', 0, cast(:record as jsonb))"
        ),
        {"id": number, "record": record},
    )
    return int(number)


def test_a_task_is_listed_run_again_and_cancelled(shell: Shell, server: PostgresDatabase) -> None:
    assert "Nothing waits" in shell.told("tasks", "list")
    number = str(server.write_now(fail))
    assert "held: LookupError" in shell.told("tasks", "list")
    [as_json] = json.loads(shell.told("tasks", "list", "--format", "json"))
    assert (str(as_json["id"]), as_json["held"]) == (number, True)
    told = shell.run("doctor").output
    assert "1 is held: broke failed" in told
    assert "No process serves" not in told, "of a server's processes nobody knows here"
    shell.told("tasks", "retry", number)
    assert "waits" in shell.told("tasks", "list")
    shell.told("tasks", "cancel", number)
    assert "Nothing waits" in shell.told("tasks", "list")
    assert f"There is no task {number}" in shell.refused("tasks", "retry", number)
    assert f"There is no task {number}" in shell.refused("tasks", "cancel", number)


def test_a_held_task_does_not_keep_its_like_from_waiting(server: PostgresDatabase) -> None:
    number = server.write_now(fail)
    server.write_now(pgqueuer_rows.put_tasks, [Kick("broke", "again", dedupe="key")])
    assert server.write_now(pgqueuer_rows.count) == {"held": 1, "waiting": 1}
    assert server.write_now(pgqueuer_rows.retry, number)
    assert server.write_now(pgqueuer_rows.count) == {"held": 0, "waiting": 2}


def test_the_log_is_kept_for_a_week_and_why_a_task_is_held_as_long_as_it_is(
    server: PostgresDatabase,
) -> None:
    def ran(connection: Connection) -> None:
        pgqueuer_rows.put_tasks(connection, [Kick("past"), Kick("new")])
        connection.execute(text("delete from pgqueuer where entrypoint in ('past', 'new')"))
        moved = "update pgqueuer_log set created = now() - interval '7 days'"
        connection.execute(text(f"{moved} - interval '1 minute'"))
        connection.execute(text(f"{moved} + interval '1 minute' where entrypoint = 'new'"))

    number = server.write_now(fail)
    server.write_now(ran)
    server.write_now(pgqueuer_rows.trim_log)
    left = cluster().sql(server.url.database, "select distinct entrypoint from pgqueuer_log")
    assert sorted(left.split()) == ["broke", "new"]
    (row,) = server.write_now(pgqueuer_rows.list_tasks)
    assert (row.id, row.reason) == (number, "LookupError")


def test_an_older_towns_server_is_refused_by_name_until_it_is_upgraded(
    shell: Shell, older: PostgresDatabase
) -> None:
    with pytest.raises(OldSchema, match="tables for later work are not there yet: baraza db up"):
        shell.run("tasks", "list")
    shell.told("db", "upgrade")
    assert "Nothing waits" in shell.told("tasks", "list")
    assert "already" in shell.told("db", "upgrade")
    assert "is whole" in shell.told("db", "check")
