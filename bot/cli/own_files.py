"""A file that is typed by its bare name, as those that come with the countries are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.country import CountryError
from bot.domain.problems import Problem


def file_of(typed: Path, own: Iterable[Path], suffixes: Sequence[str], what: str) -> Path:
    """The file that was typed, also without its suffix, or the one of that name among the
    countries' `own`, which are called `what`. Raises `CountryError` with what there is."""
    whole = (
        [typed]
        if typed.suffix in suffixes
        else [typed.with_name(typed.name + suffix) for suffix in suffixes]
    )
    for file in (typed, *whole):
        if file.exists():
            return file
    there = list(own)
    named = [file for file in there if file.name in map(str, whole)]
    if len(named) == 1:
        return named[0]
    told = f"; the countries' own {what} are {', '.join(file.stem for file in there)}"
    raise CountryError([Problem(typed, 1, f"there is no such file{told if there else ''}")])
