"""The repository's countries, texts and templates are read once in a process of tests, not once
for every command.

Reading five countries with their words takes nine tenths of what a command does in here. They are
values that nothing changes; a folder of a test's own is read as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from bot.cli.messages import problems_of
from bot.country import load_countries
from bot.domain.country import Country
from bot.domain.problems import Problem
from bot.i18n import Speech
from bot.i18n.served import with_words

LOCALES = Path(__file__).resolve().parents[1] / "locales"

Served = tuple[dict[str, Country], dict[str, Speech]]

_kept: set[tuple[int, ...]] = set()
"""Which countries `_read` keeps for good, so that their ids stay theirs."""

_said: dict[tuple[int, ...], Served] = {}


def countries(folder: Path, names: Iterable[str] | None = None) -> dict[str, Country]:
    """In the place of `load_countries`."""
    if folder != LOCALES / "countries":
        return load_countries(folder, names)
    return dict(_read(None if names is None else tuple(names)))


def words(countries: Mapping[str, Country], locales: Path) -> Served:
    """In the place of `with_words`."""
    which = tuple(id(country) for country in countries.values())
    if locales != LOCALES or which not in _kept:
        return with_words(countries, locales)
    if which not in _said:
        _said[which] = with_words(countries, locales)
    named, speeches = _said[which]
    return dict(named), dict(speeches)


@cache
def _read(names: tuple[str, ...] | None) -> dict[str, Country]:
    found = load_countries(LOCALES / "countries", names)
    _kept.add(tuple(id(country) for country in found.values()))
    return found


@cache
def problems(root: Path) -> tuple[Problem, ...]:
    """In the place of `problems_of`."""
    return problems_of(root)


class _Compiled(BytecodeCache):
    """Templates as code, by their names and what stands in them."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def environment(**how: Any) -> Environment:
    """In the place of `Environment`."""
    return Environment(bytecode_cache=_COMPILED, **how)
