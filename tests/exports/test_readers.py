"""Exported files opened by others: DuckDB, openpyxl and, where it is, LibreOffice."""

from __future__ import annotations

import csv
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from storage.views import Column
from tests.exports.test_files import COLUMNS, EMPTY, ROW, STORIES, made, unguard
from tests.needs import need

NASTY = (
    *STORIES, 'no, "gracias"; falta luz\nen la esquina', "0042", "+66812345678", "☺ ٣ رقم",
    "_x0041_", "<c> & </c>", "a\u2028b",
)  # fmt: skip
ROWS = [(f"{number:04}", *ROW[1:7], story) for number, story in enumerate(NASTY)] + [EMPTY]
KINDS = [
    "VARCHAR", "DOUBLE", "DOUBLE", "BIGINT", "TIMESTAMP WITH TIME ZONE", "DATE", "BOOLEAN",
    "VARCHAR",
]  # fmt: skip


def file_of(folder: Path, form: str, **more: Any) -> Path:
    file = folder / f"reports.{form}"
    file.write_bytes(made(form, *ROWS, **more)[0])
    return file


def asked(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return list(connection.execute(sql).fetchall())


@pytest.mark.parametrize("bom", [False, True])
def test_duckdb_finds_every_row_and_kind_in_a_csv(tmp_path: Path, bom: bool) -> None:
    file = file_of(tmp_path, "csv", bom=bom)
    source = f"read_csv('{file}', header = true, types = {{'code': 'VARCHAR'}})"
    found = asked(f"describe select * from {source}")
    assert [(row[0], row[1]) for row in found] == [
        (column.name, kind) for column, kind in zip(COLUMNS, KINDS, strict=True)
    ]
    rows = asked(f"select code, lat, text from {source}")
    assert [row[0] for row in rows] == [row[0] for row in ROWS]
    assert [row[1] for row in rows] == [row[1] for row in ROWS]
    for (_code, _lat, told), row in zip(rows, ROWS, strict=True):
        assert told is None or unguard(told) == row[7]


def test_duckdb_finds_the_exact_words_in_json_lines(tmp_path: Path) -> None:
    rows = asked(f"select text from read_json('{file_of(tmp_path, 'jsonl')}')")
    assert [row[0] for row in rows] == [row[7] for row in ROWS]


def test_openpyxl_finds_values_of_their_kind_and_no_formula(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(file_of(tmp_path, "xlsx"))
    header, *rows = book.worksheets[0].iter_rows()
    assert [cell.value for cell in header] == [column.name for column in COLUMNS]
    assert all(cell.data_type != "f" for row in rows for cell in row)
    for row, wanted in zip(rows, ROWS, strict=True):
        assert row[0].value == wanted[0]
        told = row[7].value
        # What the format has an escape for (ECMA-376, ST_Xstring) it hands back escaped.
        assert told is None or unescape(told) == wanted[7]
    first = [cell.value for cell in rows[0]]
    assert first[1:4] == [-34.8421, -56.1309, 3]
    assert [str(value) for value in first[4:6]] == [
        "2026-11-30 23:30:00",
        "2026-12-24 00:00:00",
    ]
    assert first[6] is True


AMOUNTS = (
    ("1500.20", 1500.2),
    ("0", 0),
    ("150000000", 150_000_000),
    ("9999999999999.99", 9_999_999_999_999.99),
    ("99999999999999.99", "99999999999999.99"),
    ("1.125", "1.125"),
    (None, None),
)
"""As they are stored, and as a spreadsheet has them."""


def test_openpyxl_finds_amounts_as_numbers_where_they_are_exact() -> None:
    stored = [(amount,) for amount, _cell in AMOUNTS]
    columns = (Column("cost", "", "", "amount"),)
    data, _written = made("xlsx", *stored, columns=columns)
    _header, *rows = openpyxl.load_workbook(BytesIO(data)).worksheets[0].iter_rows()
    assert [cell.value for (cell,) in rows] == [cell for _amount, cell in AMOUNTS]
    shown = [cell.number_format for (cell,) in rows]
    assert shown == [*["#,##0.00"] * 4, *["General"] * 3]
    assert made("csv", *stored[:2], columns=columns)[0] == b"cost\r\n1500.20\r\n0\r\n"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_libreoffice_runs_no_cell(tmp_path: Path, form: str) -> None:
    program = need("libreoffice")
    file = file_of(tmp_path, form)
    as_utf8 = "44,34,76,1,,0,false,true,false,false,false,1"
    taken = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if form == "csv" else []
    subprocess.run(
        [
            str(program), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
            *taken, "--convert-to", f"csv:Text - txt - csv (StarCalc):{as_utf8}",
            "--outdir", str(tmp_path / "read"), str(file),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    [read] = (tmp_path / "read").glob("*.csv")
    with read.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == len(ROWS)
    for row, wanted in zip(rows, ROWS, strict=True):
        if form == "csv" and wanted[7] == "0042":
            # A CSV has no kinds: what looks like a number is taken for one.
            continue
        told = row["text"].removeprefix("'") if form == "csv" else row["text"]
        assert "".join(told.split()) == "".join((wanted[7] or "").split())
