"""The house keeps its rooms: who may import whom, how large a module is, what no `if` may ask.

The table is the one of the README's architecture section. A module that belongs to no room fails,
so a new room is added here, on purpose, with what it may know.
"""

from __future__ import annotations

import ast
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "storage", "desk")
"""Packages whose imports are walked. Tests and benchmarks may import everything."""
SIZED = (*OURS, "tests", "benchmarks")
LINES_MOST = 400

TELEGRAM = ("aiogram", "telegram")
EVERYTHING = ("bot", "storage", "desk")


@dataclass(frozen=True, slots=True)
class Room:
    """What a room may know, besides itself and the standard library."""

    may: tuple[str, ...] = ()
    """Modules of ours, each with all that is below it."""
    libraries: tuple[str, ...] | None = ()
    """Packages of others by the name that is imported; None means any that `never` leaves."""
    never: tuple[str, ...] = ()
    """Refused whatever else is said; modules of the standard library too."""


CHANCE_AND_CLOCK = ("asyncio", "random", "secrets", "time", "uuid")
ABOVE_CHANNELS = (
    "bot.conversation",
    "bot.organisers",
    "bot.services",
    "bot.domain",
    "bot.i18n",
    "bot.keys",
    "bot.telegram_text",
)

# The longest name that a module begins with is its room. A room that does not exist yet waits.
ROOMS: dict[str, Room] = {
    "bot": Room(),
    "bot.domain": Room(never=CHANCE_AND_CLOCK),
    "bot.flows": Room(may=("bot.domain",), never=CHANCE_AND_CLOCK),
    "bot.flows.matching": Room(
        may=("bot.domain",), libraries=("rapidfuzz",), never=CHANCE_AND_CLOCK
    ),
    "bot.counting": Room(may=("bot.domain",), never=CHANCE_AND_CLOCK),
    "bot.country": Room(may=("bot.domain", "bot.flows"), libraries=("babel",)),
    "bot.i18n": Room(may=("bot.domain", "bot.flows"), libraries=("babel",)),
    "bot.pictures": Room(
        may=("bot.domain", "bot.flows"), libraries=None, never=(*TELEGRAM, "sqlalchemy")
    ),
    "storage": Room(
        may=("bot.domain", "bot.keys"),
        libraries=("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "pgqueuer", "msgspec"),
    ),
    "bot.services": Room(
        may=(
            "bot.domain",
            "storage",
            "bot.counting",
            "bot.country",
            "bot.i18n",
            "bot.pictures",
            "bot.keys",
        ),
        libraries=None,
        never=(*TELEGRAM, "sqlalchemy"),
    ),
    "bot.exports": Room(
        may=("bot.domain", "bot.counting", "bot.i18n", "storage"),
        libraries=None,
        never=(*TELEGRAM, "sqlalchemy"),
    ),
    "bot.conversation": Room(
        may=(
            "bot.domain",
            "bot.flows",
            "bot.services",
            "bot.country",
            "bot.i18n",
            "storage",
            "bot.keys",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.organisers": Room(
        may=(
            "bot.domain",
            "bot.flows",
            "bot.services",
            "bot.country",
            "bot.i18n",
            "storage",
            "bot.keys",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.work": Room(
        may=("bot.domain", "bot.services", "storage", "bot.country", "bot.keys"),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.keys": Room(libraries=("cryptography",)),
    "bot.telegram_text": Room(may=("bot.domain",)),
    "bot.handlers": Room(may=ABOVE_CHANNELS, libraries=None, never=("sqlalchemy", "telegram")),
    "bot.channels": Room(may=ABOVE_CHANNELS, libraries=None, never=("sqlalchemy", "aiogram")),
    "desk": Room(
        may=(
            "bot.services",
            "bot.exports",
            "storage",
            "bot.domain",
            "bot.counting",
            "bot.i18n",
            "bot.country",
            "bot.pictures",
        ),
        libraries=None,
        never=TELEGRAM,
    ),
    "bot.dotenv": Room(),
    "bot.settings": Room(may=("bot.dotenv",)),
    "bot.logs": Room(),
    # The rooms that put the house together.
    "bot.app": Room(may=EVERYTHING, libraries=None),
    "bot.cli": Room(may=EVERYTHING, libraries=None),
    "bot.__main__": Room(may=("bot.cli",)),
}


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


def room_of(name: str) -> str | None:
    """The bare `bot` is the room of its `__init__` alone: it takes in nobody by accident."""
    fitting = [room for room in ROOMS if within(name, room) and (room != "bot" or name == "bot")]
    return max(fitting, key=len, default=None)


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


def refusal(name: str, target: str) -> str | None:
    """Why the module `name` may not import `target`, or None."""
    room = room_of(name)
    if room is None:
        return "this module belongs to no room; add one to ROOMS in tests/test_architecture.py"
    rules = ROOMS[room]
    if any(within(target, banned) for banned in rules.never):
        return f"{room} must never know {target}"
    top = target.partition(".")[0]
    if top in OURS:
        if within(target, room) or any(within(target, allowed) for allowed in rules.may):
            return None
        allowed = ", ".join(rules.may) or "nothing else of ours"
        return f"{room} may know {allowed}; not {target}"
    if top in sys.stdlib_module_names or rules.libraries is None or top in rules.libraries:
        return None
    return f"{room} may use {', '.join(rules.libraries) or 'the standard library only'}; not {top}"


def broken_rules(module: Module, known: frozenset[str]) -> list[str]:
    package = module.path.name == "__init__.py"
    broken = []
    for found in read_imports(module.tree, module.name, package, known):
        reason = refusal(module.name, found.target)
        if reason:
            broken.append(f"{module.path.relative_to(ROOT)}:{found.line}: {reason}")
    return broken


def test_modules_import_only_what_their_room_may_know() -> None:
    assert modules(), "no modules found; was the folder moved?"
    known = frozenset(module.name for module in modules())
    broken = [line for module in modules() for line in broken_rules(module, known)]
    assert not broken, "\n" + "\n".join(broken)


def test_every_module_belongs_to_a_room() -> None:
    assert modules(), "no modules found; was the folder moved?"
    homeless = [module.name for module in modules() if room_of(module.name) is None]
    assert not homeless, f"add a room to ROOMS for: {', '.join(homeless)}"


@pytest.mark.parametrize(
    ("name", "target", "allowed"),
    [
        ("bot.domain.reports", "datetime", True),
        ("bot.domain.reports", "bot.domain.places", True),
        ("bot.domain.reports", "time", False),
        ("bot.domain.reports", "bot.flows.engine", False),
        ("bot.domain.reports", "msgspec", False),
        ("bot.flows.matching", "rapidfuzz.fuzz", True),
        ("bot.flows.engine", "rapidfuzz", False),
        ("bot.flows.engine", "bot.flows.matching", True),
        ("bot.flows.engine", "asyncio.tasks", False),
        ("bot.services.reports", "storage.database", True),
        ("bot.services.reports", "sqlalchemy", False),
        ("bot.services.reports", "bot.channels.web", False),
        ("bot.channels.web", "starlette.routing", True),
        ("bot.channels.web", "storage", False),
        ("bot.channels.web", "bot.handlers", False),
        ("bot.channels.web", "aiogram", False),
        ("bot.work.outbox", "bot.channels", False),
        ("bot.keys", "cryptography.exceptions", True),
        ("bot.keys", "bot.settings", False),
        ("storage.reports", "bot.services", False),
        ("bot.cli.run", "bot.app", True),
        ("bot.nobody", "datetime", False),
    ],
)
def test_table_means_what_it_says(name: str, target: str, allowed: bool) -> None:
    assert (refusal(name, target) is None) is allowed


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
    import asyncio
    from bot import keys
    from . import places
    from ..flows.engine import advance
    if TYPE_CHECKING:
        from sqlalchemy import Connection
    def later():
        import random
    """
    known = frozenset({"bot", "bot.keys", "bot.domain", "bot.domain.places", "bot.flows.engine"})
    tree = ast.parse(textwrap.dedent(source))
    found = {found.target for found in read_imports(tree, "bot.domain.reports", False, known)}
    assert found == {
        "asyncio",
        "bot.keys",
        "bot.domain.places",
        "bot.flows.engine",
        "sqlalchemy",
        "random",
    }
    (own,) = read_imports(ast.parse("from . import places"), "bot.domain", True, known)
    assert own.target == "bot.domain.places"


def test_no_module_is_longer_than_it_can_be_understood() -> None:
    files = [
        path
        for folder in SIZED
        for path in sorted((ROOT / folder).rglob("*.py"))
        # A migration is one thought, and stays as it was written.
        if "versions" not in path.parts
    ]
    assert files, "no modules found; was the folder moved?"
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES_MOST
    }
    assert not long, f"over {LINES_MOST} lines; split by noun: {long}"


@cache
def names_of_places_and_languages() -> frozenset[str]:
    """Country folders with their codes, and every language that has a catalogue or a country."""
    locales = ROOT / "locales"
    names = {path.name for path in locales.iterdir() if (path / "LC_MESSAGES").is_dir()}
    for folder in (locales / "countries").iterdir():
        names |= {folder.name, *(catalogue.stem for catalogue in folder.glob("*.po"))}
        described = folder / "country.toml"
        if described.is_file():
            values = tomllib.loads(described.read_text(encoding="utf-8"))
            listed = values.get("languages", [])
            names |= {name for name in listed if isinstance(name, str)}
            names |= {
                value for key in ("code", "name") if isinstance(value := values.get(key), str)
            }
    return frozenset(name.casefold() for name in names)


def asked_by_name(tree: ast.Module, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Comparisons, `match` cases and `startswith` calls that ask for one of `names`."""
    for node in ast.walk(tree):
        asked: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            asked = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            asked = [node.value]
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"startswith", "endswith", "__eq__"}
        ):
            asked = node.args
        for expression in asked:
            for part in ast.walk(expression):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    said = part.value
                elif isinstance(part, ast.Name):
                    # A constant in capitals that is called like a country is the same question.
                    said = part.id if part.id.isupper() else ""
                else:
                    continue
                if said.casefold() in names:
                    yield node.lineno, said


def test_no_condition_asks_for_a_country_or_a_language_by_name() -> None:
    assert modules(), "no modules found; was the folder moved?"
    names = names_of_places_and_languages()
    assert names, "no country folders found; were they moved?"
    asked = [
        f"{module.path.relative_to(ROOT)}:{line}: asks for {said!r}; make it a field of the country"
        for module in modules()
        for line, said in asked_by_name(module.tree, names)
    ]
    assert not asked, "\n" + "\n".join(asked)


@pytest.mark.parametrize(
    "source",
    [
        "if country == 'uruguay': pass",
        "x = 1 if language in ('es', 'pt') else 2",
        "while 'es' != language: pass",
        "match language:\n    case 'es' | 'sw': pass",
        "if locale.startswith('es'): pass",
        "if country == URUGUAY: pass",
    ],
)
def test_question_for_a_name_is_seen_in_each_form(source: str) -> None:
    assert list(asked_by_name(ast.parse(source), frozenset({"uruguay", "es"})))


@pytest.mark.parametrize(
    "source", ["if language == country.languages[0]: pass", "x = {'es': 1}", "es = es == 1"]
)
def test_what_only_mentions_a_name_is_no_question(source: str) -> None:
    assert not list(asked_by_name(ast.parse(source), frozenset({"uruguay", "es"})))


def flows_in(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]


def test_every_flow_module_is_listed() -> None:
    flows = [module for module in modules() if within(module.name, "bot.flows")]
    assert flows, "no flows found; was the folder moved?"
    listing = [module for module in flows if module.name == "bot.flows"]
    assert listing, "bot/flows/__init__.py, which lists the flows, is missing"
    known = frozenset(module.name for module in flows)
    listed = {found.target for found in read_imports(listing[0].tree, "bot.flows", True, known)}
    unlisted = [
        module.name
        for module in flows
        if module.name != "bot.flows" and flows_in(module.tree) and module.name not in listed
    ]
    assert not unlisted, f"add to FLOWS in bot/flows/__init__.py: {', '.join(unlisted)}"
