"""Real processes on one PostgreSQL, from outside."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end import Browser, Process
from tests.postgres import cluster, migrated

SECRET = "a secret of forty signs that tests may know"
ANSWERS = ("English", "yes", "report", "full bin", "it smells", "Palermo", "skip", "skip", "2")


def process_on(database: str, data: Path) -> Process:
    data.mkdir(parents=True)
    process = Process(data)
    process.more = {
        "BARAZA_SECRET_KEY": SECRET,
        "BARAZA_DATABASE_URL": cluster().text_url(database),
    }
    return process


@pytest.fixture
def database() -> str:
    return cluster().create(migrated())


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[tuple[Process, Process]]:
    """Two processes over one database."""
    pair = (
        process_on(database, tmp_path / "a" / "data"),
        process_on(database, tmp_path / "b" / "data"),
    )
    for process in pair:
        process.start()
    yield pair
    for process in pair:
        process.stop(signal.SIGKILL)


def test_a_conversation_goes_on_in_whichever_process_it_meets(
    town: tuple[Process, Process], database: str
) -> None:
    browser = Browser(town[0].port)
    browser.start()
    for number, answer in enumerate((*ANSWERS, "no", "1")):
        browser.move(town[number % 2].port)
        browser.say(answer)
    found = re.search(r"MVD-\w+", browser.text)
    assert found, browser.text
    told = town[1].run("report", "update", found[0], "--status", "seen")
    assert found[0] in told
    town[0].stop(signal.SIGKILL)
    browser.move(town[1].port)
    browser.say(found[0])
    assert "Status: seen by the team" in browser.text
    assert cluster().sql(database, "select count(*) from report") == "1"
    assert "owed           0" in town[1].run("outbox", "status")


def test_an_old_database_is_refused_by_every_command_and_upgraded_by_one(tmp_path: Path) -> None:
    process = process_on(cluster().create(), tmp_path / "data")
    for tell, words in (
        (process.run, ("run",)),
        (process.told, ("report", "list")),
        (process.told, ("db", "check")),
    ):
        with pytest.raises(RuntimeError, match=r"at nothing, this program wants .*db upgrade"):
            tell(*words)
    assert "From nothing to" in process.told("db", "upgrade")
    assert "already" in process.told("db", "upgrade")
    assert "The database is whole" in process.told("db", "check")
    assert "ok    database    The server answers" in process.told("doctor")
    assert "no report" in process.told("report", "list").lower()
    assert "0" in process.told("query", "select count(*) from open_reports")
    with pytest.raises(RuntimeError, match="Only the open views can be read here"):
        process.told("query", "select * from resident")
    with pytest.raises(RuntimeError, match=r"That cannot be asked: .* does not exist"):
        process.told("query", "select * from nowhere")
    process.told("export", "reports", "--out", str(tmp_path / "reports.csv"))
    assert (tmp_path / "reports.csv").read_text().startswith("code,country,")
    assert "open-by-category" in process.told("query", "--list")
    assert process.told("query", "by-week", "--format", "csv").startswith("country,week")


def test_a_server_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    process = process_on("nowhere", tmp_path / "data")
    with pytest.raises(RuntimeError, match="has no database of this name") as told:
        process.run("report", "list")
    assert "Traceback" not in str(told.value)


def test_a_town_moves_from_its_file_to_a_server_and_goes_on(tmp_path: Path) -> None:
    name = cluster().create()
    process = Process(tmp_path / "data")
    process.data.mkdir()
    process.more = {"BARAZA_SECRET_KEY": SECRET}
    process.start()
    browser = Browser(process.port)
    browser.start()
    for answer in ANSWERS:
        browser.say(answer)
    url = cluster().text_url(name)
    with pytest.raises(RuntimeError, match="another Baraza"):
        process.told("db", "copy", "--to", url)
    process.stop()
    with pytest.raises(RuntimeError, match="no database of this name"):
        process.told("db", "copy", "--to", cluster().text_url("nowhere"))
    told = process.told("db", "copy", "--to", url)
    assert "the same on both sides" in told
    assert re.search(r"resident +1 ", told)
    for words in (["run"], ["report", "list"], ["db", "copy", "--to", url]):
        with pytest.raises(RuntimeError, match=f"moved to the database {name} at .*take-back"):
            process.told(*words)
    assert "is there: nothing starts here" in process.told("db", "check")
    process.told("backup", str(tmp_path / "backups"))
    [backup] = (tmp_path / "backups").glob("baraza-*")
    restored = Process(tmp_path / "restored")
    restored.more = dict(process.more)
    assert "Restored:" in restored.told("restore", str(backup))
    assert "No reports." in restored.told("report", "list"), "a backup is of a town that is here"
    process.more["BARAZA_DATABASE_URL"] = url
    assert "how_many" in process.told("query", "select count(*) how_many from open_reports")
    process.start()
    browser.open()
    assert "it smells" in browser.text
    for answer in ("no", "1"):
        browser.say(answer)
    assert "Your number is MVD-" in browser.text
    assert "The database is whole" in process.told("db", "check")
    assert cluster().sql(name, "select count(*) from audit where action = 'db copy'") == "1"
    browser.say("forget me")
    browser.say("yes")
    process.stop()
    with pytest.raises(RuntimeError, match="names a server: leave it out"):
        process.told("db", "take-back", "--yes")
    del process.more["BARAZA_DATABASE_URL"]
    back = process.told("db", "take-back", "--yes")
    assert "baraza.db again; 1 person who was forgotten is erased here too." in back
    with pytest.raises(RuntimeError, match="has not moved"):
        process.told("db", "take-back", "--yes")
    assert "Paused: restored or taken back at" in process.told("outbox", "status")
    process.start()
    process.stop()
