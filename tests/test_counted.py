from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.counted import counted

ROOT = Path(__file__).resolve().parent.parent

# A number in braces, and at once the plural of what it counts.
COUNTS = re.compile(
    r"\{(?:len\([^{}]*\)|[a-z_.]*(?:\[0\])?\.?(?:count|rows|files|total|votes|more))\} [a-z]+s\b"
)


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 ballots were"), (1, "1 ballot was"), (2, "2 ballots were")]
)
def test_one_is_counted_as_one(number: int, said: str) -> None:
    assert counted(number, "ballot was", "ballots were") == said
    assert counted(1, "row") + counted(2, "row") == "1 row2 rows"


def test_no_command_counts_one_thing_as_several() -> None:
    files = sorted((ROOT / "bot" / "cli").glob("*.py"))
    assert files, "no commands found; was the folder moved?"
    bare = [
        f"{path.name}: {found}"
        for path in files
        for found in COUNTS.findall(path.read_text("utf-8"))
    ]
    assert bare == []
