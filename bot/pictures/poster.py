"""A poster for the wall: a code to scan, a word to type, and plain words in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno

from bot.pictures.lettering import BAND, FONTS, INK, PAPER, fit, wrap, write

WIDTH, HEIGHT = 2100, 2970
"""A4 in tenths of a millimetre."""

MARGIN = 120
CODE_SIDE = 950
QUIET_ZONE = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What is said in one language. `direction` is `ltr` or `rtl`."""

    direction: str
    headline: str
    lines: tuple[str, ...]


def draw_poster(title: str, link: str, word: str, panels: Sequence[Panel]) -> str:
    """An A4 page as SVG. The code leads to `link`."""
    top = 400
    below = top + CODE_SIDE + 60
    words_from = below + 400
    height = (HEIGHT - MARGIN - words_from) / max(1, len(panels))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONTS}" fill="{INK}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="300" fill="{BAND}"/>',
        write(title, WIDTH / 2, 190, fit(title, 130, WIDTH - 2 * MARGIN), "middle", PAPER),
        _code(link, (WIDTH - CODE_SIDE) / 2, top),
        f'<rect x="{MARGIN}" y="{below}" width="{WIDTH - 2 * MARGIN}" height="190" rx="40" '
        f'fill="none" stroke="{BAND}" stroke-width="8"/>',
        write(word, WIDTH / 2, below + 135, fit(word, 130, WIDTH - 4 * MARGIN), "middle"),
        write(link, WIDTH / 2, below + 280, fit(link, 62, WIDTH - 2 * MARGIN), "middle"),
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, words_from + number * height, height)
    return "\n".join([*parts, "</svg>"])


def _code(link: str, x: float, y: float) -> str:
    """The QR code as one path, a row's dark run at a time."""
    rows = list(segno.make_qr(link, error="m").matrix_iter(border=QUIET_ZONE))
    scale = CODE_SIDE / len(rows)
    path = "".join(
        f"M{start} {row}h{length}v1h-{length}z"
        for row, modules in enumerate(rows)
        for start, length in _dark_runs(bytes(modules))
    )
    return (
        f'<path transform="translate({x:g} {y:g}) scale({scale:g})" '
        f'shape-rendering="crispEdges" d="{path}"/>'
    )


def _dark_runs(modules: bytes) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, dark in enumerate((*modules, 0)):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at - start
            start = None


def _panel(panel: Panel, y: float, height: float) -> Iterator[str]:
    """A headline and its lines, in the largest letters that fit."""
    size = min(74.0, height / 4)
    while True:
        rows = [
            (row, bold)
            for text, bold in ((panel.headline, True), *((line, False) for line in panel.lines))
            for row in wrap(text, size * (1.05 if bold else 1.0), WIDTH - 2 * MARGIN)
        ]
        if len(rows) * size * 1.4 <= height - size * 0.6 or size < 20:
            break
        size *= 0.94
    rtl = panel.direction == "rtl"
    x, anchor = (WIDTH - MARGIN, "end") if rtl else (MARGIN, "start")
    for number, (row, bold) in enumerate(rows, start=1):
        fitting = fit(row, size, WIDTH - 2 * MARGIN)
        at = y + number * size * 1.4
        yield write(row, x, at, fitting, anchor, bold=bold, direction=panel.direction)
