"""Lagunia, a made-up country, whole or with one thing broken in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.country import Problem, check_country

LAGUNIA = Path(__file__).parent / "lagunia"


def copy_lagunia(folder: Path) -> Path:
    """A copy that may be changed, in `countries/lagunia` under a folder."""
    return Path(shutil.copytree(LAGUNIA, folder / "countries" / "lagunia"))


def break_file(folder: Path, was: str, becomes: str, name: str = "country.toml") -> int:
    """Replace a text that stands in a file once. Returns its line, from 1."""
    text = (folder / name).read_text("utf-8")
    assert text.count(was) == 1, f"{was!r} must stand in {name} once"
    (folder / name).write_text(text.replace(was, becomes), "utf-8")
    return text[: text.index(was)].count("\n") + 1


def said(folder: Path) -> list[str]:
    """What the check says, without the file."""
    return [problem.text for problem in check_country(folder)]


def the_problem(folder: Path) -> Problem:
    problems = check_country(folder)
    assert len(problems) == 1, problems
    return problems[0]
