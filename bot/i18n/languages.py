"""What is known of each language (`locales/languages.toml`), and which one a code means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from gettext import c2py
from pathlib import Path
from typing import Any, Literal

CODE_LENGTH = 35
"""A longer language code is nonsense (RFC 5646, section 4.4.1)."""

HEADER_LENGTH = 1000
"""Signs of an `Accept-Language` that are read; browsers send well under two hundred."""

COUNTED_TO = 1100
"""Plural rules are compared for every count up to here: they repeat by the hundred."""

_QUALITY = re.compile(r"[01](\.\d{0,3})?")


@dataclass(frozen=True, slots=True)
class Era:
    """A count of years: `name` stands before them, and they are `years` more than CLDR's."""

    name: str
    years: int


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `rule` is a gettext C expression over `n`; this file wins over Babel's."""

    code: str
    name: str
    """What its speakers call it."""
    english: str
    locale: str
    """The CLDR locale that its dates and numbers follow, `es` or `en_001`."""
    script: str
    """The script as Unicode names its letters: `LATIN`, `ARABIC`, `THAI`."""
    direction: Literal["ltr", "rtl"]
    plurals: int
    rule: str
    address: str
    """How residents are spoken to, for translators."""
    old_codes: tuple[str, ...] = ()
    """Codes that some devices still send for it."""
    era: Era | None = None
    """How its speakers count years, where not from the birth of Christ."""
    apart: str = "; "
    """What parts the items of a list that have commas or an "and" of their own."""
    endings: tuple[str, ...] = ()
    """Words that its speakers write right onto the end of an answer, to be polite."""
    pseudo: bool = False
    """Made from English for tests of the layout; it has no catalogue and no speakers."""
    form: Callable[[int], int] = field(default=lambda _n: 0, compare=False, repr=False)
    """Which plural form a count takes."""


Languages = Mapping[str, Language]


def read_languages(locales: Path) -> Languages:
    """The languages of `languages.toml` by code. Raises `ValueError` that names what is wrong."""
    path = locales / "languages.toml"
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error
    return {code: _language(path, code, table) for code, table in tables.items()}


def _language(path: Path, code: str, table: Any) -> Language:
    known = {item.name: item for item in fields(Language) if item.name not in ("code", "form")}
    needed = {"name", "english", "locale", "script", "direction", "plurals", "rule", "address"}
    if not isinstance(table, dict):
        raise ValueError(f"{path}: {code}: a table is needed")
    if unknown := table.keys() - known.keys():
        raise ValueError(f"{path}: {code}: unknown: {', '.join(sorted(unknown))}")
    if missing := needed - table.keys():
        raise ValueError(f"{path}: {code}: missing: {', '.join(sorted(missing))}")
    if table["direction"] not in ("ltr", "rtl"):
        raise ValueError(f"{path}: {code}: direction is ltr or rtl")
    try:
        form = c2py(table["rule"])
        forms = {form(n) for n in range(COUNTED_TO)}
    except ValueError as error:
        raise ValueError(f"{path}: {code}: rule: {error}") from error
    if forms != set(range(table["plurals"])):
        raise ValueError(f"{path}: {code}: the rule does not give {table['plurals']} forms")
    try:
        era = Era(**table["era"]) if "era" in table else None
    except TypeError as error:
        raise ValueError(f"{path}: {code}: era: it needs name and years") from error
    listed = {name: tuple(table.get(name, ())) for name in ("old_codes", "endings")}
    values = {**table, **listed, "era": era}
    return Language(code=code, form=form, **values)


def choose(code: str | None, among: Sequence[str], languages: Languages) -> str | None:
    """The language of `among` that a device's code means, None where there is none. Never raises.

    Takes codes as they come: `es_uy`, `es-419`, `in` for Indonesian, `th-TH-u-ca-buddhist`, ``.
    """
    if not code or len(code) > CODE_LENGTH:
        return None
    parts = code.strip().replace("_", "-").casefold().split("-")
    parts[0] = _current(parts[0], languages)
    ours = {language.replace("_", "-").casefold(): language for language in reversed(among)}
    for length in range(len(parts), 0, -1):
        if found := ours.get("-".join(parts[:length])):
            return found
    # The device says `pt`, the country has only `pt-BR`.
    related = (ours[key] for key in reversed(ours) if key.split("-")[0] == parts[0])
    return next(related, None)


def _current(code: str, languages: Languages) -> str:
    return next((item.code for item in languages.values() if code in item.old_codes), code)


def accepted(header: str) -> Iterator[str]:
    """The codes of an `Accept-Language` header, most wanted first (RFC 9110, section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for item in header[:HEADER_LENGTH].split(","):
        code, *parameters = (part.strip() for part in item.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().casefold() == "q":
                value = value.strip()
                quality = float(value) if _QUALITY.fullmatch(value) else 0.0
        if code and quality > 0:
            wanted.append((quality, code))
    wanted.sort(key=lambda pair: -pair[0])
    return (code for _quality, code in wanted)
