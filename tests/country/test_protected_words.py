"""The lists of protected words: short, sure, and silent where people report what they see."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest

from bot.domain.country import walk_categories
from bot.domain.protected import is_protected
from tests.houses import LOCALES, served

COUNTRIES = served()[0]
KEYS = sorted(COUNTRIES)
FOLDERS = LOCALES / "countries"


def texts_of(value: object) -> Iterator[str]:
    """Every text in a file, at any depth."""
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from texts_of(part)
        case list():
            for part in value:
                yield from texts_of(part)


def read(country: str, file: str) -> dict[str, object]:
    return tomllib.loads((FOLDERS / country / file).read_text("utf-8"))


@pytest.mark.parametrize("key", KEYS)
def test_no_story_and_no_idea_of_a_made_up_town_is_protected(key: str) -> None:
    told = list(texts_of(read(key, "demo.toml")))
    assert len(told) > 50, "was the file moved?"
    words = COUNTRIES[key].protected.words
    assert [text for text in told if is_protected(text, words)] == []


@pytest.mark.parametrize("key", KEYS)
def test_nothing_that_the_country_offers_or_says_is_protected(key: str) -> None:
    file = read(key, "country.toml")
    del file["protected"]
    votes = [
        tomllib.loads(path.read_text("utf-8"))
        for path in sorted((FOLDERS / key / "votes").glob("*.toml"))
    ]
    words, labels = COUNTRIES[key].protected.words, served()[1][key].labels
    told = [text for text in texts_of([file, votes]) if not text.startswith("https:")]
    for category in walk_categories(COUNTRIES[key].categories):
        told += labels(category.label)
    assert [text for text in told if is_protected(text, words)] == []


@pytest.mark.parametrize("key", KEYS)
def test_each_language_of_a_country_has_words_and_nobody_has_signed_them(key: str) -> None:
    country = COUNTRIES[key]
    protected = read(key, "country.toml")["protected"]
    assert isinstance(protected, dict)
    assert list(protected["words"]) == list(country.languages)
    assert all(len(words) >= 20 for words in protected["words"].values())
    assert country.protected.reviewed_by == ""


@pytest.mark.parametrize("key", KEYS)
def test_a_listed_word_is_found_by_itself(key: str) -> None:
    words = COUNTRIES[key].protected.words
    assert [word for word in words if not is_protected(word.strip("*"), words)] == []
