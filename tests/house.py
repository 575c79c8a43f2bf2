"""Our own modules as the tests of the house see them: read and parsed, never imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("bot", "storage", "desk")
"""Packages that keep the rules. Tests and benchmarks may import everything."""


@dataclass(frozen=True, slots=True)
class Module:
    """A Python file of ours and what it says."""

    name: str
    path: Path
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Import:
    """`target` is the module that is loaded, as far as the line tells."""

    line: int
    target: str


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def name_of(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found.append(Module(name_of(path), path, tree))
    return tuple(found)


def read_imports(
    tree: ast.Module, name: str, package: bool, known: frozenset[str]
) -> Iterator[Import]:
    """Every import wherever it stands, under TYPE_CHECKING and in functions too: knowing a type
    is knowing. `from a import b` is an import of `a.b` where that is a module in `known`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            if node.level:
                above = name.split(".")[: len(name.split(".")) - node.level + package]
                start = ".".join([*above, *([start] if start else [])])
            for alias in node.names:
                full = f"{start}.{alias.name}"
                yield Import(node.lineno, full if full in known else start)
