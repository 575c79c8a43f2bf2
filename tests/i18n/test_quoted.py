"""A word that a text tells people to type or to press does there what the text says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.messages import LIMITS
from bot.i18n import read_languages
from bot.i18n.catalogue import read_catalogue
from bot.i18n.checking import check_catalogue, check_source, english_meanings
from bot.i18n.extraction import Sentence
from tests.i18n.folders import LOCALES, catalogue, entry
from tests.i18n.test_checking import found_in, said

SPANISH = read_languages(LOCALES)["es"]
WORDS = "forget me|delete my data"
WRITE, PRESS = "Write “forget me”.", "Press “Report a problem”."
SAID = said(WORDS, "Report a problem", WRITE, PRESS)
RIGHT = {
    WORDS: "olvídenme|borrar mis datos",
    "Report a problem": "Contar un problema",
    WRITE: "Escribí “olvídenme”.",
    PRESS: "Tocá “Contar un problema”.",
}


def spanish(**changed: str) -> str:
    texts = RIGHT | {{"write": WRITE, "press": PRESS}[key]: text for key, text in changed.items()}
    return catalogue(*(entry(source, text) for source, text in texts.items()))


@pytest.mark.parametrize(
    "text", ["Escribí «Borrar mis datos».", "Escribí “olvidenme”.", "“¡Olvídenme!” y listo."]
)
def test_any_spelling_that_is_understood_may_be_told(tmp_path: Path, text: str) -> None:
    found = found_in(tmp_path, "es", spanish(write=text), SAID)
    assert found == []


@pytest.mark.parametrize(
    ("changed", "strange"),
    [
        ({"write": "Escribí “olvidate”."}, "'olvidate', 'forget me'"),
        ({"write": "Escribí OLVÍDENME."}, "'forget me'"),
        ({"write": "Escribí “Contar un problema”."}, "'Contar un problema', 'forget me'"),
        ({"write": "Escribí “olvídenme” o /forget."}, "'/forget'"),
        ({"press": "Tocá “Avisar”."}, "'Avisar', 'Report a problem'"),
    ],
)
def test_a_word_that_does_something_else_is_refused(
    tmp_path: Path, changed: dict[str, str], strange: str
) -> None:
    (finding,) = found_in(tmp_path, "es", spanish(**changed), SAID)
    assert f": {strange} does not do what" in finding


def test_a_countrys_own_word_leaves_no_shared_text_that_tells_another(tmp_path: Path) -> None:
    shared, own = tmp_path / "shared.po", tmp_path / "es.po"
    shared.write_text(spanish(), "utf-8")
    words = entry(WORDS, "olvidame")
    for whole, number in (
        (catalogue(words), 1),
        (catalogue(words, entry(WRITE, "“Olvidame”.")), 0),
    ):
        own.write_text(whole, "utf-8")
        found = list(
            check_catalogue(read_catalogue(own), SPANISH, {}, LIMITS, read_catalogue(shared), SAID)
        )
        assert len(found) == number


@pytest.mark.parametrize("source", ["Write “forget us”.", "Write /forget and we forget you."])
def test_an_english_text_tells_no_word_that_does_nothing(tmp_path: Path, source: str) -> None:
    english = english_meanings(SAID)
    for text, number in ((source, 1), (WRITE, 0), ("“{option}” and/or a bin", 0)):
        sentence = Sentence(text, places=("country.toml:consent.notices.1",), line=4)
        found = [str(problem) for problem in check_source(sentence, tmp_path, LIMITS, english)]
        assert len(found) == number
        assert all(problem.startswith(f"{tmp_path}/country.toml:4: ") for problem in found)
