"""What is wrong with a server's database is told in words, with what to do."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell
from tests.postgres import cluster, migrated


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    """A database without tables that the commands' user owns."""
    found = cluster().create()
    monkeypatch.setenv("BARAZA_DATABASE_URL", cluster().text_url(found))
    return found


def test_a_database_where_no_tables_can_be_made_is_refused_with_the_remedy(
    shell: Shell, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster().sql(name, "create table report (x int)")
    url = cluster().text_url(name)
    taken = "it holds tables of something else (report): take an empty one"
    assert taken in shell.refused("db", "upgrade")
    cluster().sql(name, "drop table report")
    cluster().try_sql("postgres", "create role weak login")
    cluster().sql(name, "revoke create on schema public from public")
    weak = url.replace("://baraza@", "://weak@")
    monkeypatch.setenv("BARAZA_DATABASE_URL", weak)
    assert "weak may make no tables in it: ALTER DATABASE" in shell.refused("db", "upgrade")
    monkeypatch.delenv("BARAZA_DATABASE_URL")
    assert "weak may make no tables in it" in shell.refused("db", "copy", "--to", weak)
    cluster().sql(name, "create table report (x int)")
    assert taken in shell.refused("db", "copy", "--to", url)


def test_tables_that_were_changed_by_hand_are_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = cluster().create(migrated())
    monkeypatch.setenv("BARAZA_DATABASE_URL", cluster().text_url(name))
    for statement in (
        "alter table code drop column kind",
        "alter table meta add column more text",
        "alter table audit alter column action drop not null",
        "drop table piece",
        "alter table report drop constraint uq_report_code",
    ):
        cluster().sql(name, statement)
    told = shell.refused("db", "check")
    for line in (
        "the column code.kind is missing",
        "the column meta.more is one too many",
        "the column audit.action is of another kind",
        "the table piece is missing",
        "the rule uq_report_code is missing",
        "It was changed by hand: undo that",
    ):
        assert line in told
    assert "BAD   database    the table piece is missing: baraza db check" in shell.refused(
        "doctor"
    )
