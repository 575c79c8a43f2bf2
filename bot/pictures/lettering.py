"""Letters on a drawing: how wide they are, where a line breaks, and which way it runs."""

from __future__ import annotations

import re
import unicodedata
from html import escape

INK, PAPER, BAND = "#1b2a33", "#ffffff", "#0b5563"

SIGN_WIDTH = 0.52
"""Mean width of a letter in heights of the letters, a little more than Noto Sans has."""

FONTS = "Noto Sans, Noto Sans Arabic, Noto Sans Thai, sans-serif"

_MARKS = frozenset({"Mn", "Me", "Cf"})
"""Categories of signs that take no room: marks above and below, isolates."""

_WIDEST = frozenset("MWmw@%ŴẀẂẄ")
"""Letters nearly twice as wide as the mean."""

_MAY_BREAK = "\u200b"
"""A space of no width: where a script without spaces lets a line end."""

_LEADING_VOWELS = frozenset("\u0e40\u0e41\u0e42\u0e43\u0e44")
_TRAILING_VOWELS = frozenset("\u0e30\u0e32\u0e33\u0e45")
"""Thai vowels that are written before the letter they belong to, and after it."""


def write(
    text: str,
    x: float,
    y: float,
    size: float,
    anchor: str = "start",
    fill: str = INK,
    *,
    bold: bool = False,
    direction: str = "ltr",
) -> str:
    """One line as SVG, with its `anchor` end at `x` and its feet at `y`.

    The drawing library knows no direction: isolates turn a line that runs from right to left.
    """
    weight = ' font-weight="700"' if bold else ""
    turned = f"\u2067{text}\u2069" if direction == "rtl" else text
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{anchor}" '
        f'fill="{fill}"{weight}>{escape(turned)}</text>'
    )


def count_signs(text: str) -> float:
    """Letters of mean width that take the same room; marks and isolates take none."""
    return sum(_room_of(sign) for sign in text)


def _room_of(sign: str) -> float:
    if unicodedata.category(sign) in _MARKS:
        return 0.0
    if sign in _WIDEST:
        return 1.9
    return 1.35 if sign.isupper() else 1.0


def width_of(text: str, size: float) -> float:
    """How wide a line becomes, about; never less than it is by much."""
    return count_signs(text) * SIGN_WIDTH * size


def fit(text: str, size: float, width: float) -> float:
    """The size at which a line that cannot be broken stays within the width."""
    return min(size, width / max(1.0, count_signs(text) * SIGN_WIDTH))


def wrap(text: str, size: float, width: float, *, within_words: bool = False) -> list[str]:
    """Lines broken at spaces, and at spaces of no width.

    A word that is longer than a line stays whole, or is broken `within_words`, as scripts
    without spaces need it: after a whole letter with its marks.
    """
    room = width / (size * SIGN_WIDTH)
    lines = [""]
    for word in re.findall(rf"[^\s{_MAY_BREAK}]+[\s{_MAY_BREAK}]?", text):
        pieces = _letters(word) if within_words and count_signs(word.rstrip()) > room else [word]
        for piece in pieces:
            if lines[-1] and count_signs(lines[-1] + piece.rstrip()) > room:
                lines.append("")
            lines[-1] += piece
    return [line.replace(_MAY_BREAK, "").rstrip() for line in lines]


def _letters(text: str) -> list[str]:
    """Letters with the marks that belong to them."""
    found: list[str] = []
    for sign in text:
        joins = unicodedata.category(sign) in _MARKS or sign in _TRAILING_VOWELS
        if found and (joins or found[-1] in _LEADING_VOWELS):
            found[-1] += sign
        else:
            found.append(sign)
    return found
