"""Exports as others' went wrong: cut short, a day missing, a column lost, one bad sign."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from bot.exports import FORMATS, Shape
from storage.personal_views import PERSONAL
from storage.views import VIEWS
from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parents[2]

RECEIVED = {
    "indonesia": "2026-11-30T16:30:00.000000Z",
    "uruguay": "2026-12-01T02:30:00.000000Z",
    "kenya": "2026-11-30T21:30:00.000000Z",
    "somalia": "2026-11-30T21:30:00.000000Z",
    "thailand": "2026-11-30T16:59:59.999000Z",
}
"""In November for Casavalle and, by a thousandth of a second, for Yala; for nobody else."""


def put(shell: Shell, count: int, at: str = "2026-11-30T12:00:00.000000Z") -> None:
    """So many reports of Uruguay."""
    shell.execute(
        "insert into report (id, code, country, category, limited, status, status_at, area,"
        " detail, text, language, channel, since, danger, affected, created_at, pilot, demo)"
        f" with recursive n(i) as (select 1 union all select i + 1 from n where i < {count})"
        " select 'r' || i, 'MVD-' || i, 'uruguay', 'full_bin', 0, 'new', "
        f"'{at}', 'palermo', '', 'It is full', 'en', 'web', '', '', 1, '{at}', 1, 0 from n"
    )


def exported(shell: Shell, *words: str) -> list[dict[str, str]]:
    result = shell.run("export", *words, "--out", "-")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(StringIO(result.stdout, newline="")))


def test_november_is_each_countrys_own_in_a_file_and_in_a_question(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BARAZA_COUNTRIES", ",".join(RECEIVED))
    put(shell, len(RECEIVED))
    for number, (country, at) in enumerate(RECEIVED.items(), 1):
        shell.execute(
            f"update report set country = '{country}', created_at = '{at}' where id = 'r{number}'"
        )
    november = ("--since", "2026-11-01", "--until", "2026-11-30")
    rows = exported(shell, "reports", *november, "--columns", "country")
    assert {row["country"] for row in rows} == {"uruguay", "thailand"}
    rows = exported(shell, "reports", "--since", "2026-11-30", "--until", "2026-11-30")
    assert {row["country"] for row in rows} == {"uruguay", "thailand"}
    told = shell.run("query", "by-month", "--format", "csv").stdout
    months = {row["country"]: row["month"] for row in csv.DictReader(StringIO(told))}
    assert {country for country, month in months.items() if month == "2026-11"} == {
        "uruguay",
        "thailand",
    }


def test_a_day_of_answers_is_asked_for_as_its_country_counts_it(shell: Shell) -> None:
    shell.report("ana")
    shell.execute("update interaction set at = '2026-12-01T02:30:00.000000Z'")
    words = ("interactions", "--country", "uruguay")
    [day] = {row["day"] for row in exported(shell, *words)}
    assert day == "2026-11-30"
    assert exported(shell, *words, "--since", "2026-11-30", "--until", "2026-11-30")
    assert not exported(shell, *words, "--since", "2026-12-01")


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_have_every_column_of_the_dictionary(form: str) -> None:
    for view in (*VIEWS, *PERSONAL.values()):
        names = [column.name for column in view.columns]
        if form == "geojson" and "lat" not in names:
            continue
        into = BytesIO()
        assert FORMATS[form].write(Shape(view.columns), [], into).rows == 0
        if form == "csv":
            assert into.getvalue().decode() == ",".join(names) + "\r\n"


DIE = """
import os, sys
HOW = int(sys.argv.pop())
from bot.cli import baraza
from bot.exports import csv_file
write = csv_file.write
def dying(shape, rows, into):
    def one_then_death():
        yield next(rows)
        into.flush()
        os.kill(os.getpid(), HOW)
        yield from rows
    return write(shape, one_then_death(), into)
csv_file.write = dying
baraza()
"""


def killed(shell: Shell, tmp_path: Path, how: int) -> int:
    """The exit code of an export that a signal meets at its second row."""
    put(shell, 3)
    environ = {**os.environ, "BARAZA_DATA": str(shell.data), "PYTHONPATH": str(ROOT)}
    words = ["export", "reports", "--out", "whole.csv", str(int(how))]
    command = [sys.executable, "-c", DIE, *words]
    return subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, check=False
    ).returncode


def test_an_export_that_is_ended_leaves_nothing_and_says_not_finished(
    shell: Shell, tmp_path: Path
) -> None:
    assert killed(shell, tmp_path, signal.SIGTERM) == 128 + signal.SIGTERM
    assert not [file for file in tmp_path.iterdir() if file.is_file()]
    assert "not finished (SystemExit)" in shell.audits()[-1][2]


def test_an_export_that_is_killed_leaves_no_file_and_one_line_that_says_so(
    shell: Shell, tmp_path: Path
) -> None:
    assert killed(shell, tmp_path, signal.SIGKILL) == -signal.SIGKILL
    assert not (tmp_path / "whole.csv").exists()
    assert [detail for _action, _what, detail in shell.audits()] == [
        "begun, not finished yet: csv to whole.csv; all"
    ]
