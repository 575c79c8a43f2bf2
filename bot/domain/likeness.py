"""How alike two texts are, in any script: for reports that may be the same."""

from __future__ import annotations

import unicodedata


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring signs of a text, in one case and without spaces or marks."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    run = "".join(sign for sign in wide if sign.isalnum() or unicodedata.combining(sign))
    return frozenset(run[at : at + 2] for at in range(len(run) - 1))


def alike(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice coefficient (Dice 1945) of two sets of bigrams, 0 to 1; 0 when either is empty."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
