"""What made-up residents and organisers say, read from a country's `demo.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.country import Country
from bot.domain.reports import Status


class DemoError(Exception):
    """`demo.toml` is missing or wrong; the message says what and where."""


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """`weight` is how often it comes; `picture` a kind of drawing; `stories` by language."""

    weight: int
    picture: str
    stories: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DemoWords:
    """Everything that is said in the made-up town."""

    categories: Mapping[str, DemoCategory]
    answers: Mapping[Status, Mapping[str, tuple[str, ...]]]
    questions: Mapping[str, tuple[str, ...]]


def read_words(folder: Path, country: Country) -> DemoWords:
    """Read `demo.toml` of a country's folder. Raises `DemoError`."""
    path = folder / "demo.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DemoError(f"{path} is missing: a made-up town needs its words.") from None
    except tomllib.TOMLDecodeError as error:
        raise DemoError(f"{path}: {error}") from None
    known = country.categories_by_key()
    categories = {}
    for key, item in data.get("categories", {}).items():
        if key not in known:
            raise DemoError(f"{path}: {key!r} is no category of {country.key}.")
        stories = {
            language: tuple(item[language]) for language in country.languages if language in item
        }
        if not stories:
            raise DemoError(f"{path}: {key!r} has no story in a language of {country.key}.")
        categories[key] = DemoCategory(int(item["weight"]), str(item["picture"]), stories)
    answers = {
        Status(name): {language: tuple(words) for language, words in by_language.items()}
        for name, by_language in data.get("answers", {}).items()
    }
    questions = {language: tuple(words) for language, words in data.get("questions", {}).items()}
    return DemoWords(categories, answers, questions)
