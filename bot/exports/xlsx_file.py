"""XLSX (ECMA-376, SpreadsheetML), streamed: rows go into the archive as they come.

Text is text: no cell is a formula, whatever it begins with. What the format cannot hold is changed
and counted, never dropped in silence: signs that XML forbids become U+FFFD, and a text longer than
a cell takes is cut. More rows than a sheet holds go on in a second sheet.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from bot.domain.inbound import utf16_units
from bot.exports.batches import Make, Numbers, Remembered, make_cells
from bot.exports.cells import Read, reader
from bot.exports.moments import LocalHours, is_stored
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
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` would be read back as `A`: its first sign is escaped in turn."""

_SPECIAL = re.compile(
    "[&<>\\x00-\\x1f\ufffe\uffff\ud800-\udfff]|^\\s|\\s$|\\s\\s|_x[0-9A-Fa-f]{4}_"
)
"""Spaces at the ends and several at once are kept only where that is asked for."""

_EXACT = re.compile(r"[0-9]{1,15}|[0-9]{1,13}\.[0-9]{1,2}")
"""An amount of which two decimals hide nothing, in the 15 digits that a number has (the same)."""

_PLAIN, _BOLD, _DAY, _MOMENT, _AMOUNT = 0, 1, 2, 3, 4
_EPOCH = date(1899, 12, 30).toordinal()
"""Day 0 as spreadsheets count, right for every day from March 1900 on."""

_NOTHING = "<c/>"

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
    hours = LocalHours(shape.zone)
    makes = [_make(column, shape, hours, written) for column in shape.columns]
    batches = _lines(rows, makes, written)
    titles: list[str] = []
    lines = next(batches, None)
    while lines is not None or not titles:
        titles.append(shape.title if not titles else f"{shape.title} {len(titles) + 1}")
        with archive.open(f"xl/worksheets/sheet{len(titles)}.xml", "w", force_zip64=True) as sheet:
            sheet.write(_sheet_head(frozen=True))
            sheet.write(_header(shape.columns))
            left = ROWS_MOST - 1
            while lines is not None and left > 0:
                sheet.write("".join(lines[:left]).encode())
                left, lines = left - len(lines[:left]), lines[left:] or next(batches, None)
            sheet.write(b"</sheetData></worksheet>")
    return titles


def _lines(rows: Iterable[Row], makes: list[Make], written: Written) -> Iterator[list[str]]:
    for count, cells in make_cells(rows, makes):
        written.rows += count
        yield [f"<row>{row}</row>" for row in map("".join, cells)]


def _make(column: Column, shape: Shape, hours: LocalHours, written: Written) -> Make:
    """How stored values of a column are written as cells."""
    read = reader(column, shape.zone)
    match column.kind:
        case "number":
            return Numbers(_or_none(lambda value: f"<c><v>{value!r}</v></c>")).make
        case "yes or no":
            return Remembered(_or_none(lambda value: f'<c t="b"><v>{int(value)}</v></c>')).make
        case "amount":
            return _Amounts(column.name, written).make
        case "day" if read is not None:
            return Remembered(_or_none(lambda value: _day(read(value)))).make
        case "moment" if read is not None:
            return _moments(read, hours)
        case _:
            return _Texts(column.name, written).make


def _day(day: Any) -> str:
    return f'<c s="{_DAY}"><v>{day.toordinal() - _EPOCH}</v></c>'


def _or_none(cell: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: _NOTHING if value is None else cell(value)


class _Texts(Remembered):
    """Cells of texts. One that has to be changed is told each time, since each is counted."""

    __slots__ = ("_column", "_written")

    def __init__(self, column: str, written: Written) -> None:
        super().__init__(_or_none(_as_it_is))
        self._column, self._written = column, written

    def __missing__(self, value: Any) -> str:
        if value is not None and (len(value) > CELL_MOST // 2 or _SPECIAL.search(value)):
            return _string(_fit(value, self._column, self._written))
        return super().__missing__(value)


def _as_it_is(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


class _Amounts(_Texts):
    """Cells of amounts: numbers with two decimals where a spreadsheet keeps every digit, texts
    elsewhere."""

    __slots__ = ()

    def __missing__(self, value: Any) -> str:
        if value is None or _EXACT.fullmatch(value) is None:
            return super().__missing__(value)
        return f'<c s="{_AMOUNT}"><v>{value}</v></c>'


def _moments(read: Read, hours: LocalHours) -> Make:
    fractions = _Fractions()

    def cell(ordinal: int, seconds: int) -> str:
        return f'<c s="{_MOMENT}"><v>{ordinal - _EPOCH + fractions[seconds]!r}</v></c>'

    def other(value: Any) -> str:
        moment: Any = read(value)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return cell(moment.toordinal(), seconds)

    def make(values: Sequence[Any]) -> list[str]:
        return [
            _NOTHING
            if value is None
            else cell(hour.ordinal, hour.seconds + int(value[14:16]) * 60 + int(value[17:19]))
            if is_stored(value) and (hour := hours[value[:13]]) is not None
            else other(value)
            for value in values
        ]

    return make


class _Fractions(dict[int, float]):
    """Seconds of a day as a part of it."""

    def __missing__(self, seconds: int) -> float:
        fraction = self[seconds] = round(seconds / 86400, 9)
        return fraction


def _fit(text: str, column: str, written: Written) -> str:
    """The text as a cell takes it, escaped; what has to be changed is noted."""
    if len(text) > CELL_MOST // 2 and utf16_units(text) > CELL_MOST:
        written.note(column, TOO_LONG)
        text = text.encode("utf-16-le", "surrogatepass")[: CELL_MOST * 2 - 2].decode(
            "utf-16-le", "ignore"
        )
        text += "…"
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
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)
