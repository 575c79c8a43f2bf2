"""`baraza export` writes a whole file of one moment or none, and says what it took."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest

from bot.exports.written import Row, Shape
from storage.views import OPEN_REPORTS
from tests.cli.conftest import Shell

NAMES = [column.name for column in OPEN_REPORTS.columns]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def exported(shell: Shell, *words: str) -> list[dict[str, str]]:
    """The rows of a CSV, and nothing but them, on the terminal."""
    result = shell.run("export", "reports", "--out", "-", *words)
    assert result.exit_code == 0, result.output
    return rows_of(result.stdout)


def test_a_report_is_exported_without_words_until_they_are_cleared(shell: Shell) -> None:
    code = shell.report("ana", "=1+1 lleno")
    [row] = exported(shell)
    assert list(row) == NAMES
    assert (row["code"], row["text"], row["cleared"]) == (code, "", "false")
    shell.told("report", "clear", code)
    [row] = exported(shell)
    assert (row["text"], row["cleared"]) == ("'=1+1 lleno", "true")


def test_every_format_has_a_file_named_after_the_day(shell: Shell, tmp_path: Path) -> None:
    code = shell.report("ana")
    for form in ("csv", "xlsx", "jsonl", "geojson"):
        shell.told("export", "reports", "--format", form)
        [file] = tmp_path.glob(f"reports-????-??-??.{form}")
        assert file.stat().st_mode & 0o777 == 0o600
        if form == "xlsx":
            assert code.encode() in zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
        else:
            assert code in file.read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".*.part"))


def test_no_rows_are_a_header_and_a_whole_file(shell: Shell) -> None:
    result = shell.run("export", "reports", "--out", "-")
    assert result.stdout_bytes == (",".join(NAMES) + "\r\n").encode()
    assert "0 rows" in result.stderr


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        ("2026-11-01", "2026-11-30", True),
        ("2026-11-30", "2026-11-30", True),
        ("2026-12-01", "2026-12-01", False),
        ("2026-11-29", "2026-11-29", False),
    ],
)
def test_days_are_those_of_the_country_and_both_ends_count(
    shell: Shell, since: str, until: str, there: bool
) -> None:
    shell.report("ana")
    # Half past eleven in the night of 30 November in Montevideo.
    shell.execute("update report set created_at = '2026-12-01T02:30:00.000000Z'")
    words = ("--country", "uruguay", "--since", since, "--until", until)
    assert bool(exported(shell, *words)) is there
    told = shell.run("export", "reports", "--out", "-", *words).stderr
    assert f"uruguay: from {since}T00:00:00-03:00 until before" in told
    assert "America/Montevideo" in told


def test_moments_are_told_on_the_clock_that_was_asked_for(shell: Shell) -> None:
    shell.report("ana")
    shell.execute("update report set created_at = '2026-12-01T02:30:00.000000Z'")
    for words, told in (
        ((), "2026-12-01T02:30:00+00:00"),
        (("--country", "uruguay"), "2026-11-30T23:30:00-03:00"),
        (("--timezone", "Africa/Nairobi"), "2026-12-01T05:30:00+03:00"),
    ):
        assert exported(shell, *words)[0]["received_at"] == told


def test_words_stand_for_keys_in_a_language_of_the_country(shell: Shell) -> None:
    shell.report("ana")
    [row] = exported(
        shell, "--country", "uruguay", "--language", "es", "--columns", "category,status"
    )
    assert row == {"category": "Contenedor lleno", "status": "recibido"}
    [row] = exported(shell, "--country", "uruguay", "--language", "es")
    assert row["country"] == "uruguay"


def test_columns_are_those_asked_for_in_that_order(shell: Shell) -> None:
    shell.report("ana")
    [row] = exported(shell, "--columns", "status, code")
    assert list(row) == ["status", "code"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--columns", "code,nope"), "has no column 'nope'"),
        (("--columns", "code,code"), "has each column once"),
        (("--columns", "code", "--format", "geojson"), "GeoJSON needs the columns lat and lon"),
        (("--bom", "--format", "jsonl"), "--bom is for CSV"),
        (("--since", "2026-12-02", "--until", "2026-12-01"), "is before --since"),
        (("--until", "9999-12-31"), "9999-12-31 is not within the years 1970 to 2999"),
        (("--timezone", "Africa/Nowhere"), "is no time zone"),
        (("--timezone", "../etc"), "is no time zone"),
        (("--language", "es"), "'es' is not spoken in"),
        (("--country", "atlantis"), "'atlantis' is not served"),
        (("--out", "nowhere/reports.csv"), "no such folder"),
        (("--out", "."), "or it is one"),
    ],
)
def test_what_cannot_be_written_is_a_plain_sentence_and_no_file(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    shell.report("ana")
    assert why in shell.refused("export", "reports", *words)
    assert not [file for file in tmp_path.iterdir() if file.is_file()]


def test_a_file_is_written_over_only_when_that_is_said(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("mine")
    assert "exists" in shell.refused("export", "reports", "--out", str(file))
    assert file.read_text() == "mine"
    shell.told("export", "reports", "--out", str(file), "--force")
    assert file.read_text().startswith("code,")


def test_an_export_that_breaks_off_leaves_no_file_and_says_so(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.report("ana")

    def full(shape: Shape, rows: Iterable[Row], into: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.exports.csv_file.write", full)
    assert "No space left on device" in shell.refused("export", "reports", "--out", "x.csv")
    assert not [file for file in tmp_path.iterdir() if file.is_file()]
    [begun, broken] = [line for line in shell.audits() if line[0] == "export"]
    assert begun == ("export", "reports", "begun, not finished yet: csv to x.csv; all")
    assert broken[2] == "not finished (OSError): csv to x.csv; all"


def test_who_reads_no_further_is_told_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.report("ana")

    def left(shape: Shape, rows: Iterable[Row], into: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("bot.exports.csv_file.write", left)
    assert shell.refused("export", "reports", "--out", "-") == ""
    assert "not finished (BrokenPipeError)" in shell.audits()[-1][2]


def test_each_export_leaves_who_took_what(shell: Shell) -> None:
    shell.report("ana")
    shell.told("export", "reports", "--format", "jsonl", "--out", "-")
    details = [detail for action, _what, detail in shell.audits() if action == "export"]
    assert details == [
        "begun, not finished yet: jsonl to the terminal; all",
        "finished, 1 row: jsonl to the terminal; all",
    ]


@pytest.mark.parametrize("count", [499, 1_001])
def test_pages_have_no_seams(shell: Shell, count: int) -> None:
    shell.report("ana")
    columns = (
        "country, category, limited, status, status_at, area, detail, text, language, channel"
    )
    shell.execute(
        f"insert into report (id, code, {columns}, since, danger, affected, created_at, pilot,"
        " demo)"
        f" with recursive n(i) as (select 2 union all select i + 1 from n where i < {count})"
        f" select 'r' || i, 'MVD-' || i, {columns}, since, danger, affected, created_at, pilot,"
        " demo from n, report"
    )
    rows = exported(shell)
    assert len({row["code"] for row in rows}) == len(rows) == count
    lines = shell.run("export", "reports", "--format", "jsonl", "--out", "-").stdout.splitlines()
    assert len([json.loads(line) for line in lines]) == count
