"""Counts in the words of the organisers' command line, which is English."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2 rows`, `0 rows`; `many` is what several are called where an s does not do."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
