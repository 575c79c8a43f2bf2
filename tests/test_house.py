"""What no module may do: grow too long, ask for a country by name, tell UTC's day, go unlisted as
a flow."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house import OURS, ROOT, modules, read_imports, within

SIZED = (*OURS, "tests", "benchmarks")
LINES_MOST = 400


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
                    yield expression.lineno, said


def test_no_condition_asks_for_a_country_or_a_language_by_name() -> None:
    assert modules(), "no modules found; was the folder moved?"
    names = names_of_places_and_languages()
    assert names, "no country folders found; were they moved?"
    asked = [
        f"{module.path.relative_to(ROOT)}:{line}: asks for {said!r}; a country is data"
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


def test_the_day_that_somebody_reads_is_of_a_clock_there() -> None:
    """A moment is UTC, and its own day another one for hours: `hours` has the day of a zone."""
    told = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("bot/services", "bot/cli", "bot/conversation", "bot/channels", "bot/handlers")
        for path in (ROOT / room).rglob("*.py")
        if path.relative_to(ROOT).as_posix() != "bot/services/hours.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
    }
    assert not told, f"`.date()` of a moment: {sorted(told)}"


def test_every_flow_module_is_listed() -> None:
    flows = [module for module in modules() if within(module.name, "bot.flows")]
    assert flows, "no flows found; was the folder moved?"
    listing = [module for module in flows if module.name == "bot.flows"]
    assert listing, "bot/flows/__init__.py, which lists the flows, is missing"
    known = frozenset(module.name for module in flows)
    by_name = {module.name: module for module in flows}
    listed = {found.target for found in read_imports(listing[0].tree, "bot.flows", True, known)}
    # What several conversations have in common is listed with them.
    listed |= {
        found.target
        for name in listed & known
        for found in read_imports(by_name[name].tree, name, False, known)
    }
    unlisted = [
        module.name
        for module in flows
        if module.name != "bot.flows" and flows_in(module.tree) and module.name not in listed
    ]
    assert not unlisted, f"add to FLOWS in bot/flows/__init__.py: {', '.join(unlisted)}"
