"""Every view in every format, from a file and from a server, opened by readers of others."""

from __future__ import annotations

import csv
import zipfile
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bot.app import House
from bot.counting.pabulib import read_pabulib
from bot.domain.outcomes import Done
from bot.domain.outside import Outside
from bot.domain.votes import CastBallot
from bot.exports import FORMATS, Shape, csv_copy, csv_file
from bot.services import votes
from bot.services.residents import find_person
from storage.personal_views import PERSONAL
from storage.view_rows import Stream, Wanted, streamed
from storage.view_rows_server import server_stream
from storage.view_shapes import Column, View
from storage.views import VIEWS
from tests.cli.conftest import Shell
from tests.postgres import cluster, migrated
from tests.votes import samples

ZONE = "America/Montevideo"
STORIES = ('=HYPERLINK("http://x")', 'no, "gracias"\nfalta luz, a\x0bb ٣ ☺')
ODD = (
    "lat = -34.0001, lon = -56.0, since = char(12288) || '-5', danger = '''',"
    " status_at = '2026-07-01T02:30:00.999999Z'"
)
"""What a server could well write otherwise than we do."""


def fill(shell: Shell) -> str:
    """Something in every view; the code of the vote."""
    for number, story in enumerate(STORIES):
        code = shell.report(f"r{number}", f"{story} {number}")
        shell.told("report", "clear", code)
    shell.execute(f"update report set {ODD} where text like '=%'")
    idea = shell.idea("ida")
    shell.told("idea", "publish", idea)
    shell.execute(
        "insert into announcement (id, code, country, kind, subject, content, picture, audience,"
        " digest, state, reason, created_at, created_by, start_at, start_local, zone, built,"
        " judged, demo) values ('a', 'MVD-AAAA', 'uruguay', 'announcement', '', x'', '', x'',"
        " x'', 'done', '', '2026-11-30T10:00:00.000000Z', 'ana',"
        " '2026-11-30T10:00:00.000000Z', '', '', 1, 1, 0)"
    )
    shell.execute(
        "insert into delivery (announcement_id, bot, channel, language, state, reason, due_at,"
        " attempts, part, fence) values"
        " ('a', 'uruguay/web', 'web', 'es', 'sent', '', '2026-11-30T10:00:00.000000Z', 0, 0, 0),"
        " ('a', 'uruguay/telegram', 'telegram', 'es', 'given up', 'blocked',"
        " '2026-11-30T10:00:00.000000Z', 0, 0, 0)"
    )
    for house in shell.house():
        return house.database.write_now(vote, house)
    raise AssertionError("no house")


def vote(connection: Connection, house: House) -> str:
    """A vote that one cast a ballot in, closed, counted and cleaned."""
    country, now = house.countries["uruguay"], house.outside.clock()
    code = samples.begin(connection, house.outside, house.keys, country, "one")
    later = Outside(lambda: now + timedelta(minutes=1), house.outside.random)
    person = find_person(connection, house.keys, "uruguay/web", "r0")
    assert person is not None
    done = votes.cast(
        connection, later, house.keys, country, person, CastBallot(code, ("lights",))
    )
    assert isinstance(done, Done)
    ended = Outside(lambda: now + timedelta(days=8), house.outside.random)
    samples.end(connection, ended, house.keys, code, publish=True)
    return code


def written(stream: Stream, view: View, form: str) -> bytes:
    """The file, of a spreadsheet the sheet of its rows."""
    into = BytesIO()
    done = FORMATS[form].write(Shape(view.columns, ZoneInfo(ZONE)), stream.rows, into)
    assert done.rows == stream.count() > 0, view.name
    if form != "xlsx":
        return into.getvalue()
    return zipfile.ZipFile(into).read("xl/worksheets/sheet1.xml")


def forms(view: View) -> list[str]:
    placed = "lat" in [column.name for column in view.columns]
    return [form for form in FORMATS if placed or form != "geojson"]


