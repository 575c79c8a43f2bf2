"""An announcement's file, TOML or Markdown with a TOML head, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.country.folders import not_among
from bot.country.limits import BUTTON_GRAPHEMES, graphemes
from bot.country.markup import find_markup
from bot.country.problems import Findings, Key
from bot.country.tables import Table, unknown
from bot.country.toml_text import line_of, lines_by_key, parse
from bot.domain.announcements import (
    ALT_UNITS,
    CHANNELS,
    OPENINGS,
    TEXT_UNITS,
    TOOK_PART_KINDS,
    Audience,
    Content,
    Draft,
    Link,
    TookPart,
)
from bot.domain.codes import fold_code
from bot.domain.country import Country
from bot.domain.folding import shows_nothing
from bot.domain.inbound import clean_text, cut, utf16_units
from bot.domain.problems import Problem

FOLDER = "announcements"
"""Where a country's own announcements stand, in its folder."""

SUFFIXES = (".toml", ".md")
PICTURES = (".png", ".jpg", ".jpeg")
FENCE = "+++"
"""The line before and after the TOML head of a Markdown file."""

SAID_MOST = 200
"""Signs of a problem that lists what would be right: a country has a hundred places."""

_HEADING = re.compile(r"#\s*([A-Za-z-]+)\s*")
_LEFT_OPEN = re.compile(r"\{[^{}\n]{0,40}\}")
Texts = tuple[tuple[str, str], ...]


def announcement_files(folder: Path) -> list[Path]:
    """The announcements of a country's folder, by name."""
    return sorted(file for file in (folder / FOLDER).glob("*") if file.suffix in SUFFIXES)


def read_announcement(
    file: Path, countries: Mapping[str, Country]
) -> tuple[Draft | None, list[Problem]]:
    """What a file says, for one of the countries; None with everything that is wrong in it.

    The country is the one that it names, whose folder it stands in, or the only one there is.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError:
        return None, [Problem(file, 1, "there is no such file")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return None, [Problem(file, line, "not UTF-8: save the file with that encoding")]
    if file.suffix not in SUFFIXES:
        return None, [Problem(file, 1, f"an announcement is a file {' or '.join(SUFFIXES)}")]
    head, sections, problems = _apart(file, clean_text(text))
    parsed = parse(head)
    problems += [Problem(file, line, mistake) for line, mistake in parsed.mistakes]
    if parsed.values is None:
        return None, problems
    found = Findings()
    draft = _read(file, Table(parsed.values, (), found), countries, sections)
    lines = lines_by_key(parsed.text) | {
        ("text", language): line for language, (line, _) in sections.items()
    }
    told = found.wrong if parsed.mistakes else found.wrong + found.missing
    problems += [Problem(file, line_of(lines, key), said) for key, said in told]
    return (None if problems else draft), sorted(problems)


def _apart(file: Path, text: str) -> tuple[str, dict[str, tuple[int, str]], list[Problem]]:
    """The TOML of a file, and of a Markdown one each language's text with its line."""
    if file.suffix == ".toml":
        return text, {}, []
    lines = text.split("\n")
    fences = [number for number, line in enumerate(lines) if line.strip() == FENCE][:2]
    body = 0
    head = ""
    if fences and not any(line.strip() for line in lines[: fences[0]]):
        if len(fences) < 2:
            return "", {}, [Problem(file, fences[0] + 1, f"the head has no second {FENCE}")]
        # Emptied rather than cut away, so that lines keep their numbers.
        head = "\n".join(["" for _ in lines[: fences[0] + 1]] + lines[fences[0] + 1 : fences[1]])
        body = fences[1] + 1
    return head, *_sections(file, lines, body)


def _sections(
    file: Path, lines: list[str], body: int
) -> tuple[dict[str, tuple[int, str]], list[Problem]]:
    sections: dict[str, tuple[int, list[str]]] = {}
    problems = []
    language = ""
    for number, line in enumerate(lines[body:], start=body + 1):
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            language = heading[1]
            if language in sections:
                problems.append(Problem(file, number, f"`{language}` stands here a second time"))
            sections[language] = (number, [])
        elif language:
            sections[language][1].append(line)
        elif line.strip():
            problems.append(
                Problem(file, number, "say the language first, as a heading like “# es”")
            )
    whole = {name: (number, "\n".join(said)) for name, (number, said) in sections.items()}
    return whole, problems


def _read(
    file: Path,
    table: Table,
    countries: Mapping[str, Country],
    sections: Mapping[str, tuple[int, str]],
) -> Draft | None:
    country = _country(file, table, countries)
    if country is None:
        return None
    texts = _texts(table, country, sections)
    opens = _opens(table, country)
    link = _link(table, country)
    picture, alt = _picture(file, table, country)
    audience = _audience(table, country)
    table.close()
    return Draft(audience, Content(texts, None, link, opens), picture, alt)


def _country(file: Path, table: Table, countries: Mapping[str, Country]) -> Country | None:
    beside = file.resolve().parent
    home = beside.parent.name if beside.name == FOLDER else ""
    named = table.text("country", home or (next(iter(countries)) if len(countries) == 1 else ""))
    if named in countries:
        return countries[named]
    if named:
        table.wrong("country", not_among(countries, named))
    else:
        table.miss("country")
    return None


