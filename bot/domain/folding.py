"""Texts made equal where people write the same thing in different ways. Nothing is remembered."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Case, width, zero-width signs, punctuation and spaces made equal; accents kept."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    kept = [
        sign if unicodedata.category(sign)[0] in "LMN" else " "
        for sign in wide
        if unicodedata.category(sign) not in {"Cf", "Cc"} or sign.isspace()
    ]
    return " ".join("".join(kept).split())


def without_accents(text: str) -> str:
    """Without accents and other combining marks, for who types none."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
