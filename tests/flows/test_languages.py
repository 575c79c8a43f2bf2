"""Which language: by its name, its number, or simply by writing in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.flows.questions import LanguageChoice
from tests.flows.asking import ASK, READER, answer, hint
from tests.flows.made_up import LAND

THREE = replace(
    LAND,
    languages=("so", "ar", "en"),
    language_names=(("so", "Af-Soomaali"), ("ar", "العربية"), ("en", "English")),
    language_scripts=(("so", "LATIN"), ("ar", "ARABIC"), ("en", "LATIN")),
)
HINT = "Please choose a number from 1 to 3."


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("2", "ar"), ("english", "en"), ("العربية", "ar"),
        ("لا يوجد ماء في شارعنا", "ar"), ("السلام عليكم!", "ar"), ("نعم 👍 1", "ar"),
    ],
)  # fmt: skip
def test_who_writes_in_letters_of_one_language_alone_has_chosen_it(
    typed: str, language: str
) -> None:
    assert answer(LanguageChoice(ASK, THREE), typed) == language


@pytest.mark.parametrize("typed", ["waan ku faraxsanahay", "ok", "ماء ok", "ตกลง", "7", "👍", "…"])
def test_letters_of_several_languages_or_of_none_are_asked_again(typed: str) -> None:
    assert hint(LanguageChoice(ASK, THREE), typed) == HINT


def test_where_two_languages_share_a_script_it_tells_nothing() -> None:
    both = replace(
        THREE, languages=("ar", "fa"), language_scripts=(("ar", "ARABIC"), ("fa", "ARABIC"))
    )
    assert hint(LanguageChoice(ASK, both), "لا يوجد ماء").startswith("Please choose")


def test_what_is_written_in_it_is_no_name_of_it() -> None:
    """A word that is a command stays one: only what nothing else takes is taken for a choice."""
    question = LanguageChoice(ASK, THREE)
    assert question.takes("مساعدة", ("so", "ar", "en"), None, READER) is None
