"""XLSX (ECMA-376, SpreadsheetML), streamed: rows go into the archive as they come.

Text is text: no cell is a formula, whatever it begins with. What the format cannot hold is changed
and counted, never dropped in silence: signs that XML forbids become U+FFFD, and a text longer than
a cell takes is cut. More rows than a sheet holds go on in a second sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from bot.domain.inbound import utf16_units
from bot.exports.cells import reader
from bot.exports.written import Row, Shape, Written
from storage.views import Column

ROWS_MOST = 1_048_576
"""Rows of a sheet, its header included (Excel specifications and limits)."""

CELL_MOST = 32_767
"""UTF-16 units of one cell (the same)."""

LEVEL = 1
"""Of compression: the next ones cost much and save little, as columns repeat themselves."""

FORBIDDEN, TOO_LONG = "signs that the format forbids", "texts cut at 32,767 signs"

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile("[&<>\r_\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` would be read back as `A`: its first sign is escaped in turn."""

_PLAIN, _BOLD, _DAY, _MOMENT = 0, 1, 2, 3
_EPOCH = date(1899, 12, 30)
"""Day 0 as spreadsheets count, right for every day from March 1900 on."""

Render = Callable[[Any], str]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def write(shape: Shape, rows: Iterable[Row], into: BinaryIO) -> Written:
    """See `Writer`. The last sheet says what the file is: `shape.about`, and each column."""
    written = Written()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        titles = _write_rows(shape, rows, archive, written)
        titles.append("About")
        _write_about(shape, archive, len(titles))
        _write_frame(archive, titles)
    return written


def _write_rows(
    shape: Shape, rows: Iterable[Row], archive: zipfile.ZipFile, written: Written
) -> list[str]:
    """One sheet after another until the rows end; their titles."""
    renders = [_render(column, shape, written) for column in shape.columns]
    lines = _lines(rows, renders, written)
    titles: list[str] = []
    line = next(lines, None)
    while line is not None or not titles:
        titles.append(shape.title if not titles else f"{shape.title} {len(titles) + 1}")
        with archive.open(f"xl/worksheets/sheet{len(titles)}.xml", "w", force_zip64=True) as sheet:
            sheet.write(_sheet_head(frozen=True))
            sheet.write(_header(shape.columns))
            used = 1
            while line is not None and used < ROWS_MOST:
                sheet.write(line)
                used += 1
                line = next(lines, None)
            sheet.write(b"</sheetData></worksheet>")
    return titles


def _lines(rows: Iterable[Row], renders: list[Render], written: Written) -> Iterator[bytes]:
    for row in rows:
        cells = "".join(
            [
                "<c/>" if value is None else render(value)
                for render, value in zip(renders, row, strict=True)
            ]
        )
        written.rows += 1
        yield f"<row>{cells}</row>".encode()


def _render(column: Column, shape: Shape, written: Written) -> Render:
    """How a stored value of a column is written as a cell."""
    read = reader(column, shape.zone)
    match column.kind:
        case "number":
            return lambda value: f"<c><v>{value!r}</v></c>"
        case "yes or no":
            return lambda value: f'<c t="b"><v>{int(value)}</v></c>'
        case "day" if read is not None:
            return lambda value: f'<c s="{_DAY}"><v>{_serial(read(value))}</v></c>'
        case "moment" if read is not None:
            return lambda value: f'<c s="{_MOMENT}"><v>{_serial(read(value))}</v></c>'
        case _:
            return lambda value: _string(_fit(str(value), column.name, written))


def _serial(moment: Any) -> str:
    """Days since the spreadsheets' epoch, on the clock of the moment's own zone."""
    if isinstance(moment, datetime):
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return repr((moment.date() - _EPOCH).days + round(seconds / 86400, 9))
    return str((moment - _EPOCH).days)


def _fit(text: str, column: str, written: Written) -> str:
    """The text as a cell takes it, escaped; what has to be changed is noted."""
    if len(text) > CELL_MOST // 2 and utf16_units(text) > CELL_MOST:
        written.note(column, TOO_LONG)
        text = text.encode("utf-16-le", "surrogatepass")[: CELL_MOST * 2 - 2].decode(
            "utf-16-le", "ignore"
        )
        text += "…"
    if _SPECIAL.search(text) is None:
        return text
    if _FORBIDDEN.search(text) is not None:
        written.note(column, FORBIDDEN)
        text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    text = escape(_ESCAPED.sub("_x005F_", text))
    # A parser of XML makes a line feed of it otherwise.
    return text.replace("\r", "_x000D_")


def _string(escaped: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


def _header(columns: Iterable[Column]) -> bytes:
    cells = "".join(
        f'<c s="{_BOLD}" t="inlineStr"><is><t>{escape(column.name)}</t></is></c>'
        for column in columns
    )
    return f"<row>{cells}</row>".encode()


def _sheet_head(*, frozen: bool) -> bytes:
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    views = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    widths = '<cols><col min="1" max="64" width="18" customWidth="1"/></cols>'
    start = f'{_HEAD}<worksheet xmlns="{_MAIN}">{views if frozen else ""}{widths}<sheetData>'
    return start.encode()


def _write_about(shape: Shape, archive: zipfile.ZipFile, number: int) -> None:
    lines = [
        *shape.about,
        ("Moments are told on the clock of", str(shape.zone)),
        ("", ""),
        *((column.name, f"{column.meaning} ({column.kind})") for column in shape.columns),
    ]
    nowhere = Written()
    with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
        sheet.write(_sheet_head(frozen=False))
        for line in lines:
            cells = "".join(_string(_fit(text, "", nowhere)) for text in line)
            sheet.write(f"<row>{cells}</row>".encode())
        sheet.write(b"</sheetData></worksheet>")


def _write_frame(archive: zipfile.ZipFile, titles: list[str]) -> None:
    """The parts that tie the sheets together."""
    numbers = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name="{escape(title[:31])}" sheetId="{number}" r:id="rId{number}"/>'
        for number, title in zip(numbers, titles, strict=True)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/worksheet"'
        f' Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    styles = f'<Relationship Id="rIdS" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
        f' ContentType="{kind}.worksheet+xml"/>'
        for number in numbers
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{related}{styles}</Relationships>",
        "xl/styles.xml": _STYLES,
    }
    for name, text in files.items():
        archive.writestr(name, _HEAD + text)


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)