def test_a_server_gives_the_same_files_as_a_file_does(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = fill(shell)
    server = cluster().url(cluster().create(migrated()))
    url = cluster().text_url(server.database)
    shell.told("db", "copy", "--to", url)
    for view in (*VIEWS, *PERSONAL.values()):
        wanted = Wanted(view, view.columns, zones={"uruguay": ZONE})
        for form in forms(view):
            with streamed(shell.data / "baraza.db", wanted) as stream:
                here = written(stream, view, form)
            with server_stream(server, wanted) as there:
                assert written(there.stream(), view, form) == here, view.name
        zone = "Australia/Lord_Howe" if view.name == "open_reports" else "UTC"
        shape = Shape(view.columns, ZoneInfo(zone))
        with streamed(shell.data / "baraza.db", wanted) as stream:
            csv_file.write(shape, stream.rows, expected := BytesIO())
        with server_stream(server, wanted) as there:
            fields = csv_copy.fields(shape, there.types())
            assert fields is not None, "the server could have written it itself"
            csv_copy.write(shape, there.copy, fields, copied := BytesIO(), lambda rows: None)
        assert copied.getvalue() == expected.getvalue(), view.name

    monkeypatch.setenv("BARAZA_DATABASE_URL", url)
    words = ("--country", "uruguay", "--since", "2026-01-01", "--format", "csv", "--out", "-")
    told = shell.run("export", "interactions", *words)
    assert told.stdout.startswith("day,country,flow,question,kind,answers,demo\n20")
    told = shell.run("export", "ballots", "--vote", code, "--out", "-")
    assert [line.split(",")[3] for line in told.stdout.splitlines()] == ["choices", "lights"]
    told = shell.run("export", "ballots", "--format", "pb", "--vote", code, "--out", "-")
    assert list(read_pabulib(told.stdout).election.ballots) == [("lights",)]


def test_a_vote_is_named_by_its_code_as_people_type_it_or_by_its_key(shell: Shell) -> None:
    shell.report("r0")
    [code] = [house.database.write_now(vote, house) for house in shell.house()]
    key = shell.read(lambda c: str(c.exec_driver_sql("select key from vote").scalar_one()))
    for name in (code, code.lower().replace("-", " "), key):
        for form in ("csv", "pb"):
            told = shell.run("export", "ballots", "--format", form, "--vote", name, "--out", "-")
            assert (
                told.stdout.splitlines()[-1].split("," if form == "csv" else ";").count("lights")
            )


def test_personal_data_are_taken_for_a_reason_that_the_audit_keeps(shell: Shell) -> None:
    shell.report("ana", "the secret story")
    words = ("export", "reports", "--out", "-")
    assert "the secret story" not in shell.told(*words)
    why = "the court asked for it, file 88"
    result = shell.run(*words, "--personal", "--reason", why)
    [row] = csv.DictReader(StringIO(result.stdout, newline=""))
    assert row["text"] == "the secret story"
    assert list(row) == [column.name for column in PERSONAL["reports"].columns]
    *_rest, begun, ended = [detail for _action, _what, detail in shell.audits()]
    assert all(f"personal, because {why}" in detail for detail in (begun, ended))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("reports", "--personal"), "needs a --reason"),
        (("reports", "--personal", "--reason", "audit"), "at least 10 signs"),
        (("reports", "--personal", "--reason", " " * 20), "at least 10 signs"),
        (("reports", "--reason", "the court asked"), "--reason is for --personal"),
        (("ballots", "--personal", "--reason", "the court asked"), "for reports and ideas"),
        (("reports", "--format", "pb"), "--format pb is for ballots"),
        (("ballots", "--format", "pb", "--columns", "vote"), "a form of its own"),
        (("ballots", "--format", "pb"), "name it with --vote. There are: none yet."),
        (("ballots", "--format", "pb", "--vote", "MVD-7F3K"), "MVD-7F3K is no vote that is"),
        (("ballots", "--vote", "MVD-7F3K"), "MVD-7F3K is no vote that is"),
        (("reports", "--vote", "MVD-7F3K"), "--vote is for ballots"),
        (("people", "--since", "2026-11-01"), "open_people has no days"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_sentence(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    assert why in shell.refused("export", *words)
    assert not [file for file in tmp_path.iterdir() if file.is_file()]


def test_a_full_disk_is_no_lost_server() -> None:
    server = cluster().url(cluster().create(migrated()))
    view = View("ones", "", (Column("one", "1", ""),), "(values (1)) as one")

    def full(lines: bytes) -> None:
        raise OSError(28, "No space left on device")

    wanted = Wanted(view, view.columns)
    with server_stream(server, wanted) as there, pytest.raises(OSError, match="No space"):
        there.copy(["one"], full)
