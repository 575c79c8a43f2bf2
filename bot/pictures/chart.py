"""The result of a vote as a picture: a bar for each option, made to be read on a phone.

Who won is told by a filled bar, a tick and a word: by three things, of which none is a colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bot.pictures.lettering import BAND, FONTS, INK, PAPER, fit, width_of, wrap, write

WIDTH = 1080
"""Pixels. A phone shows it whole; Telegram takes a picture whose sides make 10,000 together."""

MARGIN = 56
TALLEST = 8000
"""Pixels of height. A longer list of options is drawn smaller as a whole."""

_TITLE, _FACT, _LABEL, _SMALL = 54.0, 34.0, 38.0, 30.0
_BAR, _LEADING = 46.0, 1.32
_SOFT, _LINE, _PALE = "#4d5c66", "#8fa1ab", "#e9eef0"
_INNER = WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Bar:
    """An option with its votes; all texts are already in words.

    `votes_text` stands at the end of the bar, `small` under the label (what it costs, or that it
    was withdrawn), and `won` beside the tick of a winner; '' is no winner.
    """

    label: str
    votes: int
    votes_text: str
    small: str = ""
    won: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """How much of a pot was spent, as a part of one, with what is said of it."""

    part: float
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that a picture of a result says. `direction` is `ltr` or `rtl`."""

    title: str
    direction: str
    facts: tuple[str, ...]
    bars: tuple[Bar, ...]
    money: Money | None = None
    below: tuple[str, ...] = ()


def draw_chart(chart: Chart) -> str:
    """A picture as SVG, as tall as it has to be."""
    sheet = _Sheet(chart.direction)
    sheet.lines(chart.title, _TITLE, bold=True)
    sheet.gap(14)
    for fact in chart.facts:
        sheet.lines(fact, _FACT, fill=_SOFT)
    if chart.money is not None:
        sheet.gap(26)
        sheet.strip(chart.money)
    sheet.gap(22)
    most = max((bar.votes for bar in chart.bars), default=0)
    room = _room_for_numbers(chart.bars)
    for bar in chart.bars:
        sheet.bar(bar, most, room)
    if chart.below:
        sheet.gap(16)
    for line in chart.below:
        sheet.lines(line, _SMALL, fill=_SOFT)
    return sheet.svg(chart.title)


def _room_for_numbers(bars: Sequence[Bar]) -> float:
    """Pixels at the end of the bars, where their numbers stand."""
    widest = max((width_of(bar.votes_text, _LABEL) for bar in bars), default=0.0)
    return min(widest + 24, _INNER * 0.45)


class _Sheet:
    """Grows downwards. Everything is placed from the side where reading begins."""

    def __init__(self, direction: str) -> None:
        self._direction = direction
        self._rtl = direction == "rtl"
        self._y = float(MARGIN)
        self._parts: list[str] = []

    def gap(self, height: float) -> None:
        self._y += height

    def _x(self, start: float, width: float = 0.0) -> float:
        """Where something begins that stands so far from the side where reading begins."""
        return WIDTH - MARGIN - start - width if self._rtl else MARGIN + start

    def _text(
        self, text: str, start: float, size: float, fill: str = INK, bold: bool = False
    ) -> None:
        anchor = "end" if self._rtl else "start"
        x = self._x(start)
        self._parts.append(
            write(text, x, self._y, size, anchor, fill, bold=bold, direction=self._direction)
        )

    def lines(
        self, text: str, size: float, *, fill: str = INK, bold: bool = False, start: float = 0.0
    ) -> None:
        """Text over as many lines as it needs."""
        wide = size * (1.12 if bold else 1.0)
        for line in wrap(text, wide, _INNER - start, within_words=True):
            self._y += size * _LEADING
            self._text(line, start, fit(line, size, _INNER - start), fill, bold)

    def strip(self, money: Money) -> None:
        """The pot as one bar, filled as far as it is spent."""
        part = min(1.0, max(0.0, money.part))
        self._box(0, _INNER, _PALE, 22)
        if part:
            self._box(0, max(22.0, _INNER * part), BAND, 22)
        self._y += 26
        for text in money.texts:
            self.lines(text, _SMALL)

    def bar(self, bar: Bar, most: int, room: float) -> None:
        won = bool(bar.won)
        self.gap(20)
        tick = 58.0 if won else 0.0
        top = self._y
        self.lines(bar.label, _LABEL, bold=won, start=tick)
        if won:
            self._tick(top + _LABEL * _LEADING - 13)
        small = " · ".join(text for text in (bar.won, bar.small) if text)
        if small:
            self.lines(small, _SMALL, fill=_SOFT, start=tick)
        self.gap(20)
        length = (_INNER - room) * bar.votes / most if most else 0.0
        self._box(0, _INNER - room, _PALE, _BAR)
        if bar.votes:
            self._box(0, max(6.0, length), BAND if won else "url(#stripes)", _BAR, edge=not won)
        self._y += _BAR
        at = self._y
        self._y -= 10
        size = fit(bar.votes_text, _LABEL, room - 16)
        self._text(bar.votes_text, _INNER - room + 16, size, bold=won)
        self._y = at + 8

    def _box(
        self, start: float, width: float, fill: str, height: float, *, edge: bool = False
    ) -> None:
        line = f' stroke="{_SOFT}" stroke-width="3"' if edge else ""
        self._parts.append(
            f'<rect x="{self._x(start, width):g}" y="{self._y:g}" width="{width:g}" '
            f'height="{height:g}" rx="6" fill="{fill}"{line}/>'
        )

    def _tick(self, y: float) -> None:
        x = self._x(22)
        self._parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="21" fill="{BAND}"/>'
            f'<path d="M{x - 10:g} {y + 1:g}l7 8 13-17" fill="none" stroke="{PAPER}" '
            'stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>'
        )

    def svg(self, title: str) -> str:
        height = self._y + MARGIN
        scale = min(1.0, TALLEST / height)
        return "\n".join(_page(title, height, scale, self._parts))


def _page(title: str, height: float, scale: float, parts: Sequence[str]) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * scale:.0f}" '
        f'height="{height * scale:.0f}" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'font-family="{FONTS}" fill="{INK}">'
    )
    yield f"<title>{escape(title)}</title>"
    yield (
        '<defs><pattern id="stripes" width="14" height="14" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="14" height="14" fill="{PAPER}"/>'
        f'<rect width="7" height="14" fill="{_LINE}"/></pattern></defs>'
    )
    yield f'<rect width="{WIDTH}" height="{height:.0f}" fill="{PAPER}"/>'
    yield from parts
    yield "</svg>"
