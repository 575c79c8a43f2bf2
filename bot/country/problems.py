"""What is wrong in a country's folder, said so that a person can go and mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.problems import Problem

Key = tuple[str | int, ...]
"""Where a value stands in a TOML file: names of tables and keys, positions in lists from 0."""


class CountryError(Exception):
    """A folder cannot be used. `problems` names everything that is wrong in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(slots=True)
class Findings:
    """Problems of one `country.toml` while it is read, by key; lines are looked up at the end."""

    wrong: list[tuple[Key, str]] = field(default_factory=list)
    missing: list[tuple[Key, str]] = field(default_factory=list)
    """Kept apart: where a broken line had to be left out, what is missing may stand in it."""

    def add(self, at: Key, text: str) -> None:
        self.wrong.append((at, text))

    def miss(self, at: Key, text: str) -> None:
        self.missing.append((at, text))

    def __bool__(self) -> bool:
        return bool(self.wrong or self.missing)
