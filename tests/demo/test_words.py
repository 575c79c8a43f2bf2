"""What is said in a made-up town: complete in every country, and refused in words where not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app import LOCALES
from bot.demo import DemoError, read_words
from bot.pictures import KINDS
from tests.houses import served

COUNTRIES = sorted(path.parent.name for path in (LOCALES / "countries").glob("*/country.toml"))
assert COUNTRIES, "no countries found; was the folder moved?"

FEWEST, MOST = 4, 8
"""Stories of a category in the country's first language."""

OTHER_PICTURE = "other"
"""For what nobody drew yet: a cone that says that something is here."""

EXAMPLE = """
[languages]
es = 1
[categories.full_bin]
weight = 1
picture = "bin_full"
es = ["Está lleno"]
[details]
es = ["en la esquina"]
[still]
es = ["Sigue igual"]
[questions]
es = ["¿Cuándo pasa?"]
[replies]
es = ["Mañana."]
[answers]
seen = { es = ["Lo vimos."], en = ["We saw it."] }
"sent on" = { es = ["Lo pasamos."], en = ["We passed it on."] }
planned = { es = ["Vamos."], en = ["We come."] }
done = { es = ["Listo."], en = ["Done."] }
"not ours" = { es = ["No es nuestro."], en = ["It is not ours."] }
[[ideas]]
theme = "compost"
size = "community"
es = "Compost en la plaza"
[idea_comments]
es = ["Buena idea"]
"""


def wrong(folder: Path, text: str) -> list[str]:
    """What is said of a file with this text, a line each, without the file's name."""
    path = folder / "demo.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DemoError) as caught:
        read_words(folder, served()[0]["uruguay"])
    lines = str(caught.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


@pytest.mark.parametrize("key", COUNTRIES)
def test_every_category_that_can_be_told_has_stories(key: str) -> None:
    country = served()[0][key]
    words = read_words(LOCALES / "countries" / key, country)
    told = {key for key, item in country.categories_by_key().items() if not item.private}
    assert set(words.categories) == told
    for category in words.categories.values():
        assert FEWEST <= len(category.stories[country.languages[0]]) <= MOST
        assert category.picture in {*KINDS, OTHER_PICTURE}


@pytest.mark.parametrize("key", COUNTRIES)
def test_no_line_is_said_twice_by_mistake(key: str) -> None:
    words = read_words(LOCALES / "countries" / key, served()[0][key])
    for category in words.categories.values():
        for lines in category.stories.values():
            assert len(lines) == len(set(lines))


def test_the_example_is_taken(tmp_path: Path) -> None:
    (tmp_path / "demo.toml").write_text(EXAMPLE, encoding="utf-8")
    words = read_words(tmp_path, served()[0]["uruguay"])
    assert words.categories["full_bin"].stories == {"es": ("Está lleno",)}
    assert words.languages == {"es": 1}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"demo\.toml is missing"):
        read_words(tmp_path, served()[0]["uruguay"])


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    [line] = wrong(tmp_path, "[languages]\nes = \n")
    assert "line 2" in line


CHANGES: dict[str, tuple[Callable[[str], str], str]] = {
    "an unknown part": (lambda text: f"{text}\n[weather]\n", "'weather' is no part"),
    "a language that is not spoken there": (
        lambda text: text.replace("es = 1", "es = 1\nfr = 1", 1),
        "'fr' is no language of uruguay",
    ),
    "a weight that is no number": (
        lambda text: text.replace("weight = 1", 'weight = "1"'),
        "weight",
    ),
    "a weight below nothing": (lambda text: text.replace("weight = 1", "weight = -1"), "weight"),
    "a town without words for a category": (
        lambda text: text.replace('es = ["Está lleno"]', 'es = [" "]'),
        "[categories.full_bin] says nothing in 'es'",
    ),
    "a category that is unknown": (
        lambda text: text.replace("full_bin", "full_moon"),
        "'full_moon' is no category of uruguay",
    ),
    "a category without a picture": (
        lambda text: text.replace('picture = "bin_full"', ""),
        "[categories.full_bin] needs a picture",
    ),
    "an answer in one language only": (
        lambda text: text.replace(', en = ["Done."]', ""),
        "[answers.\"done\"] says nothing in 'en'",
    ),
    "an answer that says more in one language": (
        lambda text: text.replace('en = ["Done."]', 'en = ["Done.", "Clean."]'),
        '[answers."done"] does not say the same',
    ),
    "words beside a status that has none": (
        lambda text: text.replace("[answers]", '[answers]\nmerged = { es = ["x"] }'),
        "[answers] has 'merged'",
    ),
    "an idea on a theme that is unknown": (
        lambda text: text.replace('"compost"', '"none"'),
        "[[ideas]] number 1: 'none' is no theme of uruguay.",
    ),
    "an idea of a size that is unknown": (
        lambda text: text.replace('"community"', '"huge"'),
        "[[ideas]] number 1: a size is one of",
    ),
    "an idea without words": (
        lambda text: text.replace('es = "Compost en la plaza"', ""),
        "[[ideas]] number 1 says nothing in 'es'.",
    ),
    "a town without ideas": (
        lambda text: text.partition("[[ideas]]")[0] + text[text.index("[idea_comments]") :],
        "[[ideas]] needs some",
    ),
    "a list that is missing": (
        lambda text: text.replace('[still]\nes = ["Sigue igual"]', ""),
        "[still] says nothing in 'es'",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_wrong_is_named(what: str, tmp_path: Path) -> None:
    change, said = CHANGES[what]
    text = change(EXAMPLE)
    assert text != EXAMPLE
    assert any(said in line for line in wrong(tmp_path, text))


def test_a_private_category_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "demo.toml").write_text(EXAMPLE.replace("full_bin", "private_help"))
    with pytest.raises(DemoError, match="'private_help' is no category of kenya"):
        read_words(tmp_path, served()[0]["kenya"])


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    assert len(wrong(tmp_path, "")) >= 10


def test_the_example_has_every_part_of_a_real_file() -> None:
    def parts(text: str) -> set[str]:
        data: dict[str, Any] = tomllib.loads(text)
        return set(data)

    real = (LOCALES / "countries" / COUNTRIES[0] / "demo.toml").read_text(encoding="utf-8")
    assert parts(EXAMPLE) == parts(real)
