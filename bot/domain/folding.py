"""Texts made equal where people write the same thing in different ways. Nothing is remembered."""

from __future__ import annotations

import unicodedata

_VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""How an emoji is to look: marks by their category, and no part of a word."""


_LENGTHENER = "\u0640"
"""Draws an Arabic word out, and is no letter of it."""

_ALIKE = (("\u0629", "\u0647"), ("\u0649", "\u064a"), ("\u06cc", "\u064a"), ("\u06a9", "\u0643"))
"""At the end of a word either of ة and ه is typed, and of ى and ي; some keyboards have ی and ک."""


def shows_nothing(text: str) -> bool:
    """Whether nothing of it can be seen: blanks and signs of no width."""
    return all(
        sign.isspace() or unicodedata.category(sign) in {"Cf", "Cc"} or sign in _VARIATIONS
        for sign in text
    )


def folded(text: str) -> str:
    """Case, width, length, zero-width signs, punctuation and spaces made equal; accents kept."""
    wide = unicodedata.normalize("NFKC", text).casefold().replace(_LENGTHENER, "")
    kept = [
        sign if unicodedata.category(sign)[0] in "LMN" else " "
        for sign in wide
        if (unicodedata.category(sign) not in {"Cf", "Cc"} or sign.isspace())
        and sign not in _VARIATIONS
    ]
    return " ".join("".join(kept).split())


def bare(text: str) -> str:
    """Like `folded`, without accents and other combining marks, for who types none; the letters of
    Arabic that people type for each other are one."""
    apart = unicodedata.normalize("NFKD", folded(text))
    left = "".join(sign for sign in apart if not unicodedata.combining(sign))
    for typed, letter in _ALIKE:
        left = left.replace(typed, letter)
    # An accent may stand alone, as a word of its own.
    return " ".join(left.split())


def script_of(sign: str) -> str:
    """The script of a letter as Unicode names it, `THAI`; empty for what all scripts share, like
    `º`."""
    name = unicodedata.name(sign, "")
    first = name.partition(" ")[0]
    letter = any(f" {kind} " in name for kind in ("LETTER", "CHARACTER", "SYLLABLE"))
    return first if letter and first != "MODIFIER" else ""
