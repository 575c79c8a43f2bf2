"""How alike two texts are, in any script: for what may have been told before."""

from __future__ import annotations

import unicodedata
from operator import add


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring signs of a text, in one case and without spaces or marks."""
    run = _run(text)
    # Not a comprehension, which takes several times as long over fifty candidates.
    return frozenset(map(add, run, run[1:]))


def trigrams(text: str) -> frozenset[str]:
    """The threes of neighbouring signs, likewise. Of long texts most pairs are the same, whatever
    they say."""
    run = _run(text)
    return frozenset(map(add, map(add, run, run[1:]), run[2:]))


def alike(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice coefficient (Dice 1945) of two such sets, 0 to 1; 0 when either is empty."""
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _run(text: str) -> str:
    run = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not run.isalnum():
        run = "".join([sign for sign in run if sign.isalnum() or unicodedata.combining(sign)])
    return run
