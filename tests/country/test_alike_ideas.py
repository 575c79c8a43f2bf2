"""The rule for ideas that are alike, held against the ideas of five made-up towns."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from bot.domain.country import Similarity
from bot.domain.likeness import alike, trigrams

COUNTRIES = Path(__file__).parents[2] / "locales" / "countries"
LANGUAGES = ("ar", "en", "es", "id", "so", "sw", "th")
RULE = Similarity().ideas_alike


def ideas_in(language: str) -> list[list[str]]:
    """The ideas of each town that has some in this language."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in COUNTRIES.glob("*/demo.toml")]
    found = [[idea[language] for idea in file["ideas"] if language in idea] for file in files]
    return [texts for texts in found if texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ideas_of_other_things_are_hardly_ever_alike(language: str) -> None:
    towns = ideas_in(language)
    assert towns
    likeness = [
        alike(trigrams(one), trigrams(other))
        for texts in towns
        for one, other in combinations(texts, 2)
    ]
    assert sum(share >= RULE for share in likeness) <= 0.05 * len(likeness)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Los vecinos de la cuadra podemos juntar el vidrio y llevarlo una vez por semana. "
            "Yo presto la camioneta",
            "juntar vidrio en la cuadra",
        ),
        (
            "Más luz en la plaza para que las mujeres vuelvan seguras de noche",
            "poner luces en la plaza, de noche da miedo volver",
        ),
        (
            "Tujenge tangi la maji karibu na shule ili watoto wasitembee mbali",
            "tangi la maji shuleni ili watoto wasiende mbali",
        ),
        (
            "A water tank by the school so that children do not walk far",
            "build a tank near the school, the children walk too far for water",
        ),
        (
            "Perahu bersama untuk anak sekolah ke pulau seberang setiap pagi",
            "kapal untuk anak-anak sekolah menyeberang pagi hari",
        ),
        (
            "Nalal cad ha lagu rakibo suuqa si haweenku habeenkii u shaqeeyaan",
            "nalal suuqa ha loo sameeyo si dadku habeenkii u shaqeeyaan",
        ),
        ("ทำแปลงผักรวมหลังโรงเรียนให้เด็กปลูกเอง", "แปลงผักหลังโรงเรียนให้นักเรียนช่วยกันปลูก"),
    ],
)
def test_one_idea_in_the_words_of_two_people_is_alike(one: str, other: str) -> None:
    assert alike(trigrams(one), trigrams(other)) >= RULE
