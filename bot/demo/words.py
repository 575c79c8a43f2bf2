"""What made-up residents and organisers say, read from a country's `demo.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.country import Country
from bot.domain.ideas import Size
from bot.domain.reports import Status

Lines = Mapping[str, tuple[str, ...]]
"""What may be said, by language."""

ANSWERED = (Status.SEEN, Status.SENT_ON, Status.PLANNED, Status.DONE, Status.NOT_OURS)
"""Statuses that the team writes something beside."""

_LISTS = ("details", "still", "questions", "replies")
_PARTS = frozenset({"languages", "categories", "answers", "ideas", "idea_comments", *_LISTS})


class DemoError(Exception):
    """`demo.toml` is missing or wrong; the message names the file and everything in it that is."""


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """`weight` is how often it comes beside the others; `picture` a kind of drawing."""

    weight: int
    picture: str
    stories: Lines


@dataclass(frozen=True, slots=True)
class DemoIdea:
    """An idea that somebody will have; `words` by language."""

    theme: str
    size: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoWords:
    """Everything that is said in the made-up town, in each of its languages."""

    languages: Mapping[str, int]
    """How often residents speak each, beside the others."""
    categories: Mapping[str, DemoCategory]
    details: Lines
    """Where something is, as people say it."""
    still: Lines
    """Said of what is not fixed."""
    questions: Lines
    """Asked of a person."""
    replies: Lines
    """What the team answers to them."""
    answers: Mapping[Status, Lines]
    """What the team writes beside a status: the same lines in the same order in each language."""
    ideas: tuple[DemoIdea, ...]
    """None where the country has no themes."""
    idea_comments: Lines
    """What others say of any of them."""


def read_words(folder: Path, country: Country) -> DemoWords:
    """Read `demo.toml` of a country's folder. Raises `DemoError` with everything that is wrong."""
    path = folder / "demo.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DemoError(f"{path} is missing: a made-up town needs its words.") from None
    except tomllib.TOMLDecodeError as error:
        raise DemoError(f"{path}: {error}") from None
    wrong = list(_wrong(data, country))
    if wrong:
        raise DemoError("\n".join(f"{path}: {line}" for line in wrong))
    spoken = tuple(data["languages"])
    return DemoWords(
        languages=dict(data["languages"]),
        categories={
            key: DemoCategory(item["weight"], item["picture"], _lines(item, spoken))
            for key, item in data["categories"].items()
        },
        **{name: _lines(data[name], spoken) for name in _LISTS},
        answers={
            status: _lines(data["answers"][status.value], country.languages) for status in ANSWERED
        },
        ideas=tuple(
            DemoIdea(item["theme"], item["size"], {one: item[one] for one in spoken})
            for item in data.get("ideas", ())
        ),
        idea_comments=_lines(data["idea_comments"], spoken) if country.themes else {},
    )


def _lines(table: Mapping[str, Any], languages: tuple[str, ...]) -> Lines:
    return {language: tuple(table[language]) for language in languages}


def _wrong(data: Mapping[str, Any], country: Country) -> Iterator[str]:
    """A line for each thing that is wrong."""
    for key in sorted(data.keys() - _PARTS):
        yield f"{key!r} is no part of a made-up town."
    spoken = _table(data, "languages")
    if not _weighty(spoken.values()):
        yield "[languages] says how often each is spoken, in whole numbers."
    for language in sorted(spoken.keys() - set(country.languages)):
        yield f"{language!r} is no language of {country.key}."
    known = country.categories_by_key()
    categories = _table(data, "categories")
    if not _weighty(_table(categories, key).get("weight") for key in categories):
        yield "[categories] needs a weight in each, in whole numbers."
    for key in categories:
        item = _table(categories, key)
        if key not in known or known[key].private:
            yield f"{key!r} is no category of {country.key} that can be told."
        if not isinstance(item.get("picture"), str):
            yield f"[categories.{key}] needs a picture."
        yield from _without_lines(f"[categories.{key}]", item, spoken)
    for name in _LISTS:
        yield from _without_lines(f"[{name}]", _table(data, name), spoken)
    if country.themes:
        yield from _without_ideas(data, country, spoken)
    answers = _table(data, "answers")
    for status in sorted(answers.keys() - {status.value for status in ANSWERED}):
        yield f"[answers] has {status!r}, which the team writes nothing beside."
    for answered in ANSWERED:
        item = _table(answers, answered.value)
        where = f'[answers."{answered.value}"]'
        missing = list(_without_lines(where, item, country.languages))
        yield from missing
        if not missing and len({len(item[language]) for language in country.languages}) > 1:
            yield f"{where} does not say the same in each language."


def _without_ideas(
    data: Mapping[str, Any], country: Country, spoken: Mapping[str, Any]
) -> Iterator[str]:
    ideas = data.get("ideas")
    if not (isinstance(ideas, list) and ideas and all(isinstance(item, dict) for item in ideas)):
        yield "[[ideas]] needs some: the country has themes."
        return
    sizes = {size.value for size in Size}
    for number, item in enumerate(ideas, start=1):
        where = f"[[ideas]] number {number}"
        if item.get("theme") not in country.themes_by_key():
            yield f"{where}: {item.get('theme')!r} is no theme of {country.key}."
        if item.get("size") not in sizes:
            yield f"{where}: a size is one of {', '.join(sorted(sizes))}."
        for language in spoken:
            if not _is_said(item.get(language)):
                yield f"{where} says nothing in {language!r}."
    yield from _without_lines("[idea_comments]", _table(data, "idea_comments"), spoken)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _weighty(weights: Any) -> bool:
    """Whether all are whole numbers, none is below nothing, and not all are nothing."""
    found = list(weights)
    return all(type(item) is int and item >= 0 for item in found) and any(found)


def _without_lines(where: str, table: Mapping[str, Any], languages: Any) -> Iterator[str]:
    for language in languages:
        lines = table.get(language)
        if not (isinstance(lines, list) and lines and all(_is_said(line) for line in lines)):
            yield f"{where} says nothing in {language!r}."


def _is_said(line: Any) -> bool:
    return isinstance(line, str) and bool(line.strip())
