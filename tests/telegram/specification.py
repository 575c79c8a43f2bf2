"""The machine-readable specification of the Bot API, where `BARAZA_REAL_DATA` holds it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.needs import find_real_data, real_data
from tests.telegram.calls import Call

FILE = "telegram-bot-api/api.json"
SIMPLE: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "Boolean": bool,
    "String": str,
}


def need_specification() -> dict[str, Any]:
    """Its `methods` and `types`; without it the test is left out, loudly."""
    return _read(real_data(FILE))


@cache
def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert len(found["methods"]) > 100, "the specification is not whole"
    return found


def wrong_call(specification: dict[str, Any], method: str, given: dict[str, Any]) -> list[str]:
    """What the specification does not allow in a call, a line each."""
    described = specification["methods"].get(method)
    if described is None:
        return [f"there is no method {method}"]
    return _wrong_fields(specification, method, described.get("fields", []), given)


def wrong_value(specification: dict[str, Any], kind: str, value: Any, where: str) -> list[str]:
    """What is wrong with a value that should be of a kind, such as `Array of MessageEntity`."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        inner = kind.removeprefix("Array of ")
        return [
            line
            for number, item in enumerate(value)
            for line in wrong_value(specification, inner, item, f"{where}[{number}]")
        ]
    if kind in SIMPLE:
        right = isinstance(value, SIMPLE[kind]) and (kind == "Boolean") == isinstance(value, bool)
        return [] if right else [f"{where} is no {kind}"]
    if kind == "InputFile":
        return [] if isinstance(value, str) else [f"{where} is no file"]
    described = specification["types"][kind]
    if described.get("subtypes"):
        tried = [wrong_value(specification, sub, value, where) for sub in described["subtypes"]]
        return min(tried, key=len)
    if not isinstance(value, dict):
        return [f"{where} is no {kind}"]
    return _wrong_fields(specification, where, described.get("fields", []), value)


def _wrong_fields(
    specification: dict[str, Any], where: str, fields: list[Any], given: dict[str, Any]
) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [f"{where}: there is no {name}" for name in given if name not in known]
    for name, field in known.items():
        if name not in given:
            # A file stands in the form beside the call.
            if field["required"] and "InputFile" not in field["types"]:
                found.append(f"{where}: {name} is missing")
            continue
        tried = [
            wrong_value(specification, kind, given[name], f"{where}.{name}")
            for kind in field["types"]
        ]
        nearest = min(tried, key=len)
        found += nearest
    return found


def check_calls(calls: list[Call]) -> None:
    """Hold calls that were made against the specification, where it is at hand."""
    path = find_real_data(FILE)
    if path is not None:
        for call in calls:
            assert wrong_call(_read(path), call.method, call.given) == []