def _texts(table: Table, country: Country, sections: Mapping[str, tuple[int, str]]) -> Texts:
    if sections and "text" in table:
        table.wrong("text", "the texts stand below the head; leave `[text]` out")
    given: Mapping[str, object] = {language: said for language, (_line, said) in sections.items()}
    if not sections:
        given = dict(table.table("text").entries())
    return _by_language(table, ("text",), "the text", given, country, units=TEXT_UNITS)


def _by_language(
    table: Table,
    at: Key,
    what: str,
    given: Mapping[str, object],
    country: Country,
    *,
    units: int = 0,
    signs: int = 0,
) -> Texts:
    """A text for every language of the country, in its order. `signs` is for a label."""
    found = table.found
    read: dict[str, str] = {}
    for language, value in given.items():
        here = (*table.at, *at, language)
        if language not in country.languages:
            found.add(here, f"`{language}` is no language of {country.key}")
            continue
        if not isinstance(value, str) or shows_nothing(value):
            found.add(here, f"{what} in `{language}` is to be a text that is not empty")
            continue
        text = read[language] = value.strip()
        if signs and graphemes(text) > signs:
            found.add(here, f"{what} has {graphemes(text)} signs; {signs} fit")
        elif units and utf16_units(text) > units:
            found.add(here, f"{what} has {utf16_units(text)} signs; {units} fit one message")
        left = _LEFT_OPEN.search(text)
        if left is not None:
            found.add(here, f"{left[0]} is still to be filled in: write it out")
        if marked := find_markup(text):
            found.add(here, marked)
    for language in country.languages:
        if language not in given:
            found.miss((*table.at, *at), f"{what} is missing in `{language}`")
    return tuple((language, read.get(language, "")) for language in country.languages)


def _opens(table: Table, country: Country) -> str:
    if "button" not in table:
        return ""
    button = table.table("button")
    opens = button.text("opens")
    button.close()
    if opens in OPENINGS or opens in country.places_by_key():
        return opens
    code = fold_code(opens, country.prefix)
    if opens and code is None:
        said = unknown(opens, tuple(OPENINGS))
        button.wrong("opens", f"{said}; or a place's key, or a code such as {country.prefix}-7F3K")
    return code or ""


def _link(table: Table, country: Country) -> Link | None:
    if "link" not in table:
        return None
    link = table.table("link")
    url = link.text("url")
    labels = dict(link.table("label").entries())
    link.close()
    if url and not re.fullmatch(r"https://[^\s/]+\.[^\s]+", url):
        link.wrong("url", f"“{url}” is no address that begins with https://")
    said = _by_language(link, ("label",), "the label", labels, country, signs=BUTTON_GRAPHEMES)
    return Link(url, said)


def _picture(file: Path, table: Table, country: Country) -> tuple[str, Texts]:
    if "picture" not in table:
        return "", ()
    picture = table.table("picture")
    name = picture.text("file")
    alt = dict(picture.table("alt").entries())
    picture.close()
    beside = file.parent / name
    if name and (Path(name).name != name or beside.suffix.lower() not in PICTURES):
        picture.wrong("file", f"“{name}” is to be a picture beside this file: PNG or JPEG")
    elif name and not beside.is_file():
        picture.wrong("file", f"there is no “{name}” beside this file")
    return name, _by_language(
        picture, ("alt",), "what the picture shows", alt, country, units=ALT_UNITS
    )


def _audience(table: Table, country: Country) -> Audience:
    given = table.table("audience", required=False)
    areas = _among(given, "areas", tuple(country.places_by_key()), "place")
    languages = _among(given, "languages", country.languages, "language")
    channels = _among(given, "channels", CHANNELS, "channel")
    took_part = tuple(
        part
        for index, words in enumerate(given.texts("took_part"))
        if (part := _took_part(given, index, words, country)) is not None
    )
    given.close()
    return Audience(country.key, areas, languages, channels, took_part)


def _among(table: Table, name: str, known: tuple[str, ...], kind: str) -> tuple[str, ...]:
    values = table.texts(name)
    for index, value in enumerate(values):
        if value not in known:
            said = unknown(value, known).replace("is not known here", f"is no {kind} here")
            table.found.add((*table.at, name, index), cut(said, SAID_MOST))
    return tuple(dict.fromkeys(values))


def _took_part(table: Table, index: int, words: str, country: Country) -> TookPart | None:
    """`reports`, or `report MVD-7F3K`."""
    kind, _space, rest = words.strip().partition(" ")
    code = fold_code(rest, country.prefix) if rest else ""
    if rest and kind in TOOK_PART_KINDS and code:
        return TookPart(kind, code)
    if not rest and kind.removesuffix("s") in TOOK_PART_KINDS and kind.endswith("s"):
        return TookPart(kind.removesuffix("s"))
    known = ", ".join(f"`{name}s`" for name in TOOK_PART_KINDS)
    table.found.add(
        (*table.at, "took_part", index),
        f"“{words}” is nothing to take part in: write {known}, or one by its code,"
        f" like `{TOOK_PART_KINDS[0]} {country.prefix}-7F3K`",
    )
    return None
